"""Processes that are killed at random moments: nothing acknowledged is lost or stored twice."""

from __future__ import annotations

import itertools
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from crash_roles import WORKSPACE, Journal, batch_rows
from stage import Actor, Stage
from tests.postgres_server import running_server

from uptake.store.lake import Lake
from uptake.store.loader import Loader

ROLES = {"write-0": ("0",), "write-1": ("1",), "load": (), "read": ()}
KILLS = 52
AT_WORK = 0.75
LONGEST_WAIT = 0.4
PATIENCE = 180
"""Seconds: the longest pause before a kill, and the longest that a process may do nothing."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that waits for the disk."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/lake.sqlite3"
        return
    with running_server(durable=True) as server:
        yield server.url()


def wait_for_work(root: Path, name: str, lines: int) -> None:
    """Return once a process has noted more than it had when it started."""
    deadline = time.monotonic() + PATIENCE
    while noted(root, name) <= lines:
        assert time.monotonic() < deadline, f"{name} does nothing"
        time.sleep(0.005)


def noted(root: Path, name: str) -> int:
    journal = root / f"{name}.journal"
    return len(journal.read_bytes().splitlines()) if journal.exists() else 0


def kill_in_turn(stage: Stage, root: Path, url: str, dice: random.Random) -> Counter[str]:
    """Let all roles play, killing one after the other; how often each was killed.

    Three in four are killed at work, the others wherever they are, which may be at their start.
    """

    def start(name: str) -> Actor:
        return stage.start(name.partition("-")[0], root, url, *ROLES[name])

    alive, began = {name: start(name) for name in ROLES}, dict.fromkeys(ROLES, 0)
    killed: Counter[str] = Counter()
    for name in itertools.islice(itertools.cycle(ROLES), KILLS):
        if dice.random() < AT_WORK:
            wait_for_work(root, name, began[name])
        time.sleep(LONGEST_WAIT * dice.random())
        assert alive[name].kill() == -signal.SIGKILL, f"{name} had ended by itself"
        killed[name] += 1
        began[name] = noted(root, name)
        alive[name] = start(name)
    for name in ROLES:
        wait_for_work(root, name, began[name])
    (root / "stop").touch()
    assert [actor.join() for actor in alive.values()] == [0] * len(ROLES)
    return killed


def message_ids(root: Path, step: str) -> set[str]:
    """The ids of every batch that a writer noted at this step."""
    return {
        str(row["message_id"])
        for writer in (0, 1)
        for line in Journal(root / f"write-{writer}.journal").lines()
        if line["step"] == step
        for row in batch_rows(writer, int(str(line["number"])))
    }


@pytest.mark.crash
def test_killing_anybody_at_any_moment_loses_and_repeats_nothing(
    stage: Stage, durable_url: str, tmp_path: Path
) -> None:
    with Lake.open(tmp_path / "lake", durable_url) as lake:
        lake.create_workspace(WORKSPACE)

        killed = kill_in_turn(stage, tmp_path, durable_url, random.Random(7))

        Loader(lake).drain()
        with lake.snapshot(WORKSPACE) as snapshot:
            rows = snapshot.connection.execute("SELECT message_id FROM events_text").fetchall()
        stored = Counter(text for (text,) in rows)
        seen = Journal(tmp_path / "read.journal").lines()
        assert sum(killed.values()) == KILLS
        assert {text: count for text, count in stored.items() if count > 1} == {}
        assert message_ids(tmp_path, "ack") - set(stored) == set()
        assert set(stored) - message_ids(tmp_path, "try") == set()
        assert [sight for sight in seen if sight["partial"]] == []
        assert [sight for sight in seen if sight["rolled"] != sight["events"]] == []
        assert [sight["events"] for sight in seen] == sorted(sight["events"] for sight in seen)
        assert [sight["version"] for sight in seen] == sorted(sight["version"] for sight in seen)
        assert lake.check(WORKSPACE) == []
