from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.change_points import change_points, noise


def test_the_nile_changed_in_1898():
    flow = sm.datasets.nile.load_pandas().data["volume"].to_numpy()

    (change,) = change_points(flow, np.random.default_rng(1))

    assert change.position == 28
    assert (round(change.before, 2), round(change.after, 2)) == (1097.75, 849.97)
    assert change.earliest <= 28 <= change.latest


def test_a_planted_change_is_found_within_its_bounds():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(50):
        values = rng.normal(size=52) + 3 * (np.arange(52) >= 30)
        found.append([c for c in change_points(values, rng) if c.earliest <= 30 <= c.latest])

    assert sum(map(len, found)) >= 48


def test_noise_alone_seldom_changes():
    rng = np.random.default_rng(3)
    found = [change_points(rng.normal(size=52), rng) for _ in range(100)]

    assert sum(bool(changes) for changes in found) <= 12


def test_effect_is_the_new_level_minus_the_old():
    values = [10.0, 11.0] * 6 + [20.0, 21.0] * 6

    (change,) = change_points(values, np.random.default_rng(4))

    assert (change.position, change.effect) == (12, 10.0)


@pytest.mark.parametrize("values", [[], [1.0] * 30, [1.0, 2.0, 1.0, 2.0, 9.0, 9.0]])
def test_too_few_or_equal_values_have_no_change(values):
    assert change_points(values, np.random.default_rng(5)) == ()


def test_missing_weeks_are_refused():
    with pytest.raises(ValueError, match="all measured"):
        change_points([1.0, np.nan, 2.0], np.random.default_rng(6))


def test_noise_hardly_sees_a_change_of_level():
    rng = np.random.default_rng(7)
    values = rng.normal(size=200)

    assert noise(values + 10 * (np.arange(200) > 100)) == pytest.approx(noise(values), rel=0.03)


@given(st.integers(0, 10_000))
def test_the_same_seed_gives_the_same_bounds(seed):
    values = np.random.default_rng(seed).normal(size=30) + 4 * (np.arange(30) > 15)

    first = change_points(values, np.random.default_rng(1))

    assert first == change_points(values, np.random.default_rng(1))


@pytest.mark.parametrize(("step", "changes"), [(1.45, 0), (1.58, 1)])
def test_a_change_has_to_gain_three_variances_times_the_logarithm_of_the_length(step, changes):
    """Eight and eight values, steps of one: 4 step² against 3 (1 / 0.9539)² ln 16 = 9.14."""
    wobble = np.tile([0.5, -0.5], 8)
    values = wobble + step * (np.arange(16) >= 8)

    assert noise(values) == pytest.approx(1 / (0.6745 * np.sqrt(2)))
    assert len(change_points(values, np.random.default_rng(1))) == changes


def test_a_level_has_four_values_at_least():
    found = change_points([0.0, 0.1] * 6 + [9.0, 9.1, 9.0], np.random.default_rng(1))

    assert [change.position for change in found] == [11]
