"""Files of records are taken in once, judged, and forgotten with whoever wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils.timezone import localdate

from tests.capabilities.records.delivering import (
    CONTACTS,
    HEAD,
    contacts,
    counts,
    delivered,
    founded,
    judged,
    rows_of,
)
from tests.cast import Cast
from uptake.capabilities.imports.models import Upload
from uptake.capabilities.records import actions, working
from uptake.capabilities.records.erasing import erase_from_records
from uptake.capabilities.records.models import StandardVersion
from uptake.capabilities.records.places import rejects_path, rows_path
from uptake.capabilities.records.queries import newest, newest_judgement
from uptake.foundation.lake import shared_lake

SNAPSHOT = CONTACTS.replace(", at: at", "")
NO_IDENTIFIER = CONTACTS.replace("record: id, ", "").replace(", at: at", "")


def test_a_file_is_taken_in_and_judged(cast: Cast) -> None:
    standard = founded(cast.edith)

    delivery = delivered(cast.edith, standard, HEAD + contacts())

    assert counts(delivery) == (36, 36, 0, 0)
    assert (judged(standard).fit, judged(standard).judged) == (24, 36)


def test_the_same_file_twice_changes_nothing(cast: Cast) -> None:
    standard = founded(cast.edith)
    first = delivered(cast.edith, standard, HEAD + contacts())
    before = judged(standard).computed_at

    second = delivered(cast.edith, standard, HEAD + contacts(), name="again.csv")

    assert (second.pk, standard.deliveries.count()) == (first.pk, 1)
    assert judged(standard).computed_at == before


def test_rows_that_were_there_already_are_left_out(cast: Cast) -> None:
    standard = founded(cast.edith)
    delivered(cast.edith, standard, HEAD + contacts())

    second = delivered(cast.edith, standard, HEAD + contacts(7))

    assert counts(second) == (42, 6, 36, 0)
    assert judged(standard).judged == 42


def test_twins_in_one_file_are_two_rows_and_known_as_two(cast: Cast) -> None:
    standard = founded(cast.edith)
    twins = contacts() + contacts(1, 1)
    delivered(cast.edith, standard, HEAD + twins)

    again = delivered(cast.edith, standard, HEAD + twins + contacts(1, 1))

    assert counts(again) == (38, 1, 37, 0)


def test_rows_that_cannot_be_read_are_kept_with_their_reason(cast: Cast) -> None:
    standard = founded(cast.edith)

    delivery = delivered(cast.edith, standard, HEAD + contacts() + "c99,too,few\n")

    assert counts(delivery) == (37, 36, 0, 1)
    assert "too few values" in rejects_path(delivery).read_text(encoding="utf-8")


def test_a_snapshot_stands_until_a_newer_one_holds_the_record(cast: Cast) -> None:
    standard = founded(cast.edith, SNAPSHOT)
    bad, good = contacts(), contacts().replace("?", "+49 30 999999")
    delivered(cast.edith, standard, HEAD + bad)
    delivered(cast.edith, standard, HEAD + good)
    mended = judged(standard).fit

    delivered(cast.edith, standard, HEAD + bad + "c99,Lyon-p1,,Lyon,+49 30 99,x@y.org\n")

    assert mended == 36
    assert (judged(standard).fit, judged(standard).judged) == (25, 37)


def test_without_an_identifier_the_newest_file_counts_alone(cast: Cast) -> None:
    standard = founded(cast.edith, NO_IDENTIFIER)
    delivered(cast.edith, standard, HEAD + contacts())

    delivered(cast.edith, standard, HEAD + contacts(8, first=500))

    assert judged(standard).judged == 48


def test_without_a_standard_the_first_file_proposes_one(cast: Cast) -> None:
    standard = founded(cast.edith, "")

    delivered(cast.edith, standard, HEAD + contacts())

    version = newest(standard)
    assert version is not None
    assert "proposed: 'yes'" in version.text
    assert judged(standard).is_met is None


def test_agreeing_on_a_proposal_makes_it_count(cast: Cast) -> None:
    standard = founded(cast.edith, "")
    delivered(cast.edith, standard, HEAD + contacts())

    actions.agree_on_standard(cast.edith, standard.pk)
    working.carry_on()

    version = newest(standard)
    assert version is not None
    assert (version.number, "proposed" in version.text) == (2, False)
    assert judged(standard).is_met is not None


def test_a_new_version_leaves_what_the_old_one_judged(cast: Cast) -> None:
    standard = founded(cast.edith)
    delivered(cast.edith, standard, HEAD + contacts())

    actions.revise_standard(
        cast.edith, standard.pk, text=CONTACTS.replace("phone, required: always", "phone")
    )
    working.carry_on()

    found = [version.judgement.fit for version in standard.versions.order_by("number")]
    assert found == [24, 36]


def test_a_version_is_written_once(cast: Cast) -> None:
    founded(cast.edith)

    with pytest.raises(TypeError, match="written once"):
        StandardVersion.objects.update(text="")
    with pytest.raises(TypeError, match="written once"):
        StandardVersion.objects.get().save()


def test_a_few_authors_are_not_told_of(cast: Cast) -> None:
    standard = founded(cast.edith)

    delivered(cast.edith, standard, HEAD + contacts(4))

    found = judged(standard)
    assert (found.outcome, found.fit, found.numbers, found.page) == ("suppressed", None, {}, {})


def test_the_smallest_group_of_the_workspace_decides_what_is_shown(cast: Cast) -> None:
    standard = founded(cast.edith)
    delivered(cast.edith, standard, HEAD + contacts())

    cast.workspace.minimum_group = 7
    cast.workspace.save()
    standard.workspace.refresh_from_db()
    at_once = newest_judgement(standard)
    working.carry_on()

    assert at_once is None
    assert judged(standard).outcome == "suppressed"


def test_a_hidden_group_cannot_be_told_from_the_total(cast: Cast) -> None:
    standard = founded(cast.edith)
    teams = [contacts(8), contacts(6, first=100, team="Rome"), contacts(2, first=200, team="Bonn")]

    delivered(cast.edith, standard, HEAD + "".join(teams))

    assert [team["name"] for team in judged(standard).teams] == ["Lyon"]
    assert judged(standard).numbers["hidden_groups"] == 2


def test_an_exception_leaves_records_out_until_it_is_withdrawn(cast: Cast) -> None:
    standard = founded(cast.edith)
    delivered(cast.edith, standard, HEAD + contacts() + contacts(6, first=100, team="Rome"))
    before = judged(standard).fit
    facts = actions.ExceptionFacts("phone", "Lyon", "No phones yet", localdate(), "Ada")

    row = actions.log_exception(cast.edith, standard.pk, facts)
    working.carry_on()
    excepted = judged(standard).fit
    actions.withdraw_exception(cast.edith, row.pk)
    working.carry_on()

    assert (before, excepted, judged(standard).fit) == (48, 60, 48)


def test_a_delivery_can_be_taken_back(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    standard = founded(cast.edith)
    delivered(cast.edith, standard, HEAD + contacts())
    second = delivered(cast.edith, standard, HEAD + contacts(7))

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        actions.take_back_delivery(cast.edith, second.pk)
    working.carry_on()

    assert judged(standard).judged == 36


def test_erasing_somebody_takes_their_rows_and_judges_anew(cast: Cast) -> None:
    standard = founded(cast.edith)
    delivery = delivered(cast.edith, standard, HEAD + contacts())

    gone = erase_from_records(cast.workspace, "Lyon-p3")
    working.carry_on()

    assert gone == 6
    assert "Lyon-p3" not in str(rows_of(delivery))
    assert judged(standard).judged == 30


def test_a_file_that_is_no_table_says_so(cast: Cast) -> None:
    standard = founded(cast.edith)

    delivery = delivered(cast.edith, standard, b"<html><body>log in</body></html>", "page.html")

    assert delivery.state == "failed"
    assert "export it as CSV" in delivery.problem


def test_a_standard_that_names_other_columns_says_so(cast: Cast) -> None:
    standard = founded(cast.edith, CONTACTS.replace("at: at", "at: changed"))

    delivered(cast.edith, standard, HEAD + contacts())

    assert judged(standard).outcome == "failed"
    assert "'changed'" in judged(standard).problem


def test_record_files_are_no_orphans_of_the_lake(cast: Cast) -> None:
    standard = founded(cast.edith)
    delivery = delivered(cast.edith, standard, HEAD + contacts())

    faults = shared_lake().check("acme")

    assert list(faults) == []
    assert len(rows_of(delivery)) == 36


def test_record_files_are_in_a_backup(cast: Cast, tmp_path: Path) -> None:
    standard = founded(cast.edith)
    delivery = delivered(cast.edith, standard, HEAD + contacts())

    shared_lake().backup(tmp_path / "backup")

    kept = [path.name for path in (tmp_path / "backup").rglob("records/**/*.parquet")]
    assert rows_path(delivery).name in kept


def test_the_upload_goes_once_its_rows_are_taken_in(cast: Cast) -> None:
    delivery = delivered(cast.edith, founded(cast.edith), HEAD + contacts())

    assert Upload.objects.get(pk=str(delivery.upload)).is_removed
