"""What pages say of records, to whom, and what they keep to themselves."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.capabilities.records.delivering import CONTACTS, HEAD, contacts, delivered, founded
from tests.cast import Cast
from uptake.capabilities.records import actions, board
from uptake.capabilities.records.looking import doubts_of
from uptake.capabilities.records.models import DataStandard, Delivery, TeamConsent
from uptake.foundation.errors import DomainError, NotAllowed, NotFound
from uptake.foundation.models import Activity


def browser(who: Any) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def shown(who: Any, path: str) -> str:
    answer = browser(who).get(f"/w/acme/{path}")
    content = getattr(answer, "streaming_content", None) or [answer.content]
    return b"".join(content).decode()


@pytest.fixture
def standard(cast: Cast) -> DataStandard:
    """An agreed standard with records of two teams, each of six people."""
    made = founded(cast.edith)
    actions.agree_on_standard(cast.edith, made.pk)
    delivered(cast.edith, made, HEAD + contacts() + contacts(6, first=101, team="Rome"))
    made.refresh_from_db()
    return made


def test_the_list_says_how_many_are_met_and_whose_move_it_is(
    cast: Cast, standard: DataStandard
) -> None:
    standard.owner_name = "Sales operations"
    standard.save()

    page = shown(cast.victor, "records")

    assert "0 of 1 agreed data standard are met" in page
    assert "48 of 72" in page
    assert "Sales operations&#x27;s move" in page or "Sales operations's move" in page


def test_without_any_standard_the_list_teaches(cast: Cast) -> None:
    assert "Nobody has written down yet what a good record is" in shown(cast.victor, "records")


def test_who_sees_one_account_reads_which_standards_of_all_judge_it(
    cast: Cast, standard: DataStandard
) -> None:
    page = shown(cast.carla, "records")

    assert "No data standard is about your records alone." in page
    assert f"<span>{standard.name}<" in page
    assert "48 of 72" not in page
    assert "For the records of all accounts" not in shown(cast.victor, "records")


def test_the_page_begins_with_the_sentence(cast: Cast, standard: DataStandard) -> None:
    page = shown(cast.victor, f"records/{standard.pk}")

    assert "48 of 72 contacts" in page
    assert "Which rules are missed" in page
    assert "Lyon-p" not in page


def test_a_viewer_finds_no_act_on_the_page(cast: Cast, standard: DataStandard) -> None:
    page = shown(cast.victor, f"records/{standard.pk}")

    assert "Bring it" not in page
    assert "unfit.csv" not in page


def test_a_proposal_is_neither_met_nor_missed(cast: Cast) -> None:
    made = founded(cast.edith)
    delivered(cast.edith, made, HEAD + contacts())

    assert "neither met nor missed" in shown(cast.victor, f"records/{made.pk}")


def test_a_file_sent_with_the_form_is_taken_in_at_once(cast: Cast, standard: DataStandard) -> None:
    more = SimpleUploadedFile("more.csv", (HEAD + contacts(1, 3, first=900)).encode())

    answer = browser(cast.edith).post(
        f"/w/acme/records/{standard.pk}/deliver", {"file": more}, follow=True
    )

    assert "3 rows are new, 0 were known" in answer.content.decode()


def test_a_standard_is_founded_from_a_sample_and_changed(cast: Cast) -> None:
    said = {"name": "Tickets", "begins": "service-desk-tickets", "account": ""}
    answer = browser(cast.edith).post("/w/acme/records/new", said)
    made = DataStandard.objects.get()

    changed = browser(cast.edith).post(
        f"/w/acme/records/{made.pk}/edit", {"text": CONTACTS, "note": "Ours"}
    )

    assert answer["Location"].endswith(f"/records/{made.pk}/edit")
    assert changed.status_code == 302
    assert made.versions.count() == 2


def test_a_text_that_cannot_be_read_is_refused_with_its_line(
    cast: Cast, standard: DataStandard
) -> None:
    text = CONTACTS.replace("required", "requierd")

    answer = browser(cast.edith).post(f"/w/acme/records/{standard.pk}/edit", {"text": text})

    assert answer.status_code == 422
    assert "line 7" in answer.content.decode()
    assert standard.versions.count() == 1


def test_the_preview_tells_what_a_text_would_mean(cast: Cast, standard: DataStandard) -> None:
    stricter = CONTACTS.replace(
        "- {field: email", "- {field: fax, required: always}\n  - {field: email"
    )

    answer = browser(cast.edith).post(f"/w/acme/records/{standard.pk}/preview", {"text": stricter})

    page = answer.content.decode()
    assert "of 72 records would be fit" in page
    assert "the data has no fax" in page


def test_the_preview_tells_nothing_of_one_person(cast: Cast, standard: DataStandard) -> None:
    pointed = CONTACTS.replace("phone, required: always", "phone, required: by = Lyon-p1")
    pointed = pointed.replace("columns: {", "columns: {").replace(
        "fields:", "fields:\n  - field: by"
    )

    answer = browser(cast.edith).post(f"/w/acme/records/{standard.pk}/preview", {"text": pointed})

    assert "phone is filled in" not in answer.content.decode()


def test_events_say_who_wrote_whatever_the_standard_says() -> None:
    silent = actions.read_text("standard: S\nfields: [field: phone]")

    def doubts(*, of_events: bool) -> str:
        return " ".join(each.sentence for each in doubts_of(silent, of_events=of_events))

    assert "who wrote" in doubts(of_events=False)
    assert "who wrote" not in doubts(of_events=True)


def test_a_vague_standard_is_told_so() -> None:
    vague = actions.read_text("standard: S\nfields: [field: phone]")

    told = " ".join(doubt.sentence for doubt in doubts_of(vague, of_events=False))

    assert "Nothing is required" in told
    assert "Nobody answers for it" in told
    assert "nothing about time" in told


def test_somebody_sees_their_own_records_and_no_one_elses(
    cast: Cast, standard: DataStandard
) -> None:
    factories.person(cast.workspace, "Lyon-p1", user=cast.ursula.user)

    page = shown(cast.ursula, "records/mine")

    assert "4 of the 6 records you entered were fit" in page
    assert re.findall(r"<strong>(c\d+)</strong>", page) == ["c9", "c6"]
    assert "phone is filled in" in page


def test_whoever_is_nobody_in_the_data_is_told_so(cast: Cast, standard: DataStandard) -> None:
    assert "which person you are in the data" in shown(cast.ursula, "records/mine")


def test_records_to_mend_are_listed_without_their_authors(
    cast: Cast, standard: DataStandard
) -> None:
    lines = shown(cast.edith, f"records/{standard.pk}/unfit.csv").splitlines()

    assert lines[0] == "record,group,entered,does not hold"
    assert len(lines) == 25
    assert "phone is filled in" in lines[1]
    assert "-p1" not in " ".join(lines)
    assert Activity.objects.filter(verb="records.unfit_listed").count() == 1


def test_the_numbers_can_be_taken_along(cast: Cast, standard: DataStandard) -> None:
    told = json.loads(shown(cast.xenia, f"records/{standard.pk}.json"))
    table = shown(cast.xenia, "records.csv")

    assert told["fit"]["numerator"] == 48
    assert "Contacts,2,agreed,all,,72,48,72" in table or "Contacts,1,agreed,all,,72,48,72" in table
    assert browser(cast.xenia).get(f"/w/acme/records/{standard.pk}.pdf").content[:4] == b"%PDF"


def test_a_team_stands_on_the_board_once_it_agreed(cast: Cast, standard: DataStandard) -> None:
    before = shown(cast.victor, "records/teams")
    board.record_consent(cast.edith, "Lyon", agreed_by="Their lead")

    after = shown(cast.victor, "records/teams")

    assert "No team stands on the board yet" in before
    assert "Lyon stands first" in after
    assert "Rome" not in after


def test_a_team_can_leave_the_board(cast: Cast, standard: DataStandard) -> None:
    board.record_consent(cast.edith, "Lyon", agreed_by="Their lead")

    board.withdraw_consent(cast.edith, "Lyon")

    assert not TeamConsent.objects.exists()


def test_consent_needs_somebody_who_gave_it_and_a_team_that_is_told_of(
    cast: Cast, standard: DataStandard
) -> None:
    with pytest.raises(DomainError, match="who agreed"):
        board.record_consent(cast.edith, "Lyon", agreed_by=" ")
    with pytest.raises(NotFound):
        board.record_consent(cast.edith, "Bonn", agreed_by="Ada")


NO_PHONES = actions.ExceptionFacts("phone", "Lyon", "None yet", date(2099, 1, 1), "Ada")
WRITES = (
    lambda who, made: actions.found_standard(who, actions.StandardFacts("new"), text=CONTACTS),
    lambda who, made: actions.revise_standard(who, made.pk, text=CONTACTS),
    lambda who, made: actions.agree_on_standard(who, made.pk),
    lambda who, made: actions.end_standard(who, made.pk),
    lambda who, made: actions.deliver_records(who, made.pk, "x"),
    lambda who, made: actions.take_back_delivery(who, Delivery.objects.get().pk),
    lambda who, made: actions.log_exception(who, made.pk, NO_PHONES),
    lambda who, made: actions.withdraw_exception(who, 1),
    lambda who, made: board.record_consent(who, "Lyon", agreed_by="Ada"),
    lambda who, made: board.withdraw_consent(who, "Lyon"),
)


def test_who_may_not_write_is_refused(cast: Cast, standard: DataStandard) -> None:
    for write in WRITES:
        for who in cast.who_may_not_write:
            with pytest.raises((NotAllowed, NotFound)):
                write(who, standard)


def test_an_ended_standard_takes_nothing_more(cast: Cast, standard: DataStandard) -> None:
    actions.end_standard(cast.edith, standard.pk)

    with pytest.raises(DomainError, match="has ended"):
        actions.revise_standard(cast.edith, standard.pk, text=CONTACTS)
    with pytest.raises(DomainError, match="ended already"):
        actions.end_standard(cast.edith, standard.pk)


def test_a_name_is_taken_once(cast: Cast, standard: DataStandard) -> None:
    with pytest.raises(DomainError, match="choose another name"):
        founded(cast.edith)


def test_the_list_asks_as_often_for_many_standards_as_for_one(
    cast: Cast, standard: DataStandard, django_assert_max_num_queries: Any
) -> None:
    client = browser(cast.victor)
    client.get("/w/acme/records")
    with CaptureQueriesContext(connection) as one:
        client.get("/w/acme/records")
    for number in range(3):
        founded(cast.edith, name=f"More {number}")

    with django_assert_max_num_queries(len(one)):
        client.get("/w/acme/records")


def test_a_manager_sees_the_board_and_no_standard(cast: Cast, standard: DataStandard) -> None:
    board.record_consent(cast.edith, "Lyon", agreed_by="Their lead")

    assert "Lyon stands first" in shown(cast.mark, "records/teams")
    assert browser(cast.mark).get(f"/w/acme/records/{standard.pk}").status_code == 403
