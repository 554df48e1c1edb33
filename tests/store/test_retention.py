"""Retention drops whole months, touches no other, and does not let them in again."""

from __future__ import annotations

from datetime import date

import pytest
from lake_model import rollups, rollups_from_events

from lake_events import event, many, table
from uptake.store import Lake, Loader
from uptake.store.manifest import EVENTS, read_manifest
from uptake.store.retention import InvalidRetention, apply_retention
from uptake.store.schema import TermKind

TODAY = date(2026, 4, 17)


@pytest.fixture(name="loaded")
def _loaded(lake: Lake) -> Lake:
    """Events from January to April, one person only in January."""
    lake.append("acme", many(2_000, people=20))
    lake.append("acme", table([event("old", person="gone", occurred_at=date_time(2026, 1, 3))]))
    Loader(lake).drain("acme")
    return lake


def date_time(year: int, month: int, day: int) -> object:
    from datetime import UTC, datetime

    return datetime(year, month, day, 12, tzinfo=UTC)


def event_files(lake: Lake) -> dict[str, int]:
    with lake.database.reading() as session:
        files = read_manifest(session, "acme").of_kind(EVENTS)
    return {file.path: file.rows for file in files}


def test_whole_months_go_and_the_rest_is_untouched(loaded: Lake) -> None:
    before = event_files(loaded)

    report = apply_retention(loaded, "acme", months=2, today=TODAY)

    after = event_files(loaded)
    assert after.items() <= before.items()
    assert {path.split("/")[1] for path in after} == {"2026-03", "2026-04", "2026-05"}
    assert report.months == (date(2026, 1, 1), date(2026, 2, 1))
    assert report.first_day == date(2026, 3, 1)
    assert report.events == sum(before.values()) - sum(after.values())


def test_the_files_are_gone_from_the_disk(loaded: Lake) -> None:
    apply_retention(loaded, "acme", months=2, today=TODAY)

    left = [path for path in loaded.folder("acme").rglob("events/*/*") if path.is_file()]
    assert sorted(left) == sorted(loaded.folder("acme") / path for path in event_files(loaded))


def test_rollups_lose_the_same_months(loaded: Lake) -> None:
    apply_retention(loaded, "acme", months=2, today=TODAY)

    assert rollups(loaded) == rollups_from_events(loaded)
    assert min(row["day"] for row in rollups(loaded)["account_hours"]) >= date(2026, 3, 1)


def test_people_are_forgotten_with_their_last_event(loaded: Lake) -> None:
    report = apply_retention(loaded, "acme", months=2, today=TODAY)

    with loaded.snapshot("acme") as snapshot:
        people = snapshot.codes(TermKind.PERSON)
    assert "gone" not in people
    assert report.people_forgotten == 1


def test_someone_forgotten_may_come_back(loaded: Lake) -> None:
    apply_retention(loaded, "acme", months=2, today=TODAY)
    loaded.append("acme", table([event("new", person="gone")]))

    report = Loader(loaded).drain("acme")

    assert report.stored == 1


def test_events_of_dropped_months_are_refused(loaded: Lake) -> None:
    dropped = apply_retention(loaded, "acme", months=2, today=TODAY).events
    loaded.append("acme", many(2_000, people=20))

    report = Loader(loaded).drain("acme")

    assert (report.stored, report.rejected) == (0, dropped - 1)


def test_again_changes_nothing(loaded: Lake) -> None:
    apply_retention(loaded, "acme", months=2, today=TODAY)

    again = apply_retention(loaded, "acme", months=2, today=TODAY)

    assert (again.events, again.files, again.months) == (0, 0, ())


def test_a_policy_keeps_at_least_a_month(loaded: Lake) -> None:
    with pytest.raises(InvalidRetention, match="at least one month"):
        apply_retention(loaded, "acme", months=0, today=TODAY)
