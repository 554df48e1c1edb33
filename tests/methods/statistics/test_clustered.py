"""Differences of means by team, held to a cluster-robust regression."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from uptake.methods.statistics.clustered import mean_difference
from uptake.methods.statistics.drawn_clusters import Cases


def cases(values: object, clusters: object, strata: object = 0) -> Cases:
    numbers = np.asarray(values, dtype=np.float64)
    kinds = np.broadcast_to(np.asarray(strata, dtype=np.int64), numbers.shape)
    teams = np.broadcast_to(np.asarray(clusters, dtype=np.int64), numbers.shape)
    return Cases(numbers, np.ones(len(numbers), np.bool_), kinds, teams)


def test_the_interval_is_that_of_a_regression_with_errors_by_cluster() -> None:
    random = np.random.default_rng(6)
    teams, is_after = random.integers(0, 14, 300), random.random(300) < 0.4
    values = random.normal(0, 1, 14)[teams] + 0.7 * is_after + random.normal(0, 1, 300)
    fitted = sm.OLS(values, sm.add_constant(is_after.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": teams, "use_correction": False}
    )

    found = mean_difference(
        cases(values[~is_after], teams[~is_after]), cases(values[is_after], teams[is_after])
    )

    assert found is not None
    assert found.interval is not None
    assert found.difference == pytest.approx(fitted.params[1])
    half = (found.interval.high - found.interval.low) / 2
    assert half == pytest.approx(2.160369 * fitted.bse[1] * np.sqrt(14 / 13), rel=1e-5)


def test_a_different_mix_is_not_taken_for_a_change() -> None:
    before = cases([10] * 60 + [50] * 20, 0, [0] * 60 + [1] * 20)
    after = cases([10] * 20 + [50] * 60, 0, [0] * 20 + [1] * 60)

    found = mean_difference(before, after)

    assert found is not None
    assert found.difference == pytest.approx(0)
    assert found.interval is None


def test_too_few_cases_are_not_compared() -> None:
    assert mean_difference(cases([1, 2, 3, 4], 0), cases([1] * 9, 0)) is None


def test_cases_that_never_vary_have_no_error() -> None:
    found = mean_difference(cases([1] * 20, range(20)), cases([2] * 20, range(20)))

    assert found is not None
    assert found.interval is not None
    assert (found.interval.low, found.interval.high, found.p_value) == (1, 1, 0)


def test_cases_that_differ_by_rounding_alone_do_not_differ() -> None:
    """Weights to the mix leave the mean of ones at 0.9999999999999999."""
    random = np.random.default_rng(1)
    kinds = [random.integers(0, 3, size) for size in (300, 700)]
    teams = [random.integers(0, 20, size) for size in (300, 700)]

    found = mean_difference(
        cases(np.ones(300), teams[0], kinds[0]), cases(np.ones(700), teams[1], kinds[1])
    )

    assert found is not None
    assert (found.difference, found.p_value) == (0, 1)


def test_chance_is_called_rare_as_often_as_it_is() -> None:
    """Of 400 worlds without a difference about 20 have a p-value below 5 %."""
    random = np.random.default_rng(9)
    rare = 0
    for _ in range(400):
        teams = random.integers(0, 25, 200)
        values = random.normal(0, 1, 25)[teams] + random.normal(0, 1, 200)
        found = mean_difference(cases(values[:120], teams[:120]), cases(values[120:], teams[120:]))
        assert found is not None
        assert found.p_value is not None
        rare += found.p_value < 0.05

    assert 8 <= rare <= 40
