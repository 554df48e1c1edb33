"""Processes that die, or meet, at chosen points of the store."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from crash_roles import WORKSPACE, batch_rows
from stage import Stage

from lake_events import many, table
from uptake.store.lake import Lake
from uptake.store.loader import COMMITTED, FILES_WRITTEN, Loader

PATIENCE = 180
HEAD_START = 0.3
"""Seconds that processes get to be ready before they act together."""


def stored(lake: Lake) -> list[str]:
    with lake.snapshot(WORKSPACE) as snapshot:
        rows = snapshot.connection.execute("SELECT message_id FROM events_text").fetchall()
    return sorted(text for (text,) in rows)


def ids(*numbers: int) -> list[str]:
    return sorted(row["message_id"] for number in numbers for row in batch_rows(0, number))


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} does not appear"
        time.sleep(0.01)


@pytest.mark.crash
@pytest.mark.parametrize(("point", "queryable"), [(FILES_WRITTEN, []), (COMMITTED, ids(3))])
def test_a_loader_that_dies_between_two_steps_loses_and_repeats_nothing(
    lake: Lake, stage: Stage, tmp_path: Path, database_url: str, point: str, queryable: list[str]
) -> None:
    lake.append(WORKSPACE, table(batch_rows(0, 3)))

    ending = stage.start("load_and_die", tmp_path, database_url, point).join()

    assert ending == -signal.SIGKILL
    assert stored(lake) == queryable
    lake.append(WORKSPACE, table(batch_rows(0, 4)))
    Loader(lake).drain()
    assert stored(lake) == ids(3, 4)
    assert lake.check(WORKSPACE) == []


@pytest.mark.crash
def test_files_of_a_dead_loader_are_reported_and_then_removed(
    lake: Lake, stage: Stage, tmp_path: Path, database_url: str
) -> None:
    lake.append(WORKSPACE, table(batch_rows(0, 3)))
    stage.start("load_and_die", tmp_path, database_url, FILES_WRITTEN).join()

    left = lake.check(WORKSPACE)
    Loader(lake).run_once(WORKSPACE)

    assert len(left) == 5
    assert all("left over" in each.problem for each in left)
    assert lake.check(WORKSPACE) == []


@pytest.mark.crash
def test_one_batch_sent_at_once_by_two_processes_is_stored_once(
    lake: Lake, stage: Stage, tmp_path: Path, database_url: str
) -> None:
    moment = time.time() + HEAD_START
    actors = [stage.start("send_at", tmp_path, database_url, moment) for _ in range(2)]
    assert [actor.join() for actor in actors] == [0, 0]

    report = Loader(lake).drain()

    assert lake.status(WORKSPACE).events == len(ids(5))
    assert (report.stored, report.duplicates) == (len(ids(5)), len(ids(5)))
    assert stored(lake) == ids(5)


@pytest.mark.crash
def test_processes_that_open_a_new_lake_at_once_all_find_it_ready(
    stage: Stage, tmp_path: Path, database_url: str
) -> None:
    moment = time.time() + HEAD_START

    actors = [stage.start("open_lake", tmp_path, database_url, moment) for _ in range(4)]

    assert [actor.join() for actor in actors] == [0, 0, 0, 0]
    with Lake.open(tmp_path / "lake", database_url) as lake:
        assert lake.workspaces() == [WORKSPACE]


@pytest.mark.crash
def test_files_of_an_older_version_stay_until_its_last_reader_is_gone(
    lake: Lake, stage: Stage, tmp_path: Path, database_url: str
) -> None:
    for first in range(0, 1_200, 100):
        lake.append(WORKSPACE, many(100, first=first))
        Loader(lake).run_once(WORKSPACE)
    old = set(lake.folder(WORKSPACE).rglob("*.parquet"))
    reader = stage.start("hold_snapshot", tmp_path, database_url)
    wait_for(tmp_path / "held")

    lake.compact(WORKSPACE, thorough=True)
    kept = old & set(lake.folder(WORKSPACE).rglob("*.parquet"))
    reader.kill()
    with lake.writing(WORKSPACE) as writer:
        writer.collect_retired()

    assert kept == old
    assert not old & set(lake.folder(WORKSPACE).rglob("*.parquet"))
    assert lake.check(WORKSPACE) == []


def test_a_loader_leaves_a_workspace_that_another_one_is_writing(
    lake: Lake, open_lake: Callable[[], Lake]
) -> None:
    other = open_lake()
    lake.append(WORKSPACE, table(batch_rows(0, 3)))

    with other.writing(WORKSPACE):
        report = Loader(lake).run_once()

    assert report.batches == 0
    assert Loader(lake).run_once().stored == len(ids(3))
