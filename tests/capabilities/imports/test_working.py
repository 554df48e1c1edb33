"""Imports as the worker does them: rehearsed as run, run once, undone without a trace."""

from __future__ import annotations

import gzip
from collections import Counter
from datetime import timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories
from tests.capabilities.imports.bringing import (
    EVENTS,
    counts,
    imported,
    looked_at,
    stored,
    undone,
    uploaded,
)
from tests.cast import Cast
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.customers.models import Account, RecordChange
from uptake.capabilities.imports import actions, files, queries, queueing, tidying, working
from uptake.capabilities.imports.errors import WrongState
from uptake.capabilities.imports.models import Import, State, Upload
from uptake.capabilities.imports.working import MOST_ATTEMPTS, work_off
from uptake.foundation.activity import visible_activities
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict
from uptake.store import Lake
from uptake.store.errors import LakeFull, UptakeError

NUMBERS = count(1)


def test_a_dry_run_says_what_the_run_does(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)

    rehearsed = work_off(actions.ask_for_dry_run(cast.edith, job.pk), lake).rehearsal or {}
    nothing = stored(lake)
    done = work_off(actions.ask_for_run(cast.edith, job.pk), lake)

    assert nothing == []
    assert counts(done) == (3, 0, 0, 1, 0)
    assert [rehearsed[n] for n in ("rows", "new", "unchanged", "rejected")] == [4, 3, 0, 1]
    assert done.reasons == rehearsed["reasons"] == {"not a time": 1}
    assert len(stored(lake)) == 3


def test_news_that_cannot_be_written_beside_the_work_does_not_fail_it(
    cast: Cast, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "SECONDS_BETWEEN_NEWS", 0)
    job = looked_at(cast.edith, lake, EVENTS)

    work_off(actions.ask_for_dry_run(cast.edith, job.pk), lake)
    done = work_off(actions.ask_for_run(cast.edith, job.pk), lake)

    assert counts(done) == (3, 0, 0, 1, 0)


def test_a_dry_run_tells_how_far_it_is(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    heard: list[float | None] = []

    asked = actions.ask_for_dry_run(cast.edith, job.pk)
    work_off(asked, lake, told=lambda _what, share: heard.append(share))

    assert heard[0] is None
    assert heard[-1] == 1.0


def test_a_draft_whose_columns_are_unread_is_not_run(cast: Cast, lake: Lake) -> None:
    job = actions.create_import(cast.edith, uploaded(cast.edith, EVENTS), kind="events")

    with pytest.raises(WrongState, match="not been read yet"):
        actions.ask_for_run(cast.edith, job.pk)
    with pytest.raises(WrongState, match="not been read yet"):
        actions.save_mapping(cast.edith, job.pk, name="Desk")


def test_the_same_file_again_changes_nothing_and_is_recognised(cast: Cast, lake: Lake) -> None:
    first = imported(cast.edith, lake, EVENTS)
    again = imported(cast.edith, lake, EVENTS)

    assert counts(again) == (0, 0, 3, 1, 0)
    assert queries.imported_before(cast.edith, again) == first
    assert queries.imported_over(cast.edith, first) == [again]


def test_an_import_that_died_is_carried_on_and_counted_whole(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    actions.ask_for_run(cast.edith, job.pk)
    job.refresh_from_db()
    dying = patch.object(working, "_finish", side_effect=KeyboardInterrupt)  # all is stored by then
    with dying, pytest.raises(KeyboardInterrupt):
        work_off(job, lake)

    job = Import.objects.get()
    assert (job.state, len(stored(lake))) == (State.RUNNING, 3)
    queueing.carry_on()

    job.refresh_from_db()
    assert (job.state, counts(job)) == (State.DONE, (3, 0, 0, 1, 0))
    assert len(stored(lake)) == 3
    assert not Path(job.path).exists()


def test_records_and_their_import_are_written_together(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, "account_id,name\nN,North\n", kind="accounts")
    actions.ask_for_run(cast.edith, job.pk)
    with patch.object(working, "_finish", side_effect=RuntimeError), pytest.raises(RuntimeError):
        work_off(job, lake)

    assert not Account.objects.exists()
    assert counts(work_off(Import.objects.get(), lake)) == (1, 0, 0, 0, 0)


rows = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob"]),
        st.sampled_from(["2026-02-27 22:30", "2026-03-01 10:00", "2026-03-29 01:30"]),
        st.sampled_from(["open", "close"]),
    ),
    min_size=1,
    max_size=6,
)


