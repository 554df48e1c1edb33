"""By month and by team, how many cases run as intended."""

from __future__ import annotations

import numpy as np
import pytest

from tests.capabilities.process.worlds import DAY, START, log_of, service_desk
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.kept_by import kept_by
from uptake.capabilities.process.naming import SMALL, Showing
from uptake.formats.case_log import Performer


def test_months_follow_each_other_with_their_cases() -> None:
    ground = Ground.of(service_desk())
    begun = ground.begun[ground.begins]
    straight = begun < START + 31 * DAY  # all of January and nothing later

    found = kept_by(ground, np.asarray(straight), Showing())

    assert [row.name for row in found.months] == ["2026-01", "2026-02", "2026-03"]
    assert [row.straight.value for row in found.months] == [1, 0, 0]
    assert sum(row.straight.denominator for row in found.months) == 640


def test_a_team_that_strays_stands_out_at_the_end_of_the_list() -> None:
    ground = Ground.of(service_desk(cases_each=60))
    groups = ground.log.performers[Performer.GROUP]
    team = groups.codes[ground.begins]
    odd = groups.words.index("Team 3")
    straight = np.random.default_rng(1).random(len(team)) < np.where(team == odd, 0.2, 0.8)

    found = kept_by(ground, straight, Showing())

    assert found.level is Performer.GROUP
    assert (found.teams[-1].name, found.teams[-1].stands_out) == ("Team 3", True)
    assert sum(bool(row.stands_out) for row in found.teams) <= 3


def test_teams_of_fewer_than_five_people_stand_together() -> None:
    """Teams 0 and 1 have three people each, team 2 has six."""
    case = np.repeat(np.arange(60), 2)
    team = np.repeat(np.arange(60) % 3, 2)
    people = [f"p{t}-{number // 6 % (6 if t == 2 else 3)}" for number, t in enumerate(team)]
    log = log_of(
        case,
        ["a", "b"] * 60,
        START + np.arange(120) * DAY,
        {Performer.RESOURCE: people, Performer.GROUP: [f"Team {t}" for t in team]},
    )

    found = kept_by(Ground.of(log), np.ones(60, bool), Showing())

    assert {row.name: row.straight.denominator for row in found.teams} == {
        SMALL: 40,
        "Team 2": 20,
    }


def test_cases_of_small_months_and_teams_are_left_out_and_counted() -> None:
    log = log_of(range(7), ["a"] * 7, START + np.array([0, 0, 0, 0, 0, 40, 40]) * DAY, {})

    found = kept_by(Ground.of(log), np.ones(7, bool), Showing())

    assert [row.name for row in found.months] == ["2026-01"]
    assert found.left_out == 2
    assert found.level is None


@pytest.mark.parametrize("names", [True, False])
def test_whoever_may_see_names_sees_every_team(names: bool) -> None:
    log = log_of(
        range(30),
        ["a"] * 30,
        START + np.arange(30) * DAY,
        {
            Performer.RESOURCE: [f"p{number % 3}" for number in range(30)],
            Performer.GROUP: [f"Team {number % 2}" for number in range(30)],
        },
    )
    found = kept_by(Ground.of(log), np.ones(30, bool), Showing(names=names))

    assert [row.name for row in found.teams] == (["Team 0", "Team 1"] if names else [SMALL])
