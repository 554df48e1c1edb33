from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.behaviour.habit import fit_habit, half_life, reached_at, time_of_habit
from uptake.methods.behaviour.streaks import streaks


def test_66_days_to_habit_are_a_rate_of_0_045390():
    assert time_of_habit(1.0, 1.0, np.log(20) / 66) == pytest.approx(66)
    assert np.log(20) / 66 == pytest.approx(0.045390, abs=1e-6)


@pytest.mark.parametrize(("a", "b", "c"), [(0.9, 0.8, 0.05), (0.6, 0.5, 0.2), (0.95, 0.3, 0.1)])
def test_a_planted_curve_is_recovered(a, b, c):
    days = np.arange(0, 140, 7.0)
    noise = np.random.default_rng(1).normal(0, 0.01, len(days))

    curve = fit_habit(days, a - b * np.exp(-c * days) + noise)

    assert curve.asymptote == pytest.approx(a, abs=0.03)
    assert curve.formed_at == pytest.approx(np.log(b / (0.05 * a)) / c, rel=0.2)
    assert curve.explained > 0.9


def test_what_a_curve_explains_is_its_share_of_the_variance():
    at = np.arange(24.0)
    values = 0.8 - 0.6 * np.exp(-0.2 * at) + 0.1 * (-1.0) ** at

    curve = fit_habit(at, values)

    fitted = curve.asymptote - curve.gap * np.exp(-curve.rate * at)
    left, whole = ((values - fitted) ** 2).sum(), ((values - values.mean()) ** 2).sum()
    assert curve.explained == pytest.approx(1 - left / whole)
    assert curve.explained == pytest.approx(0.709, abs=0.001)


def test_nothing_is_fitted_below_twenty_due_periods():
    assert fit_habit(np.arange(19), np.linspace(0, 1, 19)) is None


def test_nothing_is_fitted_where_attainment_never_varies():
    assert fit_habit(np.arange(30), np.ones(30)) is None


def test_people_who_never_grow_have_no_time_of_habit():
    values = 0.5 + 0.1 * (-1.0) ** np.arange(40)

    curve = fit_habit(np.arange(40), values)

    assert curve is None or curve.formed_at is None or curve.explained < 0.2


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ([0.1, 0.5, 0.9, 0.9, 0.9, 0.9], 2),
        ([0.9, 0.9, 0.9, 0.1, 0.9, 0.9, 0.9, 0.9], 4),
        ([0.9, 0.9, np.nan, 0.9, 0.9], 0),
        ([0.9, 0.9, 0.9], None),
    ],
)
def test_a_habit_is_reached_when_it_stays_for_four_due_periods(values, first):
    assert reached_at(values, 0.9) == first


def test_half_life_is_the_median_from_established_to_relapse():
    histories = ["++++" + "+" * n + "--" + "+" for n in (2, 4, 6)]
    codes = {"+": 1, "-": 0}
    longest = max(map(len, histories))
    table = [[codes[s] for s in h] + [2] * (longest - len(h)) for h in histories]

    curve = half_life(streaks(table))

    assert curve.median == 6


def test_without_anybody_who_established_it_there_is_no_half_life():
    assert half_life(streaks([[1, 0, 1, 0]])) is None


@given(st.integers(0, 500))
def test_the_asymptote_is_a_share(seed):
    rng = np.random.default_rng(seed)

    curve = fit_habit(np.arange(26), rng.random(26))

    assert 0 <= curve.asymptote <= 1
    assert curve.formed_at is None or 0 <= curve.formed_at <= 250
