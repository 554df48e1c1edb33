"""Undoing an import takes away exactly what it stored, whatever happened before and since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake_model import (
    WORKSPACE,
    Append,
    Compact,
    Erase,
    Load,
    Model,
    Step,
    load_in_chunks,
    rollups,
    rollups_from_events,
    stored_rows,
)

from lake_events import NOON, Row, event, many, table, uuid_text
from uptake.store import Lake, Loader
from uptake.store import undo as undoing
from uptake.store.manifest import EVENTS, read_manifest
from uptake.store.schema import TermKind
from uptake.store.undo import UndoReport


def moment(number: int) -> datetime:
    return NOON + timedelta(milliseconds=number)


@dataclass(frozen=True)
class Import:
    """A file is imported; its number says when it was received."""

    number: int
    rows: list[Row]

    def received(self) -> list[Row]:
        return [row | {"received_at": moment(self.number)} for row in self.rows]

    def happen(self, lake: Lake) -> None:
        batches = iter(table(self.received()).to_batches(max_chunksize=2))
        load_in_chunks(lake, batches, content_keyed=False)

    def expect(self, model: Model) -> None:
        model.store(self.received())


@dataclass(frozen=True)
class Undo:
    """An import is undone."""

    number: int

    def happen(self, lake: Lake) -> None:
        lake.undo(WORKSPACE, "crm", moment(self.number))

    def expect(self, model: Model) -> None:
        model.stored = {
            key: row
            for key, row in model.stored.items()
            if (row["source_id"], row["received_at"]) != ("crm", moment(self.number))
        }


people = st.sampled_from(["ann", "bob", "cleo"])
rows = st.lists(
    st.builds(
        event,
        st.sampled_from([uuid_text(1), uuid_text(2), uuid_text(3), "a", "b", "c"]),
        source_id=st.sampled_from(["crm", "erp"]),
        person=people,
        account=st.sampled_from(["north", "south", None]),
        action=st.sampled_from(["open", "close"]),
        occurred_at=st.sampled_from(
            [
                datetime(2026, 2, 28, 22, 59, tzinfo=UTC),
                datetime(2026, 2, 28, 23, 1, tzinfo=UTC),
                datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
            ]
        ),
        recorded_at=st.sampled_from([None, datetime(2026, 3, 29, 3, 0, tzinfo=UTC)]),
        quality_ok=st.sampled_from([None, True, False]),
    ),
    max_size=6,
)
numbers = st.integers(1, 3)
steps = st.lists(
    st.one_of(
        st.builds(Append, rows),
        st.builds(Load),
        st.builds(Import, numbers, rows),
        st.builds(Undo, numbers),
        st.builds(Compact, st.booleans()),
        st.builds(Erase, people),
    ),
    min_size=2,
    max_size=9,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(steps=steps)
def test_what_is_left_is_what_a_plain_dictionary_would_hold(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder) / "lake", f"sqlite:///{folder}/lake.sqlite3")
        lake.create_workspace(WORKSPACE, timezone="Europe/Berlin")
        model = Model()
        for step in [*steps, Load()]:
            step.happen(lake)
            step.expect(model)

        assert stored_rows(lake) == model.rows()
        assert rollups(lake) == rollups_from_events(lake)
        assert lake.check(WORKSPACE) == []
        lake.close()


def imported(lake: Lake, number: int, count: int, *, first: int = 0) -> None:
    received = many(count, people=20, first=first).to_pylist()
    Import(number, received).happen(lake)


@pytest.fixture(name="bulk")
def _bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are loaded in a few chunks, not three rows at a time."""
    from uptake.store.bulk import bulk_load

    monkeypatch.setattr(
        "lake_model.bulk_load", lambda *a, **k: bulk_load(*a, **{**k, "chunk_rows": 400})
    )


@pytest.fixture(name="loaded")
def _loaded(lake: Lake, bulk: None) -> Lake:
    lake.append(WORKSPACE, many(500, people=20))
    Loader(lake).drain(WORKSPACE)
    return lake