def as_csv(found: list[tuple[str, str, str]]) -> str:
    return "user,time,event\n" + "".join(",".join(row) + "\n" for row in found)


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(earlier=st.lists(rows, max_size=2), last=rows, compacted=st.booleans())
def test_an_undone_import_of_events_leaves_no_trace_and_can_be_imported_again(
    db: None,
    data_dir: Path,
    earlier: list[list[tuple[str, str, str]]],
    last: list[tuple[str, str, str]],
    compacted: bool,
) -> None:
    with TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder) / "lake", f"sqlite:///{folder}/lake.sqlite3")
        actor = Actor.system(factories.workspace(f"w{next(NUMBERS)}"))
        slug = actor.workspace.slug
        lake.create_workspace(slug)
        for file in earlier:
            imported(actor, lake, as_csv(file))
        before, people = stored(lake, slug), lake.people(slug)

        job = imported(actor, lake, as_csv(last))
        after = stored(lake, slug)
        if compacted:
            lake.compact(slug, thorough=True)
        undone(actor, lake, job)
        between = stored(lake, slug), lake.people(slug), lake.check(slug)
        again = imported(actor, lake, as_csv(last))

        assert between == (before, people, [])
        assert stored(lake, slug) == after
        assert counts(again) == counts(job)
        lake.close()


def test_undone_records_that_were_changed_since_are_named(cast: Cast, lake: Lake) -> None:
    text = "account_id,name\nN,North\nS,South\n"
    first = imported(cast.edith, lake, text, kind="accounts")
    imported(cast.edith, lake, text.replace("North", "Far North"), kind="accounts")

    first = undone(cast.olga, lake, first)

    assert first.state == State.UNDONE
    assert first.kept == [["accounts", "N", "was changed since"]]
    assert [account.external_id for account in Account.objects.all()] == ["N"]
    assert [a.verb for a in visible_activities(cast.olga)[:2]] == [
        "import.undone",
        "import.records_undone",
    ]


