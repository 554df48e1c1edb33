"""What deviating costs, beside cases that are alike."""

from __future__ import annotations

import numpy as np
import pytest

from uptake.methods.process.deviation_cost import deviation_cost
from uptake.methods.statistics.shifts import Cases, NoInterval


def cases(values: object, strata: object, clusters: object = 0) -> Cases:
    numbers = np.asarray(values, dtype=np.float64)
    kinds = np.broadcast_to(np.asarray(strata, dtype=np.int64), numbers.shape)
    teams = np.broadcast_to(np.asarray(clusters, dtype=np.int64), numbers.shape)
    return Cases(numbers, np.ones(len(numbers), np.bool_), kinds, teams)


def test_deviating_costs_the_difference_to_alike_cases_times_their_number() -> None:
    """Hard cases deviate more and last longer; deviating itself costs 3 in both kinds."""
    deviating = cases([13] * 5 + [53] * 15, [0] * 5 + [1] * 15)
    conforming = cases([10] * 30 + [50] * 10, [0] * 30 + [1] * 10)

    cost = deviation_cost(deviating, conforming)

    assert cost is not None
    assert (cost.each, cost.cases, cost.total) == (3, 20, 60)
    assert cost.shift.no_interval is NoInterval.FEW_CLUSTERS


def test_deviating_cases_without_alike_ones_are_counted_apart() -> None:
    cost = deviation_cost(cases([13] * 5 + [90] * 7, [0] * 5 + [1] * 7), cases([10] * 9, 0))

    assert cost is not None
    assert (cost.each, cost.cases, cost.left_out) == (3, 5, 7)


def test_the_limits_of_the_total_are_those_of_each_times_the_cases() -> None:
    random = np.random.default_rng(8)
    teams = np.repeat(np.arange(20), 10)
    cost = deviation_cost(
        cases(random.gamma(4, 5, 200) + 6, 0, teams), cases(random.gamma(4, 5, 200), 0, teams)
    )

    assert cost is not None
    assert cost.each_interval is not None
    assert cost.total_interval is not None
    assert cost.each_interval.contains(6)
    assert cost.each_interval.low < cost.each < cost.each_interval.high
    assert cost.total_interval.low == pytest.approx(cost.each_interval.low * 200)


def test_nothing_is_said_of_fewer_than_five_deviating_cases() -> None:
    assert deviation_cost(cases([1, 2, 3, 4], 0), cases([1] * 9, 0)) is None
