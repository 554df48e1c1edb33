"""People near a champion beside comparable ones, team by team."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.behaviour.nearness import Nearness, TooFew, Watched, compare_near
from uptake.methods.statistics.survival import kaplan_meier

TEAMS, PEOPLE = 24, 6


def world(*, sooner: float = 0.0, seed: int = 0, spread: float = 0.4) -> Watched:
    """Four accounts of six teams, of which two have a champion; teams differ among each other."""
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(TEAMS), PEOPLE)
    near = np.tile([True, False, False, True, False, False], TEAMS // 6)[team]
    odds = -1 + rng.normal(0, spread, TEAMS)[team] + sooner * near
    until = rng.geometric(1 / (1 + np.exp(-odds)))
    followed = rng.integers(4, 12, len(team))
    return Watched(np.minimum(until, followed), until <= followed, near, team, team // 6)


def found(watched: Watched) -> Nearness:
    told = compare_near(watched, np.random.default_rng(1))
    assert isinstance(told, Nearness)
    return told


def test_the_near_side_is_the_curve_of_kaplan_and_meier() -> None:
    watched = world()
    near = watched.near

    told = found(watched)

    curve = kaplan_meier(watched.waited[near], watched.reached[near])
    assert curve is not None
    at = [curve.at(period) for period in range(1, told.horizon + 1)]
    assert told.near.waiting == pytest.approx(at)
    assert told.near.mean == pytest.approx(curve.rmst(told.horizon))
    assert told.near.at_risk[0] == int(near.sum())


def test_a_worked_example() -> None:
    """Near: all met it in the first period. Elsewhere: half in the first, half in the third."""
    team = np.repeat(np.arange(10), 4)
    near = team < 5
    waited = np.where(near | (np.arange(40) % 2 == 0), 1, 3)

    told = found(Watched(waited, np.ones(40, dtype=bool), near, team, np.zeros(40, dtype=int)))

    assert (told.near.mean, told.far.mean) == (1, 2)
    assert (told.sooner, told.interval.low, told.interval.high) == (1, 1, 1)
    assert told.far.waiting[:3] == (0.5, 0.5, 0.0)
    assert told.is_clear


def test_people_and_not_teams_weigh_in_an_account() -> None:
    """Near: 24 people of the quick account and 6 of the slow one, in three teams each."""
    sizes = [8, 8, 8, 2, 2, 2]
    team = np.repeat(np.arange(12), sizes * 2)
    near, account = team < 6, (team % 6) // 3
    waited = np.where(near | (account == 0), 1, 3)

    told = found(Watched(waited, np.ones(60, dtype=bool), near, team, account))

    assert told.far.mean == pytest.approx((24 * 1 + 6 * 3) / 30)


@pytest.mark.parametrize(
    ("people", "reached", "told"),
    [
        (3, 15, TooFew.PEOPLE),  # five teams of three on either side, then of four
        (4, 4, TooFew.EVENTS),
        (4, 5, None),
    ],
)
def test_twenty_people_and_five_who_met_it_are_needed(
    people: int, reached: int, told: TooFew | None
) -> None:
    team = np.repeat(np.arange(10), people)
    near = team < 5
    met = near | (np.cumsum(~near) <= reached)

    watched = Watched(np.where(met, 1, 3), met, near, team, team * 0)

    found = compare_near(watched, np.random.default_rng(1))
    assert (found if isinstance(found, TooFew) else None) == told


def test_nineteen_people_are_too_few() -> None:
    team = np.repeat(np.arange(10), [4] * 5 + [4] * 4 + [3])
    met = np.ones(39, dtype=bool)

    watched = Watched(np.ones(39, dtype=int), met, team < 5, team, team * 0)

    assert compare_near(watched, np.random.default_rng(1)) is TooFew.PEOPLE


def test_people_are_followed_for_eight_periods_at_most() -> None:
    team = np.repeat(np.arange(10), 4)
    waited = np.full(40, 12)

    assert found(Watched(waited, np.ones(40, dtype=bool), team < 5, team, team * 0)).horizon == 8


def test_the_interval_holds_the_middle_of_teams_drawn_anew() -> None:
    """Thirty teams of two people who all met it: means of teams, and how far these are sure."""
    rng = np.random.default_rng(8)
    team = np.repeat(np.arange(60), 2)
    waited = rng.integers(1, 4, 60)[team]

    told = found(Watched(waited, np.ones(120, dtype=bool), team < 30, team, team * 0))

    means = waited[::2]
    error = np.sqrt(means[:30].var() / 30 + means[30:].var() / 30)
    width = told.interval.high - told.interval.low
    assert told.sooner == pytest.approx(means[30:].mean() - means[:30].mean())
    assert width == pytest.approx(2 * 1.96 * error, rel=0.06)


def test_each_account_weighs_as_much_on_both_sides() -> None:
    """One account is quick and has most of those elsewhere, one is slow: alike on both sides."""
    account = np.repeat([0, 1], [60, 60])
    near = np.concatenate([np.arange(60) < 20, np.arange(60) < 40])
    team = np.arange(120) // 4
    waited = np.where(account == 0, 1, 4)

    told = found(Watched(waited, np.ones(120, dtype=bool), near, team, account))

    assert told.sooner == pytest.approx(0)
    assert told.p_value == 1


def test_a_planted_difference_is_recovered_and_none_is_not_made_up() -> None:
    planted, chance = found(world(sooner=1.5)), found(world(seed=3))

    assert planted.is_clear
    assert planted.interval.low > 0.5
    assert not chance.is_clear


def test_without_a_difference_one_in_twenty_looks_like_one() -> None:
    told = [found(world(seed=seed)) for seed in range(60)]

    assert sum(each.p_value < 0.05 for each in told) <= 8


def test_people_of_one_team_are_no_independent_witnesses() -> None:
    """Twenty of one quick team weigh as one team: what a plain test calls certain is chance."""
    team = np.repeat(np.arange(10), 20)
    near = team < 5
    waited = np.where(team == 0, 1, 6)

    told = found(Watched(waited, np.ones(200, dtype=bool), near, team, np.zeros(200, dtype=int)))

    assert told.p_value > 0.5
    assert told.interval.contains(0)


@pytest.mark.parametrize(
    ("keep", "missing"),
    [
        (lambda each: ~each.near | (each.team < 12), TooFew.TEAMS),
        (lambda each: each.team * PEOPLE + 2 > np.arange(len(each.team)), TooFew.PEOPLE),
        (lambda each: each.near | (each.stratum == 9), TooFew.TEAMS),
    ],
)
def test_too_few_say_nothing(keep: object, missing: TooFew) -> None:
    watched = world()
    kept = keep(watched)  # type: ignore[operator]  # one of the functions above

    told = compare_near(_only(watched, kept), np.random.default_rng(0))

    assert told is missing


def test_where_nobody_met_it_nothing_is_said() -> None:
    watched = replace(world(), reached=np.zeros(TEAMS * PEOPLE, dtype=bool))

    assert compare_near(watched, np.random.default_rng(0)) is TooFew.EVENTS


def test_a_team_is_on_one_side_and_everybody_was_asked() -> None:
    watched = world()

    with pytest.raises(ValueError, match="one side"):
        compare_near(replace(watched, near=np.arange(144) % 2 == 0), np.random.default_rng(0))
    with pytest.raises(ValueError, match="never asked"):
        compare_near(replace(watched, waited=watched.waited * 0), np.random.default_rng(0))


@given(st.integers(0, 1_000))
def test_the_other_way_round_is_the_opposite(seed: int) -> None:
    watched = world(seed=seed)
    same = replace(watched, stratum=np.zeros(TEAMS * PEOPLE, dtype=np.int64))

    one, other = found(same), found(replace(same, near=~same.near))

    assert one.sooner == pytest.approx(-other.sooner)
    assert one.p_value == pytest.approx(other.p_value, abs=0.05)


def _only(watched: Watched, kept: object) -> Watched:
    rows = np.asarray(kept, dtype=bool)
    return Watched(
        watched.waited[rows],
        watched.reached[rows],
        watched.near[rows],
        watched.team[rows],
        watched.stratum[rows],
    )
