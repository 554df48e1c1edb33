from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.control_charts import Rule, Standing, lag_one, laney, xmr

NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
LANEY = [820, 790, 845, 760, 905, 870, 780, 815, 890, 840]

series = st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=60)


def test_xmr_gives_the_limits_of_the_nist_handbook():
    chart = xmr(NIST)

    assert chart.centre[0] == pytest.approx(50.81)
    assert (round(chart.low[0], 4), round(chart.high[0], 4)) == (45.8159, 55.8041)
    assert chart.range_limit == pytest.approx(3.267 * 1.8778, abs=1e-3)


def test_laney_gives_the_worked_limits_of_a_share_of_a_thousand():
    chart = laney(LANEY, [1000] * 10)

    assert (round(chart.low[0], 3), round(chart.high[0], 3)) == (0.654, 1.0)
    assert chart.sigma[0] / np.sqrt(0.8315 * 0.1685 / 1000) == pytest.approx(4.993, abs=1e-3)


@pytest.mark.parametrize(
    ("points", "standing"),
    [
        (5, Standing.NONE),
        (6, Standing.PROVISIONAL),
        (16, Standing.PROVISIONAL),
        (17, Standing.FIRM),
    ],
)
def test_limits_are_provisional_from_six_points_and_firm_from_seventeen(points, standing):
    assert xmr(np.arange(points) % 3).standing is standing


def test_without_limits_nothing_is_a_signal():
    chart = xmr([1, 1, 1, 1, 100])

    assert chart.signals == ()
    assert np.isnan(chart.low).all()


def test_a_value_outside_the_limits_of_the_baseline_is_a_signal():
    chart = xmr([*NIST, 70.0], baseline=10)

    assert [(s.position, s.rule, s.above) for s in chart.signals if s.rule is Rule.OUTSIDE] == [
        (10, Rule.OUTSIDE, True)
    ]


def test_eight_in_a_row_on_one_side_are_a_signal_at_the_eighth():
    base = [12.0, 10.0] * 9
    chart = xmr([*base, *[11.5] * 8], baseline=18)

    assert [(s.position, s.rule) for s in chart.signals] == [(25, Rule.RUN)]


def test_two_of_three_beyond_two_sigma_are_a_signal():
    base = [10.0, 11.0] * 9
    far = 10.5 + 2.5 / 1.128
    chart = xmr([*base, far, 10.4, far], baseline=18)

    assert [(s.position, s.rule) for s in chart.signals] == [(20, Rule.TWO_OF_THREE)]


def test_a_missing_week_has_no_limits_and_breaks_nothing():
    chart = xmr([*NIST[:5], np.nan, *NIST[5:]])

    assert np.isnan(chart.centre[5])
    assert chart.centre[6] == pytest.approx(50.81)


def test_a_single_spike_widens_limits_of_the_median_range_less():
    spiked = [10, 11, 10, 12, 11, 60, 11, 10, 12, 11, 10, 11]

    assert xmr(spiked, median=True).high[0] < xmr(spiked).high[0]


def test_a_series_that_remembers_itself_rarely_signals_where_its_memory_is_allowed_for():
    rng = np.random.default_rng(5)
    plain, allowed = 0, 0
    for _ in range(200):
        values = np.zeros(60)
        for week in range(1, 60):
            values[week] = 0.8 * values[week - 1] + rng.normal()
        plain += bool([s for s in xmr(values, baseline=24).signals if s.rule is Rule.OUTSIDE])
        chart = xmr(values, baseline=24, allow_memory=True)
        allowed += bool([s for s in chart.signals if s.rule is Rule.OUTSIDE])

    assert plain > 180
    assert allowed < 110


def test_false_alarms_of_a_baseline_of_24_are_about_one_in_a_hundred_points():
    rng = np.random.default_rng(6)
    alarms = [
        any(s.position == 24 and s.rule is Rule.OUTSIDE for s in xmr(row, baseline=24).signals)
        for row in rng.normal(size=(3000, 25))
    ]

    assert np.mean(alarms) == pytest.approx(0.008, abs=0.006)


def test_a_share_stays_between_its_bounds():
    chart = xmr([0.9, 1.0, 0.8, 1.0, 0.9, 1.0, 0.7], bounds=(0.0, 1.0))

    assert chart.high[0] == 1.0


def test_lag_one_of_a_growing_series_is_high_and_of_an_alternating_one_negative():
    assert lag_one(np.arange(30)) > 0.8
    assert lag_one([1, -1] * 15) < -0.8


def test_lag_one_is_none_where_nothing_varies():
    assert lag_one([3.0] * 10) is None


@given(series)
def test_limits_enclose_the_centre(values):
    chart = xmr(values)

    assert (chart.low <= chart.centre).all()
    assert (chart.centre <= chart.high).all()


@given(series, st.floats(0.5, 20), st.floats(-50, 50))
def test_signals_do_not_depend_on_the_unit(values, scale, offset):
    rounded = np.round(values)

    assert xmr(rounded).signals == xmr(rounded * 4 + 8).signals


def test_a_baseline_with_one_spike_takes_the_median_step():
    chart = xmr([5.0, 7, 4, 8, 40, 6, 7], median=True)  # steps 2, 3, 4, 32, 34, 1

    assert chart.high[0] - chart.centre[0] == pytest.approx(3.145 * 3.5)
    assert chart.centre[0] - chart.low[0] == pytest.approx(3.145 * 3.5)


@pytest.mark.parametrize(
    ("values", "memory", "remembers"),
    [([0, 0, 0, 0, 0, 0, 2, 1], 0.28629, False), ([0, 0, 0, 0, 0, 2, 1, 1], 0.3125, True)],
)
def test_a_series_remembers_itself_above_three_tenths(values, memory, remembers):
    chart = xmr(values, allow_memory=True)

    assert chart.memory == pytest.approx(memory, abs=1e-5)
    assert chart.remembers is remembers


def test_limits_of_a_series_that_remembers_lie_around_what_is_left_of_an_ar_model():
    values = np.array([0.0, 0, 0, 0, 0, 2, 1, 1])
    expected = 0.5 + 0.3125 * np.array([0, -0.5, -0.5, -0.5, -0.5, -0.5, 1.5, 0.5])
    left = values - expected

    chart = xmr(values, allow_memory=True)

    assert chart.centre == pytest.approx(expected + left.mean())
    assert left.mean() != pytest.approx(0, abs=0.01)
    width = 3 * np.abs(np.diff(left)).mean() / 1.128
    assert chart.high == pytest.approx(chart.centre + width)


@pytest.mark.parametrize(("far", "told"), [(1.95, False), (2.05, True)])
def test_two_of_three_are_far_from_two_sigma_on(far, told):
    sigma = 1 / 1.128  # of steps that are all 1
    value = 0.5 + far * sigma

    chart = xmr([*[0.0, 1.0] * 9, value, value], baseline=18)

    assert [s.rule for s in chart.signals] == ([Rule.TWO_OF_THREE] if told else [])
