"""From append to answer, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from lake_events import damage, event, many, table
from uptake.store.errors import InvalidBatch, InvalidWorkspaceName, UnknownWorkspace
from uptake.store.lake import Lake
from uptake.store.loader import Loader
from uptake.store.schema import CANONICAL, TermKind
from uptake.store.snapshot import Snapshot

RELATIONS = (
    "events",
    "events_text",
    "person_days",
    "person_day_actions",
    "account_hours",
    "terms",
)


def stored_ids(lake: Lake, workspace: str = "acme") -> list[str]:
    with lake.snapshot(workspace) as snapshot:
        rows = snapshot.connection.execute("SELECT message_id FROM events_text").fetchall()
    return sorted(text for (text,) in rows)


def count_of(snapshot: Snapshot, relation: str = "events") -> int:
    return int(snapshot.connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])


def test_an_event_comes_back_as_it_was_given(lake: Lake) -> None:
    lake.append("acme", table([event("m1", properties='{"a": 1}', duration_ms=7)]))

    Loader(lake).drain()

    with lake.snapshot("acme") as snapshot:
        rows = snapshot.connection.sql(f"SELECT {', '.join(CANONICAL.names)} FROM events_text")
        found = rows.to_arrow_table().to_pylist()
    assert found == [event("m1", properties='{"a": 1}', duration_ms=7)]


def test_an_empty_workspace_answers_with_typed_empty_relations(lake: Lake) -> None:
    with lake.snapshot("acme") as snapshot:
        counts = {name: count_of(snapshot, name) for name in RELATIONS}

    assert counts == dict.fromkeys(RELATIONS, 0)


def test_rollups_count_every_event_that_was_stored(lake: Lake) -> None:
    lake.append("acme", many(3_000))
    lake.append("acme", many(3_000, first=2_000, seed=2))

    report = Loader(lake).drain()

    with lake.snapshot("acme") as snapshot:
        ask = snapshot.connection.execute
        sums = [
            ask(f"SELECT sum(events) FROM {name}").fetchall()[0][0]
            for name in ("person_day_actions", "account_hours")
        ]
        assert (report.stored, report.duplicates) == (5_000, 1_000)
        assert [*sums, count_of(snapshot)] == [5_000, 5_000, 5_000]


def test_workspaces_lie_in_folders_of_their_own(lake: Lake) -> None:
    lake.create_workspace("globex")
    lake.append("acme", table([event("m1")]))
    lake.append("globex", table([event("m1"), event("m2")]))

    Loader(lake).drain()

    assert stored_ids(lake) == ["m1"]
    assert stored_ids(lake, "globex") == ["m1", "m2"]
    assert len(list((lake.root / "globex").rglob("*.parquet"))) == 4


def test_days_follow_the_workspaces_time_zone(lake: Lake) -> None:
    from datetime import UTC, datetime

    late_in_utc = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    lake.append("acme", table([event("m1", occurred_at=late_in_utc)]))

    Loader(lake).drain()

    with lake.snapshot("acme") as snapshot:
        days = snapshot.connection.execute("SELECT day::VARCHAR FROM events").fetchall()
    assert days == [("2026-02-01",)]
    assert (lake.folder("acme") / "events" / "2026-02").is_dir()


def test_a_snapshot_stays_as_it_was_while_more_is_loaded(lake: Lake) -> None:
    loader = Loader(lake)
    lake.append("acme", table([event("m1")]))
    loader.drain()

    with lake.snapshot("acme") as before:
        lake.append("acme", table([event("m2", person="newcomer")]))
        loader.drain()
        with lake.snapshot("acme") as after:
            assert (count_of(before), count_of(after)) == (1, 2)
            assert before.version < after.version
            assert "newcomer" not in before.codes(TermKind.PERSON)
            assert "newcomer" in after.codes(TermKind.PERSON)


def test_ibis_reads_the_snapshot(lake: Lake) -> None:
    lake.append("acme", many(100))
    Loader(lake).drain()

    with lake.snapshot("acme") as snapshot:
        counted = snapshot.ibis().table("events").count().execute()

    assert counted == 100


def test_another_process_sees_what_was_loaded(lake: Lake, open_lake: Callable[[], Lake]) -> None:
    other = open_lake()
    other.append("acme", table([event("m1")]))
    Loader(lake).drain()
    other.append("acme", table([event("m2", person="p2")]))
    Loader(other).drain()

    lake.append("acme", table([event("m3", person="p2"), event("m4", person="p3")]))
    Loader(lake).drain()

    with other.snapshot("acme") as snapshot:
        people = snapshot.connection.execute(
            "SELECT person, count(*) FROM events_text GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert people == [("p1", 1), ("p2", 2), ("p3", 1)]


def test_the_tail_shows_the_newest_events_that_wait(lake: Lake) -> None:
    lake.append("acme", table([event("m1"), event("m2")]))
    lake.append("acme", table([event("m3")]))

    newest = lake.tail("acme", 2)

    assert newest["message_id"].to_pylist() == ["m3", "m2"]
    assert newest.schema.equals(CANONICAL)


def test_the_status_tells_what_waits_and_how_fresh_the_answers_are(lake: Lake) -> None:
    lake.append("acme", many(50))
    waiting = lake.status("acme")
    Loader(lake).drain()

    loaded = lake.status("acme")

    assert (waiting.inbox.batches, waiting.inbox.events, waiting.events) == (1, 50, 0)
    assert (loaded.inbox.events, loaded.events, loaded.version) == (0, 50, 1)
    assert waiting.freshness.p99_ms is None
    assert 0 <= loaded.freshness.median_ms <= loaded.freshness.p99_ms < 60_000


def test_a_batch_without_events_is_no_batch(lake: Lake) -> None:
    receipt = lake.append("acme", CANONICAL.empty_table())

    assert (receipt.batch_id, receipt.events) == (None, 0)
    assert lake.status("acme").inbox.batches == 0


@pytest.mark.parametrize(
    ("events", "complaint"),
    [
        (table([event("m1")]).drop_columns(["person"]), "person"),
        (table([event("m1")]).append_column("extra", pa.array([1])), "extra"),
        (table([event("m1", person="")]), "person"),
        (table([event("")]), "message_id"),
        (pa.Table.from_pylist([event("m1", action=None)], CANONICAL), "action"),
        (table([event("m1", occurred_at=-3_000_000_000_000)]), "occurred_at"),
    ],
)
def test_a_batch_of_another_shape_is_refused(lake: Lake, events: pa.Table, complaint: str) -> None:
    with pytest.raises(InvalidBatch, match=complaint):
        lake.append("acme", events)

    assert lake.status("acme").inbox.batches == 0


def test_an_unknown_workspace_is_refused_everywhere(lake: Lake) -> None:
    for attempt in (
        lambda: lake.append("nobody", table([event("m1")])),
        lambda: lake.snapshot("nobody"),
        lambda: lake.tail("nobody"),
        lambda: lake.status("nobody"),
        lambda: Loader(lake).run_once("nobody"),
    ):
        with pytest.raises(UnknownWorkspace):
            attempt()


@pytest.mark.parametrize(
    "name", ["", "Acme", "../acme", "a/b", "-a", "a" * 64, "acme\n", ".scratch"]
)
def test_a_workspaces_name_is_a_slug(lake: Lake, name: str) -> None:
    with pytest.raises(InvalidWorkspaceName):
        lake.create_workspace(name)


def test_creating_a_workspace_again_changes_nothing(lake: Lake) -> None:
    lake.append("acme", table([event("m1")]))
    Loader(lake).drain()

    lake.create_workspace("acme", timezone="Asia/Tokyo")

    assert lake.status("acme").timezone == "Europe/Berlin"
    assert lake.workspaces() == ["acme"]


def test_a_damaged_batch_is_set_aside_and_the_others_are_loaded(lake: Lake) -> None:
    lake.append("acme", table([event("m1")]))
    damaged = lake.append("acme", table([event("m2"), event("m3")]))
    lake.append("acme", table([event("m4")]))
    damage(lake.folder("acme") / "inbox", damaged.batch_id)

    report = Loader(lake).drain()

    assert (report.stored, report.rejected) == (2, 2)
    assert stored_ids(lake) == ["m1", "m4"]
    assert lake.status("acme").unreadable_batches == 1


def test_the_folder_holds_nothing_but_registered_files(lake: Lake, tmp_path: Path) -> None:
    lake.append("acme", many(500))
    Loader(lake).drain()

    with lake.database.reading() as session:
        registered = {path for (path,) in session.query("SELECT path FROM lake_file")}

    folder = lake.folder("acme")
    on_disk = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    on_disk = {name for name in on_disk if not name.startswith("inbox/")}
    assert on_disk == registered
