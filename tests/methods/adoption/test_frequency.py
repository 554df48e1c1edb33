from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from uptake.methods.adoption.frequency import (
    frequency,
    median_frequency,
    recency,
    rolling_active,
    stickiness,
)

WORKING = np.arange("2026-01-05", "2026-03-28", dtype="datetime64[D]")
WORKING = WORKING[np.is_busday(WORKING)]
FRIDAY, MONDAY = np.datetime64("2026-01-09"), np.datetime64("2026-01-12")


def test_frequency_is_active_days_over_expected_days_capped_at_one():
    assert frequency([5, 20, 25], [20, 20, 20]).tolist() == [0.25, 1, 1]


def test_nothing_expected_is_exempt_not_zero():
    assert np.isnan(frequency([3], [0])).all()
    assert median_frequency([3, 0], [0, 0]) is None


def test_the_median_leaves_out_the_exempt():
    assert median_frequency([5, 10, 0], [20, 20, 0]) == 0.375


def test_negative_days_are_refused():
    with pytest.raises(ValueError, match="can be negative"):
        frequency([-1], [5])


def test_stickiness_of_facebook_in_december_2011_is_0_5716():
    value = stickiness([483e6], [845e6])

    assert value == pytest.approx(0.5716, abs=5e-5)


def test_stickiness_needs_somebody_active():
    assert stickiness([0, 0], [0, 0]) is None


def test_a_day_with_more_people_than_its_window_is_refused():
    with pytest.raises(ValueError, match="more active people"):
        stickiness([5], [4])


@given(
    arrays.arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 70))),
    st.integers(1, 35),
)
def test_rolling_actives_are_the_distinct_people_of_the_window(active, window):
    rolling = rolling_active(active, window)

    days = range(active.shape[1])
    expected = [active[:, max(0, day - window + 1) : day + 1].any(axis=1).sum() for day in days]
    assert rolling.tolist() == expected


@given(arrays.arrays(bool, st.tuples(st.integers(1, 6), st.integers(1, 70))))
def test_stickiness_lies_between_0_and_1(active):
    value = stickiness(active.sum(axis=0), rolling_active(active))

    assert value is None or 0 <= value <= 1


def test_recency_counts_working_days_and_skips_the_weekend():
    days = np.array([FRIDAY, MONDAY], dtype="datetime64[D]")

    assert recency(days, MONDAY, WORKING).tolist() == [1, 0]


def test_recency_on_a_weekend_does_not_grow():
    sunday = np.datetime64("2026-01-11")

    assert recency(np.array([FRIDAY]), sunday, WORKING).tolist() == [0]


def test_recency_of_someone_never_active_is_unknown():
    assert np.isnan(recency(np.array(["NaT"], dtype="datetime64[D]"), MONDAY, WORKING)).all()
