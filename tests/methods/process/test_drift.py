"""Whether a role's work moved, and that chance alone is not taken for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from uptake.methods.arrays import Counts, Flags
from uptake.methods.process.drift import Drift, drift

AGENT, LEAD = 0, 1
OPEN, DIAGNOSE, VERIFY = 0, 1, 2


class Log(NamedTuple):
    cases: Counts
    performers: Counts
    activities: Counts
    is_after: Flags


def log(cases: int, *, verified_by_agents: tuple[float, float], seed: int = 4) -> Log:
    """Cases of three steps; leads verify, but for a share before and after the middle."""
    random = np.random.default_rng(seed)
    case = np.repeat(np.arange(cases), 3)
    activity = np.tile([OPEN, DIAGNOSE, VERIFY], cases)
    is_after = case >= cases // 2
    strays = random.random(cases * 3) < np.where(is_after, *reversed(verified_by_agents))
    performer = np.where((activity == VERIFY) & ~strays, LEAD, AGENT)
    return Log(case, performer, activity, is_after)


def found(of: Log) -> Drift:
    return drift(
        of.cases, of.performers, of.activities, is_after=of.is_after, performer_count=2, kinds=3
    )


def test_a_planted_drift_is_found_where_it_is() -> None:
    moved = found(log(400, verified_by_agents=(0.05, 0.4)))

    assert moved.moved()[0] == (AGENT, VERIFY)
    assert {who for who, _what in moved.moved()} == {AGENT}
    before = 0.05 / 2.05
    after = 0.4 / 2.4
    assert moved.low[AGENT, VERIFY] <= after - before <= moved.high[AGENT, VERIFY]


def test_chance_alone_is_no_drift() -> None:
    """Of forty worlds without a drift at most a few show one: the rate is one in ten."""
    shown = [
        bool(found(log(200, verified_by_agents=(0.2, 0.2), seed=seed)).moved())
        for seed in range(40)
    ]

    assert sum(shown) <= 9


def test_too_few_cases_are_not_measurable() -> None:
    few = found(log(12, verified_by_agents=(0.0, 1.0)))

    assert not few.measurable.any()
    assert np.isnan(few.rates).all()
    assert np.isnan(few.divergence).all()
    assert few.moved() == []


def test_the_same_work_diverges_by_nought_and_other_work_by_one() -> None:
    cases = np.arange(40)
    activities = np.where(cases < 20, OPEN, VERIFY)
    both = drift(
        np.concatenate([cases, cases]),
        np.repeat([AGENT, LEAD], 40),
        np.concatenate([np.zeros(40, np.int64), activities]),
        is_after=np.concatenate([cases >= 20, cases >= 20]),
        performer_count=2,
        kinds=3,
    )

    assert both.divergence.tolist() == pytest.approx([0, 1])


def test_many_events_of_one_case_are_not_many_proofs() -> None:
    """Ten cases a side, in one of which an activity was done a hundred times."""
    performers = np.zeros(140, np.int64)
    cases = np.concatenate([np.repeat(np.arange(20), 2), np.full(100, 19)])
    activities = np.concatenate([np.tile([OPEN, DIAGNOSE], 20), np.full(100, DIAGNOSE)])
    order = np.argsort(cases, kind="stable")

    one_case = drift(
        cases[order],
        performers,
        activities[order],
        is_after=cases[order] >= 10,
        performer_count=1,
        kinds=3,
    )

    assert one_case.after[0, DIAGNOSE] > 0.9
    assert one_case.low[0, DIAGNOSE] < 0 < one_case.high[0, DIAGNOSE]


def test_events_of_nobody_known_are_left_out() -> None:
    of = log(200, verified_by_agents=(0.2, 0.2))
    unnamed = of._replace(performers=np.where(of.activities == VERIFY, -1, of.performers))

    assert found(unnamed).before[AGENT].tolist() == pytest.approx([0.5, 0.5, 0])
    assert not found(unnamed).measurable[LEAD]
