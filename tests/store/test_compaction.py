"""Compaction changes the files and nothing that is read."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyarrow.parquet as pq
import pytest
from lake_model import rollups, rollups_from_events, stored_rows

from lake_events import event, many, table
from uptake.store import Lake, Loader, compaction
from uptake.store.compaction import COMMITTED, FILES_WRITTEN, compact
from uptake.store.manifest import EVENTS, INDEX, Manifest, read_manifest
from uptake.store.schema import ROLLUPS
from uptake.store.writer import stored_files

MONTHS = 5
"""January to May: the last evening of April is May in Berlin."""


class Stop(Exception):
    """A crash between two durable steps."""


@pytest.fixture(name="loaded")
def _loaded(lake: Lake) -> Lake:
    """Five small loads."""
    with_loader = Loader(lake)
    for at in range(5):
        lake.append("acme", many(400, first=at * 400, seed=at))
        with_loader.drain("acme")
    with_loader.close()
    return lake


def manifest(lake: Lake) -> Manifest:
    with lake.database.reading() as session:
        return read_manifest(session, "acme")


def stop_at(point: str, time: int) -> Callable[[str], None]:
    left = [point] * time

    def fault(passed: str) -> None:
        left[:] = left[1:] if passed == point else left
        if not left:
            raise Stop

    return fault


def test_what_arrives_is_loaded_between_the_steps_of_a_compaction(
    loaded: Lake, open_lake: Callable[[], Lake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "GIVE_WAY_SECONDS", 600.0)
    other, stop, sent = open_lake(), threading.Event(), []

    def arrive(point: str) -> None:
        sent.append(event(f"{point} {len(sent)}"))
        loaded.append("acme", table(sent[-1:]))

    def load() -> None:
        loader = Loader(other)
        while not stop.wait(0.01):
            loader.run_once()
        loader.close()

    thread = threading.Thread(target=load)
    thread.start()
    compact(loaded, "acme", thorough=True, fault=arrive)
    status = loaded.status("acme")
    stop.set()
    thread.join()

    of_the_last_step = 2
    assert len(sent) > 2 * MONTHS
    assert status.events >= 2_000 + len(sent) - of_the_last_step
    assert rollups(loaded) == rollups_from_events(loaded)
    assert loaded.check("acme") == []


def test_what_is_read_stays_the_same(loaded: Lake) -> None:
    events, before = stored_rows(loaded), rollups(loaded)

    compact(loaded, "acme", thorough=True)

    assert stored_rows(loaded) == events
    assert rollups(loaded) == before == rollups_from_events(loaded)


def test_each_month_becomes_one_file_of_each_kind(loaded: Lake) -> None:
    report = compact(loaded, "acme", thorough=True)

    files = manifest(loaded)
    per_kind = {len(files.of_kind(kind)) for kind in (EVENTS, *ROLLUPS)}
    assert per_kind == {MONTHS}
    assert len(files.of_kind(INDEX)) == 1
    assert report.files_after == 4 * MONTHS + 1 < report.files_before
    assert report.bytes_after < report.bytes_before


def test_replaced_files_are_gone_from_the_disk(loaded: Lake) -> None:
    compact(loaded, "acme", thorough=True)

    on_disk = stored_files(loaded.folder("acme"))
    assert on_disk == sorted(file.path for file in manifest(loaded).files)


def test_doing_it_again_changes_nothing(loaded: Lake) -> None:
    compact(loaded, "acme", thorough=True)
    before = manifest(loaded)

    compact(loaded, "acme", thorough=True)

    assert manifest(loaded) == before


def test_rows_are_clustered_by_account_and_person(loaded: Lake) -> None:
    compact(loaded, "acme", thorough=True)

    keys = ("account", "person", "occurred_at")
    for file in manifest(loaded).of_kind(EVENTS):
        rows = pq.read_table(loaded.folder("acme") / file.path).select(keys).to_pylist()
        order = [tuple(row[key] for key in keys) for row in rows]
        assert order == sorted(order)


def test_a_file_is_cut_when_it_is_full_and_full_files_are_left_alone(loaded: Lake) -> None:
    compact(loaded, "acme", thorough=True, full_rows=100)
    full = {file.id for file in manifest(loaded).of_kind(EVENTS) if file.rows >= 50}

    compact(loaded, "acme", thorough=True, full_rows=100)

    after = manifest(loaded).of_kind(EVENTS)
    assert max(file.rows for file in after) == 100
    assert full <= {file.id for file in after}
    assert sum(file.rows for file in after) == 2_000


def test_without_need_only_files_that_grew_alike_are_merged(loaded: Lake) -> None:
    compact(loaded, "acme", thorough=True)
    lake = loaded
    lake.append("acme", many(10, first=10_000))
    Loader(lake).drain("acme")
    large = {file.id for file in manifest(lake).files if file.level}

    compact(lake, "acme")

    assert large <= {file.id for file in manifest(lake).files}


def test_a_reader_keeps_its_files_until_it_is_done(loaded: Lake) -> None:
    with loaded.snapshot("acme") as snapshot:
        compact(loaded, "acme", thorough=True)
        counted = snapshot.connection.sql("SELECT count(*) FROM events").fetchall()
        during = len(stored_files(loaded.folder("acme")))

    compact(loaded, "acme", thorough=True)

    assert counted == [(2_000,)]
    assert len(stored_files(loaded.folder("acme"))) == 4 * MONTHS + 1 < during


def test_duplicates_are_still_recognised_afterwards(loaded: Lake) -> None:
    compact(loaded, "acme", thorough=True)
    loaded.append("acme", many(2_500))

    report = Loader(loaded).drain("acme")

    assert (report.stored, report.duplicates) == (500, 2_000)


@pytest.mark.parametrize("point", [FILES_WRITTEN, COMMITTED])
@pytest.mark.parametrize("time", [1, 3, 6])
def test_a_crash_between_any_steps_loses_nothing(loaded: Lake, point: str, time: int) -> None:
    events, before = stored_rows(loaded), rollups(loaded)

    with pytest.raises(Stop):
        compact(loaded, "acme", thorough=True, fault=stop_at(point, time))

    assert (stored_rows(loaded), rollups(loaded)) == (events, before)
    compact(loaded, "acme", thorough=True)
    assert (stored_rows(loaded), rollups(loaded)) == (events, before)
    assert stored_files(loaded.folder("acme")) == sorted(f.path for f in manifest(loaded).files)
