"""Imports, compactions and erasures that are killed at random moments, for real."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from crash_roles import WORKSPACE, file_rows
from lake_model import as_text, numbered, rollups, rollups_from_events, stored_rows
from stage import Stage

from lake_events import many
from uptake.store import Lake, Loader

KILLS = 8
LONGEST = 0.4
"""Seconds that a process may live before it is killed."""

pytestmark = pytest.mark.crash


def kill_again_and_again(stage: Stage, role: str, *arguments: object) -> None:
    dice = random.Random(role)
    for _ in range(KILLS):
        actor = stage.start(role, *arguments)
        time.sleep(dice.random() * LONGEST)
        actor.kill()


@pytest.fixture(name="loaded")
def _loaded(lake: Lake) -> Lake:
    loader = Loader(lake)
    for first in range(0, 1_200, 200):
        lake.append(WORKSPACE, many(200, first=first, people=20))
        loader.run_once(WORKSPACE)
    loader.close()
    return lake


def test_an_import_is_complete_when_one_run_of_it_lives(
    lake: Lake, stage: Stage, tmp_path: Path, database_url: str
) -> None:
    kill_again_and_again(stage, "import_file", tmp_path, database_url)

    ending = stage.start("import_file", tmp_path, database_url).join()

    assert ending == 0
    assert stored_rows(lake) == Counter(as_text(row) for row in numbered(file_rows()))
    assert rollups(lake) == rollups_from_events(lake)
    assert lake.check(WORKSPACE) == []


def test_compactions_that_die_change_no_answer(
    loaded: Lake, stage: Stage, tmp_path: Path, database_url: str
) -> None:
    events, before = stored_rows(loaded), rollups(loaded)

    kill_again_and_again(stage, "compact_thoroughly", tmp_path, database_url)

    assert (stored_rows(loaded), rollups(loaded)) == (events, before)
    assert stage.start("compact_thoroughly", tmp_path, database_url).join() == 0
    assert (stored_rows(loaded), rollups(loaded)) == (events, before)
    assert loaded.check(WORKSPACE) == []


def test_an_erasure_that_dies_is_finished_by_the_next(
    loaded: Lake, stage: Stage, tmp_path: Path, database_url: str
) -> None:
    person = "person-7@example.com"
    others = Counter({row: n for row, n in stored_rows(loaded).items() if person not in row})

    kill_again_and_again(stage, "erase", tmp_path, database_url, person)

    assert stage.start("erase", tmp_path, database_url, person).join() == 0
    assert stored_rows(loaded) == others
    assert rollups(loaded) == rollups_from_events(loaded)
    assert loaded.check(WORKSPACE) == []
