from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from uptake.methods.adoption.retention import (
    RetentionKind,
    gaps_before_return,
    lapse_gap,
    lapse_times,
    retention_curve,
    retention_values,
    since_start,
)
from uptake.methods.statistics.survival import kaplan_meier

tables = arrays.arrays(bool, st.tuples(st.integers(1, 6), st.integers(2, 25)))


def weeks(*rows: str) -> np.ndarray:
    """People x weeks from rows of x (active) and . (not)."""
    return np.array([[sign == "x" for sign in row] for row in rows])


def test_gaps_are_counted_only_when_someone_came_back():
    assert sorted(gaps_before_return(weeks("x..x.", "xx...", ".x.x.x"[:5]))) == [1, 2]


def test_the_lapse_gap_is_longer_than_95_percent_of_gaps():
    assert lapse_gap([1] * 95 + [7] * 5) == 2
    assert lapse_gap([1] * 94 + [7] * 6) == 8


def test_few_gaps_do_not_tell_the_rhythm():
    assert lapse_gap([1] * 19) is None


def test_a_lapse_is_dated_by_the_first_of_k_silent_weeks():
    times = lapse_times(weeks("xxx.x......"), 3)

    assert (times.durations.tolist(), times.observed.tolist()) == ([5], [True])


def test_too_short_a_silence_at_the_end_is_censored_after_the_last_active_week():
    times = lapse_times(weeks("..xxx.."), 3)

    assert (times.durations.tolist(), times.observed.tolist()) == ([3], [False])


def test_a_leaver_is_censored_not_lapsed():
    times = lapse_times(weeks("xxx.......", "xxx......."), 3, weeks_watched=[4, 10])

    assert times.observed.tolist() == [False, True]


def test_someone_who_came_back_after_a_lapse_still_lapsed():
    times = lapse_times(weeks("xx...xx"), 3)

    assert (times.durations.tolist(), times.observed.tolist()) == ([2], [True])


def test_people_from_before_the_log_enter_at_risk_late():
    times = lapse_times(weeks(".x......", "x......."), 3, weeks_before=[10, 0])

    assert times.entry.tolist() == [11, 0]
    assert times.durations.tolist() == [12, 1]


def test_people_never_active_are_left_out():
    assert lapse_times(weeks("....", "x..."), 2).durations.tolist() == [1]


def test_a_gap_below_one_week_is_refused():
    with pytest.raises(ValueError, match="at least one inactive week"):
        lapse_times(weeks("x"), 0)


@given(tables, st.integers(1, 6))
def test_lapse_times_can_always_be_put_on_a_survival_curve(active, gap):
    times = lapse_times(active, gap)

    curve = kaplan_meier(times.durations, times.observed)
    assert len(times.durations) == active.any(axis=1).sum()
    assert np.all(times.durations >= 1)
    assert (curve is None) == (not active.any())


@given(tables, st.integers(1, 5))
def test_a_longer_gap_never_makes_more_people_lapse(active, gap):
    short, long = lapse_times(active, gap), lapse_times(active, gap + 1)

    assert np.all(long.observed <= short.observed)
    assert np.all(long.durations >= short.durations)


def test_planted_lapse_hazard_is_recovered():
    random = np.random.default_rng(6)
    stays = random.geometric(0.05, 4_000)
    active = np.arange(60) < stays[:, np.newaxis]

    times = lapse_times(active, 3)

    curve = kaplan_meier(times.durations, times.observed)
    assert curve is not None
    assert curve.at(20) == pytest.approx(0.95**20, abs=0.03)


COHORT = weeks("xx.x", "x.x.", "xxxx", "x...")


def test_n_day_retention_asks_for_exactly_that_period():
    curve = retention_curve(COHORT, [4, 4, 4, 4], RetentionKind.N_DAY)

    assert retention_values(curve).tolist() == [1, 0.5, 0.5, 0.5]


def test_unbounded_retention_asks_for_that_period_or_later():
    curve = retention_curve(COHORT, [4, 4, 4, 4], RetentionKind.UNBOUNDED)

    assert retention_values(curve).tolist() == [1, 0.75, 0.75, 0.5]


def test_bracket_retention_asks_for_once_within_the_bracket():
    curve = retention_curve(COHORT, [4, 4, 4, 4], RetentionKind.BRACKET, ((0, 0), (1, 2)))

    assert retention_values(curve).tolist() == [1, 0.75]


def test_people_not_followed_long_enough_are_not_in_the_denominator():
    curve = retention_curve(COHORT, [4, 2, 1, 1], RetentionKind.N_DAY)

    assert [point.share.denominator for point in curve] == [4, 2, 1, 1]


def test_brackets_belong_to_bracket_retention_only():
    with pytest.raises(ValueError, match="only for it"):
        retention_curve(COHORT, [4] * 4, RetentionKind.N_DAY, ((0, 1),))


def test_weeks_are_counted_from_each_persons_own_start():
    shifted = since_start(weeks(".x.x", "..xx"), [1, 2])

    assert shifted.tolist() == weeks("x.x.", "xx..").tolist()


@given(tables)
def test_unbounded_retention_is_never_below_n_day_and_never_rises(active):
    followed = np.full(len(active), active.shape[1])

    n_day = retention_values(retention_curve(active, followed, RetentionKind.N_DAY))
    unbounded = retention_values(retention_curve(active, followed, RetentionKind.UNBOUNDED))

    assert np.all(unbounded >= n_day)
    assert np.all(np.diff(unbounded) <= 0)
