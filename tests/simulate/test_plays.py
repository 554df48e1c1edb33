"""Plays do to the events what the truth says, and bad numbers improve by themselves."""

from __future__ import annotations

import numpy as np
import pytest

from uptake.simulate import SimulationConfig
from uptake.simulate.activity import realise
from uptake.simulate.catalogue import RECORD_ACTIONS
from uptake.simulate.interventions import PLAYS, Assignment, PlayUnit
from uptake.simulate.plan import Plan, build_plan

VENDOR = SimulationConfig(accounts=40, people=6_000, weeks=78, seed=21, events_per_person_week=24)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return build_plan(VENDOR)


@pytest.fixture(scope="module")
def weekly(plan: Plan) -> dict[tuple[str, int], np.ndarray]:
    """Record actions of each team by week, as simulated."""
    totals = {}
    for account in plan.accounts:
        run = realise(plan, account)
        by_person = run.counts[:, :, RECORD_ACTIONS].sum(axis=2, dtype=float)
        for team in account.teams:
            totals[account.id, team.number] = by_person[team.first : team.last].sum(axis=0)
    return totals


def log_change(
    weekly: dict[tuple[str, int], np.ndarray], units: list[PlayUnit], start: int
) -> np.ndarray:
    """Log of the mean of weeks 4-19 after a start over weeks 5-16 before, by team."""
    before = [weekly[u.account, u.team][start - 16 : start - 4].mean() for u in units]
    after = [weekly[u.account, u.team][start + 4 : start + 20].mean() for u in units]
    rows = np.minimum(before, after) > 0
    return np.log(np.array(after)[rows]) - np.log(np.array(before)[rows])


@pytest.mark.parametrize("name", ["play-coaching", "play-reminders", "play-leaderboard"])
def test_randomised_plays_have_their_true_effect(
    plan: Plan, weekly: dict[tuple[str, int], np.ndarray], name: str
) -> None:
    units = [u for u in plan.plays if u.play.id == name]
    controls = [u for u in units if not u.treated]
    gaps = []
    for start in sorted({u.start for u in units if u.treated}):
        treated = [u for u in units if u.start == start]
        gaps.append(
            np.median(log_change(weekly, treated, start))
            - np.median(log_change(weekly, controls, start))
        )

    true_effect = np.log1p(units[0].play.effect)
    assert np.mean(gaps) == pytest.approx(true_effect, abs=0.13)


def test_teams_chosen_for_bad_numbers_get_better_without_any_effect(
    plan: Plan, weekly: dict[tuple[str, int], np.ndarray]
) -> None:
    """Regression to the mean: the training day does nothing, yet its teams rebound."""
    units = [u for u in plan.plays if u.play.id == "play-training" and u.treated]
    rebounds = []
    for unit in units:
        series = weekly[unit.account, unit.team]
        before = series[unit.start - 4 : unit.start].mean()
        rebounds.append(
            np.log1p(series[unit.start + 4 : unit.start + 12].mean()) - np.log1p(before)
        )

    assert units[0].play.effect == 0.0
    assert np.median(rebounds) > 0.05


def test_triggered_teams_had_worse_weeks_than_their_comparators(plan: Plan) -> None:
    triggers = [u.trigger for u in plan.plays if u.trigger is not None]

    assert len(triggers) > 20
    assert np.mean(triggers) < -0.1


def test_the_catalogue_has_helpful_useless_and_harmful_plays_of_both_kinds() -> None:
    effects = {play.effect for play in PLAYS}

    assert min(effects) < 0 < max(effects)
    assert {p.assignment for p in PLAYS if p.effect == 0} == set(Assignment)
