from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from uptake.methods.adoption.ramp import (
    RampTimes,
    ramp_cohort,
    ramp_cohorts,
    ramp_times,
    tenured_level,
)

NAN = float("nan")


def test_a_starter_has_ramped_at_the_end_of_the_first_window_at_the_level():
    times = ramp_times([[0, 2, 5, 5, 5, 5, 5]], 5)

    assert (times.days.tolist(), times.observed.tolist()) == ([42], [True])


def test_a_starter_not_there_yet_is_censored_at_the_end_of_watching():
    times = ramp_times([[1, 1, 2, 2, 3, NAN, NAN]], 5)

    assert (times.days.tolist(), times.observed.tolist()) == ([35], [False])


def test_a_window_must_lie_inside_the_time_watched():
    times = ramp_times([[9, 9, 9, NAN]], 5)

    assert times.observed.tolist() == [False]


def test_each_role_has_its_own_level():
    times = ramp_times([[3, 3, 3, 3], [3, 3, 3, 3]], [2, 4])

    assert times.observed.tolist() == [True, False]


def test_someone_watched_for_no_whole_week_is_left_out():
    assert len(ramp_times([[NAN, NAN], [1, 1]], 1).days) == 1


def test_a_window_without_weeks_is_refused():
    with pytest.raises(ValueError, match="at least one week"):
        ramp_times([[1]], 1, window=0)


def test_the_level_is_the_median_over_people_not_over_weeks():
    level = tenured_level([[4, 4, NAN, NAN], [6, 6, 6, 6], [9, 9, 9, NAN], [NAN] * 4])

    assert level == 6


def test_tenured_people_who_never_use_it_do_not_lower_the_level():
    assert tenured_level([[0, 0], [0, NAN], [0, 0], [4, 6]]) == 5


@pytest.mark.parametrize("weekly", [[[NAN]], [[0, 0]]])
def test_nobody_tenured_who_uses_it_no_level(weekly):
    assert tenured_level(weekly) is None


def test_shares_by_day_leave_out_what_is_not_yet_due():
    cohort = ramp_cohort("2026-Q1", RampTimes(np.array([28.0, 42, 49]), np.array([1, 0, 0]) > 0))

    assert cohort is not None
    assert [milestone.day for milestone in cohort.ramped_by] == [30]
    assert cohort.ramped_by[0].share == pytest.approx(1 / 3)
    assert cohort.ramped_by[0].followed == 2
    assert cohort.median_days is None


def test_cohorts_are_told_apart():
    times = RampTimes(np.array([28.0, 35, 84, 91]), np.ones(4, dtype=bool))

    cohorts = ramp_cohorts(times, ["2026-Q1", "2026-Q1", "2026-Q2", "2026-Q2"])

    assert [(cohort.cohort, cohort.median_days) for cohort in cohorts] == [
        ("2026-Q1", 28),
        ("2026-Q2", 84),
    ]


def test_nobody_gives_no_cohort():
    assert ramp_cohort("none", RampTimes(np.array([]), np.array([], dtype=bool))) is None


def test_a_planted_ramp_is_recovered_although_some_are_still_under_way():
    random = np.random.default_rng(12)
    ready = random.integers(2, 14, 2_000)  # the week from which a starter works like the others
    week = np.arange(26)
    weekly = np.where(week >= ready[:, np.newaxis], 10.0, 0.0)
    watched = random.integers(8, 27, 2_000)
    weekly[week >= watched[:, np.newaxis]] = NAN

    cohort = ramp_cohort("all", ramp_times(weekly, 10))

    assert cohort is not None
    planted = float(np.median((ready + 4) * 7))
    assert cohort.median_days == pytest.approx(planted, abs=7)
    assert cohort.ramped < 2_000


@given(
    arrays.arrays(
        float, st.tuples(st.integers(1, 8), st.integers(1, 20)), elements=st.floats(0, 9)
    ),
    st.floats(0, 9),
)
def test_a_higher_level_is_never_reached_earlier(weekly, level):
    low, high = ramp_times(weekly, level), ramp_times(weekly, level + 1)

    assert np.all(low.observed >= high.observed)
    assert np.all(low.days <= high.days)
