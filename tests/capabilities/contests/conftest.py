from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import factories
from tests.capabilities.behaviours.conftest import cast as cast
from tests.capabilities.behaviours.test_keeping import asked
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from tests.metrics.logs import Event, canonical, day
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.contests.actions import ContestFacts, draft_contest, open_contest
from uptake.capabilities.contests.models import Contest
from uptake.capabilities.contests.rules import Prize, Rules
from uptake.capabilities.contests.taking_part import enter
from uptake.capabilities.customers.models import Person, Team
from uptake.foundation.lake import shared_lake
from uptake.store import Loader

FIRST, WEEKS, ALL = day(56), 4, 21
"""Eight weeks before, four of contest, eight after it, and the beginning of one more."""

LUNCH = Prize("Lunch together", "Head of sales")
TEAMS = {"red": 6, "blue": 6, "green": 6, "tiny": 4}


@dataclass
class Stage:
    """Four teams, of which ``tiny`` is too small; Mark leads red, Ursula is one of its people."""

    cast: Cast
    behaviour: Behaviour
    teams: dict[str, Team]

    @property
    def ursula(self) -> Person:
        return Person.objects.get(external_id="red0")

    def drafted(self, **changed: Any) -> Contest:
        facts = {"first": FIRST, "weeks": WEEKS, "prizes": (LUNCH,)} | changed
        wanted = ContestFacts("Spring", self.behaviour.pk, Rules(**facts))
        return draft_contest(self.cast.edith, wanted, today=before())

    def opened(self, *teams: str, **changed: Any) -> Contest:
        contest = open_contest(self.cast.edith, self.drafted(**changed).pk, today=before())
        for name in teams:
            enter(self.cast.edith, contest.pk, self.teams[name].pk, today=before())
        return contest


def before() -> date:
    return FIRST - timedelta(days=14)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    cast.workspace.kind = "buyer"
    cast.workspace.save()
    factories.action(factories.product(cast.workspace), "create")
    mark = factories.person(cast.workspace, "mark", user=cast.mark.user)
    teams = {name: factories.team(cast.workspace, name) for name in TEAMS}
    for name, size in TEAMS.items():
        for n in range(size):
            facts = {"team": teams[name], "manager": mark if name == "red" else None}
            user = cast.ursula.user if (name, n) == ("red", 0) else None
            factories.person(cast.workspace, f"{name}{n}", user=user, **facts)
    return Stage(cast, asked(cast), teams)


def meets(team: str, n: int, week: int) -> bool:
    """A quarter of the weeks before and after; red all weeks of the contest, blue every other."""
    during = 8 <= week < 12
    every = {"red": 1, "blue": 2}.get(team, 4) if during else 4
    return (week + n) % every == 0


def worked(people: dict[str, int] | None = None, more: tuple[Event, ...] = ()) -> list[Event]:
    events = [
        Event(f"{team}{n}", 7 * week, right=meets(team, n, week))
        for team, size in (people or TEAMS).items()
        for n in range(size)
        for week in range(ALL)
    ]
    return [*events, *more]


def load(folder: Path, events: list[Event]) -> None:
    lake = shared_lake()
    lake.create_workspace("acme")
    lake.append("acme", canonical(events))
    loader = Loader(lake)
    loader.run_once()
    loader.close()


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Path]:
    with own_data_folder(tmp_path):
        yield tmp_path
