"""Near a champion people may begin sooner: from events to a sentence, of groups alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.capabilities.behaviours.test_keeping import LIVE, asked, write_version
from tests.capabilities.champions.test_jobs import shown
from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast
from tests.metrics.logs import MONDAY, canonical, uses
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.champions.models import Champion, NearFigures, Standing
from uptake.capabilities.champions.near import Near, measure, measure_all, visible_near
from uptake.capabilities.champions.near_words import sentence
from uptake.capabilities.customers.models import Person, Population
from uptake.foundation.lake import shared_lake
from uptake.methods.behaviour.nearness import Nearness, TooFew
from uptake.store import Loader

TEAMS, PEOPLE, WEEKS = 10, 6, 12
BEFORE = LIVE - timedelta(days=30)


@pytest.fixture
def teams(cast: Cast, tmp_path: Path) -> Iterator[Cast]:
    """Ten teams; of half of them everybody begins at once, of the others four weeks later."""
    factories.action(factories.product(cast.workspace), "create")
    Population.objects.create(workspace=cast.workspace, name="agents", rules=[])
    events = []
    for number in range(TEAMS * PEOPLE):
        team = number // PEOPLE
        found, _ = cast.workspace.teams.get_or_create(external_id=f"t{team}")
        factories.person(cast.workspace, f"p{number}", team=found)
        first = 0 if team < TEAMS // 2 else 7 * 8
        events += uses(f"p{number}", *range(first, 7 * WEEKS, 7), right=True)
    with own_data_folder(tmp_path):
        lake = shared_lake()
        lake.create_workspace("acme")
        lake.append("acme", canonical(events))
        loader = Loader(lake)
        loader.run_once()
        loader.close()
        asked(cast)
        yield cast


def lead_the_quick(cast: Cast, *, since: date = BEFORE, until: date | None = None) -> None:
    """A champion in each of the quick teams."""
    for team in range(TEAMS // 2):
        Champion.objects.create(
            workspace=cast.workspace,
            population=Population.objects.get(),
            person=Person.objects.get(external_id=f"p{team * PEOPLE}"),
            standing=Standing.ACTIVE if until is None else Standing.ENDED,
            since=since,
            until=until,
            why="They began",
            nominated_by="Edith",
        )


def near(cast: Cast) -> Near:
    measure(cast.workspace)
    (told,) = visible_near(cast.edith)
    return told.near


def test_a_champion_who_is_not_asked_for_it_is_a_neighbour_as_well(teams: Cast) -> None:
    Person.objects.update(location="Lyon")
    rule = {"field": "location", "op": "is", "value": "Lyon"}
    write_version(Behaviour.objects.get(), 2, MONDAY, rules=(rule,))
    for team in range(TEAMS // 2):
        number = team * PEOPLE
        leader = factories.person(
            teams.workspace, f"leader{team}", team=Person.objects.get(external_id=f"p{number}").team
        )
        Champion.objects.create(
            workspace=teams.workspace,
            population=Population.objects.get(),
            person=leader,
            standing=Standing.ACTIVE,
            since=BEFORE,
            why="They lead the team",
            nominated_by="Edith",
        )

    found = near(teams).first

    assert isinstance(found, Nearness)
    assert (found.near.people, found.far.people, found.sooner) == (30, 30, 4)


def test_people_near_a_champion_began_sooner(teams: Cast) -> None:
    lead_the_quick(teams)

    found = near(teams).first

    assert isinstance(found, Nearness)
    assert (found.near.people, found.far.people) == (25, 30)
    assert (found.near.mean, found.far.mean, found.sooner) == (1, 5, 4)
    assert found.is_clear
    page = shown(teams.edith, "champions")
    assert "people near a champion began sooner" in page
    assert "This is an association, not an effect" in page


def test_a_champion_who_came_later_explains_nothing(teams: Cast) -> None:
    lead_the_quick(teams, since=LIVE + timedelta(days=14))

    found = near(teams)

    assert (found.first, found.first_missing) == (None, TooFew.TEAMS)
    assert "Not measurable" in shown(teams.edith, "champions")


def test_people_are_followed_no_longer_than_their_champion_was_there(teams: Cast) -> None:
    lead_the_quick(teams, until=LIVE + timedelta(days=1))

    found = near(teams).first

    assert isinstance(found, Nearness)
    assert found.horizon <= 8
    assert near(teams).habit_missing is TooFew.EVENTS


def test_it_is_worked_out_where_there_are_champions(teams: Cast) -> None:
    assert measure_all() == 0
    lead_the_quick(teams)

    assert measure_all() == 1
    assert NearFigures.objects.count() == 1


def test_a_behaviour_that_one_may_not_read_is_not_compared(teams: Cast) -> None:
    factories.account(teams.workspace, "north")
    lead_the_quick(teams)
    measure(teams.workspace)

    assert visible_near(teams.carla) == []


def test_words_say_why_there_is_no_number() -> None:
    assert "5 teams with a champion" in sentence(None, TooFew.TEAMS)
    assert "20 people" in sentence(None, TooFew.PEOPLE)
    assert "on either side" in sentence(None, TooFew.EVENTS)