def test_a_file_that_breaks_off_leaves_nothing_behind(cast: Cast, lake: Lake) -> None:
    whole = gzip.compress(EVENTS.encode() + b"dan,27/02/2026 08:00,opened,Sales\n" * 9_000)
    job = looked_at(cast.edith, lake, whole, name="usage.csv.gz")
    actions.ask_for_run(cast.edith, job.pk)
    Path(job.path).write_bytes(whole[: len(whole) // 2])

    with pytest.raises(UptakeError):
        work_off(job, lake)

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.problem
    assert stored(lake) == []


def test_a_file_that_is_no_table_says_so(cast: Cast, lake: Lake) -> None:
    with pytest.raises(UptakeError, match="not a table"):
        looked_at(cast.edith, lake, bytes(range(256)) * 20)

    assert Import.objects.get().state == State.FAILED


def test_a_full_disk_is_waited_out(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    actions.ask_for_run(cast.edith, job.pk)
    with patch.object(Lake, "bulk_load", side_effect=LakeFull):
        queueing.carry_on()

    job.refresh_from_db()
    assert (job.state, job.step[:8]) == (State.RUNNING, "Waiting:")
    queueing.carry_on()
    job.refresh_from_db()
    assert job.state == State.DONE


def test_an_import_that_breaks_again_and_again_is_given_up(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    actions.ask_for_run(cast.edith, job.pk)
    with patch.object(Lake, "bulk_load", side_effect=ZeroDivisionError):
        for _ in range(MOST_ATTEMPTS):
            queueing.carry_on()

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "worker's log" in job.problem


def test_whoever_lost_the_right_meanwhile_imports_nothing(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    actions.ask_for_run(cast.edith, job.pk)
    assert cast.edith.user is not None
    cast.edith.user.memberships.all().delete()

    queueing.carry_on()

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert stored(lake) == []


def test_a_saved_mapping_is_proposed_for_the_same_columns(cast: Cast, lake: Lake) -> None:
    odd = "who,when,what,where\nann,2026-02-25,opened,Lyon\n"
    job = looked_at(cast.edith, lake, odd)
    wrong = actions.set_mapping(cast.edith, job.pk, columns={"person": "who", "team": "where"})
    actions.save_mapping(cast.edith, job.pk, name="Odd")

    shuffled = "where,what,when,who\nLyon,opened,2026-02-26,bob\n"
    found = looked_at(cast.edith, lake, shuffled)
    other = looked_at(cast.edith, lake, shuffled.replace("where", "place"))

    assert wrong == {}
    assert found.mapping_name == "Odd"
    assert "team: where" in found.mapping
    assert other.mapping_name == ""


def test_what_is_wrong_with_a_mapping_is_said_by_role_and_changes_nothing(
    cast: Cast, lake: Lake
) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    before = Import.objects.get().mapping

    wrong = actions.set_mapping(
        cast.edith, job.pk, columns={"time": "event", "person": ""}, timezone="Mars"
    )

    assert set(wrong) == {"time", "person", "timezone"}
    assert Import.objects.get().mapping == before


def test_columns_of_a_file_that_is_gone_cannot_be_changed(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    files.sample_path(job).unlink()

    with pytest.raises(Conflict, match="upload it again"):
        actions.set_mapping(cast.edith, job.pk, columns={"time": "when"})


def test_dirty_files_of_a_real_vendor(cast: Cast, lake: Lake, shared_data: Path) -> None:
    usage = shared_data / "usage"
    accounts = (usage / "ravenstack_accounts.csv").read_bytes()
    contracts = (usage / "ravenstack_subscriptions.csv").read_bytes()
    dirty = contracts.replace(b",2786,33432,", b",much,33432,", 1) + (
        b"S-new,A-nobody,23-12-2023,,Pro,3,1,12,FALSE,FALSE,FALSE,FALSE,monthly,TRUE\n"
        b"S-torn,A-2e4581,23-12-2023\n"
        b'S-open,A-2e4581,"23-12-2023,,Pro\n'
    )

    bought = imported(cast.edith, lake, accounts, kind="accounts", name="accounts.csv")
    held = imported(cast.edith, lake, dirty, kind="contracts", name="contracts.csv")
    rejected = files.rejects_path(held).read_text(encoding="utf-8")
    whole = imported(cast.edith, lake, contracts, kind="contracts", name="contracts.csv")
    for job in (whole, held, bought):
        undone(cast.edith, lake, job)

    assert counts(bought)[:4] == (500, 0, 0, 0)
    assert counts(held)[:3] == (4_999, 0, 0)
    assert held.rejected >= 3
    assert "2,mrr_amount 'much' is not a number" in rejected
    assert "there is no account 'A-nobody'" in rejected
    assert counts(whole)[:4] == (1, 0, 4_999, 0)
    assert [job.kept for job in (whole, held, bought)] == [[], [], []]
    assert not Account.objects.exists()


def test_every_deed_is_tried_by_those_who_may_not(cast: Cast, lake: Lake) -> None:
    job = looked_at(cast.edith, lake, EVENTS)
    upload = uploaded(cast.edith, EVENTS)
    kept = actions.save_mapping(cast.edith, job.pk, name="Desk")
    within = Actor(cast.workspace, cast.edith.user, cast.edith.role, "edith", account="north")

    for actor in (*cast.who_may_not_write, within):
        for deed in (
            lambda a=actor: actions.create_import(a, upload, kind="events"),
            lambda a=actor: actions.set_mapping(a, job.pk, columns={}),
            lambda a=actor: actions.change_kind(a, job.pk, kind="people"),
            lambda a=actor: actions.ask_for_dry_run(a, job.pk),
            lambda a=actor: actions.ask_for_run(a, job.pk),
            lambda a=actor: actions.ask_for_undo(a, job.pk),
            lambda a=actor: actions.discard(a, job.pk),
            lambda a=actor: actions.try_again(a, job.pk),
            lambda a=actor: actions.save_mapping(a, job.pk, name="x"),
            lambda a=actor: actions.delete_mapping(a, kept.pk),
            lambda a=actor: actions.watch_folder(
                a, "/", pattern="*", kind="events", mapping_id=None
            ),
            lambda a=actor: actions.pause_folder(a, 1, is_active=False),
            lambda a=actor: actions.forget_folder(a, 1),
            lambda a=actor: queries.visible_imports(a),
            lambda a=actor: queries.visible_mappings(a),
            lambda a=actor: queries.visible_folders(a),
        ):
            with pytest.raises(UptakeError):
                deed()
    assert Import.objects.get().state == State.DRAFT


def test_erasing_a_person_reaches_rejects_remarks_and_files_that_wait(
    cast: Cast, lake: Lake
) -> None:
    done = imported(cast.edith, lake, EVENTS)
    waiting = looked_at(cast.edith, lake, EVENTS)

    erase_person(cast.olga, "ann", lake=lake)
    kept = files.rejects_path(done).exists()
    imported(cast.edith, lake, "user,time\ndan,2026-03-01\n")
    erase_person(cast.olga, "dan", lake=lake)
    lake_knows = lake.people("acme")
    Import.objects.filter(pk=done.pk).update(remarks=["line 3: there is no person 'cem'"])
    with patch.object(Lake, "erase_person", return_value=_Receipt()):
        erase_person(cast.olga, "cem", lake=lake)

    waiting.refresh_from_db()
    done.refresh_from_db()
    assert kept
    assert lake_knows == ["bob"]
    assert (waiting.state, waiting.proposal) == (State.FAILED, {})
    assert not Path(waiting.path).exists()
    assert (done.has_rejects, done.remarks) == (False, [])
    assert not files.rejects_path(done).exists()


class _Receipt:
    receipt_id = "r"
    events = 0


def test_what_is_left_lying_is_tidied_away(cast: Cast, lake: Lake) -> None:
    done = imported(cast.edith, lake, EVENTS)
    people = imported(cast.edith, lake, "account_id\nN\n", kind="accounts")
    draft = looked_at(cast.edith, lake, EVENTS)
    long_ago = now() - timedelta(days=100)
    Upload.objects.update(touched_at=long_ago)
    Import.objects.update(finished_at=long_ago)

    tidying.tidy()

    assert not Import.objects.filter(pk=draft.pk).exists()
    assert not Path(draft.path).exists()
    assert not files.rejects_path(done).exists()
    assert not RecordChange.objects.filter(number=people.pk).exists()


def test_news_of_imports_are_in_the_feed(cast: Cast, lake: Lake) -> None:
    job = imported(cast.edith, lake, EVENTS)
    undone(cast.olga, lake, job)

    verbs = Counter(activity.verb for activity in visible_activities(cast.olga))

    assert verbs == {
        "import.uploaded": 1,
        "import.started": 1,
        "events.imported": 1,
        "import.undone": 1,
    }