def test_an_undone_file_can_be_imported_again(loaded: Lake) -> None:
    before = stored_rows(loaded)
    imported(loaded, 1, 1_000, first=250)
    after = stored_rows(loaded)

    undone = loaded.undo(WORKSPACE, "crm", moment(1))
    between = stored_rows(loaded)
    imported(loaded, 2, 1_000, first=250)

    assert undone.events == 750
    assert between == before
    again = {
        row.replace("2026-03-02 12:00:00.002", "2026-03-02 12:00:00.001")
        for row in stored_rows(loaded)
    }
    assert again == set(after)
    assert loaded.events_of(WORKSPACE, "crm", moment(2)) == 750


def test_files_of_the_import_alone_are_only_taken_out(loaded: Lake) -> None:
    before = files(loaded)
    imported(loaded, 1, 1_000, first=2_000)

    loaded.undo(WORKSPACE, "crm", moment(1))

    assert files(loaded) == before


def files(lake: Lake) -> set[str]:
    with lake.database.reading() as session:
        return {file.path for file in read_manifest(session, WORKSPACE).of_kind(EVENTS)}


def test_compacted_files_are_written_without_it_and_nothing_is_left_on_the_disk(
    loaded: Lake,
) -> None:
    before, rolled = stored_rows(loaded), rollups(loaded)
    imported(loaded, 1, 1_000, first=2_000)
    loaded.compact(WORKSPACE, thorough=True)

    loaded.undo(WORKSPACE, "crm", moment(1))

    assert (stored_rows(loaded), rollups(loaded)) == (before, rolled)
    assert loaded.check(WORKSPACE) == []
    on_disk = {path.name for path in loaded.folder(WORKSPACE).rglob("events/*/*.parquet")}
    assert on_disk == {Path(path).name for path in files(loaded)}


def test_a_second_undo_and_an_unknown_source_take_nothing(loaded: Lake) -> None:
    imported(loaded, 1, 100, first=2_000)
    loaded.undo(WORKSPACE, "crm", moment(1))

    assert loaded.undo(WORKSPACE, "crm", moment(1)) == UndoReport()
    assert loaded.undo(WORKSPACE, "nowhere", moment(1)) == UndoReport()


def test_people_who_came_with_the_import_alone_are_forgotten(loaded: Lake) -> None:
    Import(1, [event("x", person="stray"), event("y", person="person-1@example.com")]).happen(
        loaded
    )

    undone = loaded.undo(WORKSPACE, "crm", moment(1))

    assert undone == UndoReport(events=2, files=1, people_forgotten=1)
    assert "stray" not in loaded.people(WORKSPACE)
    assert "person-1@example.com" in loaded.people(WORKSPACE)


def test_a_crash_before_the_commit_leaves_the_import_as_it_was(
    loaded: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(loaded, 1, 1_000, first=250)
    loaded.compact(WORKSPACE, thorough=True)
    before, rolled = stored_rows(loaded), rollups(loaded)
    monkeypatch.setattr(undoing, "_forget", _die)

    with pytest.raises(RuntimeError):
        loaded.undo(WORKSPACE, "crm", moment(1))

    assert (stored_rows(loaded), rollups(loaded)) == (before, rolled)
    monkeypatch.undo()
    assert loaded.undo(WORKSPACE, "crm", moment(1)).events == 750
    assert loaded.check(WORKSPACE) == []


def _die(*_: object) -> None:
    raise RuntimeError


def test_readers_of_an_older_version_keep_what_they_see(
    loaded: Lake, open_lake: Callable[[], Lake]
) -> None:
    imported(loaded, 1, 1_000, first=2_000)
    with open_lake().snapshot(WORKSPACE) as snapshot:
        loaded.undo(WORKSPACE, "crm", moment(1))
        seen = snapshot.connection.execute("SELECT count(*) FROM events").fetchall()

    assert seen == [(1_500,)]


def test_the_source_keeps_its_code(loaded: Lake) -> None:
    imported(loaded, 1, 10, first=2_000)
    with loaded.snapshot(WORKSPACE) as snapshot:
        before = snapshot.codes(TermKind.SOURCE)

    loaded.undo(WORKSPACE, "crm", moment(1))

    with loaded.snapshot(WORKSPACE) as snapshot:
        assert snapshot.codes(TermKind.SOURCE) == before
