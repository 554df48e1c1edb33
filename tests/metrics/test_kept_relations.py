"""Relations kept for all threads of a process follow the lake and hold what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.metrics.logs import CALENDAR, Event, canonical, day, uses
from uptake.metrics.evaluate import evaluate
from uptake.metrics.kept_relations import KeptRelations
from uptake.metrics.measurement import Window
from uptake.metrics.relations import Relations
from uptake.store import Lake, Loader, Snapshot

WINDOW = Window.ending(day(27))


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    opened = Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3")
    opened.create_workspace("acme")
    yield opened
    opened.close()


def load(lake: Lake, key: str, events: list[Event]) -> None:
    lake.append("acme", canonical(events, prefix=key))
    Loader(lake).run_once("acme")


def build(snapshot: Snapshot) -> Relations:
    return Relations.from_rollups(snapshot, calendar=CALENDAR)


def active(relations: Relations) -> float | None:
    (answer,) = evaluate(["active_people"], relations, window=WINDOW, minimum_people=1)
    return answer.value


def test_relations_are_kept_until_the_lake_changes(lake: Lake) -> None:
    load(lake, "first", uses("ann", 1))
    kept = KeptRelations(lake)
    with (
        kept.reading("acme", build, revision=0) as before,
        kept.reading("acme", build, revision=0) as same,
    ):
        assert same is before
        assert active(before) == 1
        load(lake, "second", uses("ben", 2))

        with kept.reading("acme", build, revision=0) as after:
            found = active(before), active(after)

    kept.close()
    assert found == (1, 2)


def test_relations_are_built_afresh_when_people_change(lake: Lake) -> None:
    load(lake, "first", uses("ann", 1))
    kept = KeptRelations(lake)

    with kept.reading("acme", build, revision=0) as before:
        pass
    with kept.reading("acme", build, revision=1) as after:
        assert after is not before
        assert active(after) == 1

    kept.close()


def test_threads_share_relations_and_get_the_same_numbers(lake: Lake) -> None:
    load(lake, "first", [event for n in range(9) for event in uses(f"p{n}", n, n + 9)])
    kept = KeptRelations(lake)
    keys = ["active_people", "frequency", "weekday_hours", "value_actions", "depth", "retention"]

    def page(_turn: int) -> object:
        with kept.reading("acme", build, revision=0) as relations:
            return evaluate(keys, relations, window=WINDOW, minimum_people=1)

    with ThreadPoolExecutor(4) as threads:
        pages = list(threads.map(page, range(12)))

    kept.close()
    assert all(found == pages[0] for found in pages)
