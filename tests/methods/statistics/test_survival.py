from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.survival import kaplan_meier, log_rank

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # lifelines and what it imports warn about their own future
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test

# Freireich et al. (1963): weeks in remission with 6-MP and with placebo; + marks censoring.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
TREATED_SEEN = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

rows = st.lists(
    st.tuples(st.integers(1, 30), st.booleans(), st.integers(0, 29)), min_size=1, max_size=60
).map(lambda people: [(max(end, start + 1), seen, start) for end, seen, start in people])


def test_kaplan_meier_gives_the_published_curve_of_the_6_mp_trial():
    curve = kaplan_meier(TREATED, TREATED_SEEN)

    assert curve is not None
    at = [round(curve.at(week), 3) for week in (6, 7, 10, 13, 16, 22, 23)]
    assert at == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]


def test_medians_of_the_6_mp_trial_are_23_and_8_weeks():
    treated, placebo = kaplan_meier(TREATED, TREATED_SEEN), kaplan_meier(PLACEBO, [1] * 21)

    assert treated is not None
    assert placebo is not None
    assert (treated.median, placebo.median) == (23, 8)


def test_log_rank_of_the_6_mp_trial_is_16_79():
    groups = ["treated"] * 21 + ["placebo"] * 21

    test = log_rank(TREATED + PLACEBO, groups, TREATED_SEEN + [1] * 21)

    assert test is not None
    assert test.chi_square == pytest.approx(16.79, abs=0.005)
    assert test.degrees_of_freedom == 1
    assert test.p_value < 1e-4


def test_a_median_that_is_not_reached_is_none():
    curve = kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0])

    assert curve is not None
    assert curve.median is None


def test_numbers_at_risk_are_those_of_the_6_mp_trial():
    curve = kaplan_meier(TREATED, TREATED_SEEN)

    assert curve is not None
    assert [curve.at_risk_at(week) for week in (0, 6, 7, 10, 23, 36)] == [21, 21, 17, 15, 6, 0]


def test_restricted_mean_is_the_area_under_the_curve():
    curve = kaplan_meier([2, 4], [1, 1])

    assert curve is not None
    assert curve.rmst(3) == 2 * 1.0 + 1 * 0.5


def test_restricted_mean_beyond_what_was_followed_is_unknown():
    curve = kaplan_meier([2, 4], [1, 0])

    assert curve is not None
    assert curve.rmst(5) is None


def test_the_median_interval_of_a_curve_may_have_no_upper_end():
    curve = kaplan_meier(TREATED, TREATED_SEEN)

    assert curve is not None
    assert curve.median_interval == (13, None)


def test_nobody_gives_no_curve():
    assert kaplan_meier([], []) is None


@pytest.mark.parametrize(
    ("durations", "entry", "message"),
    [([-1.0], None, "not negative"), ([3.0], [3.0], "must begin before it ends")],
)
def test_impossible_times_are_refused(durations, entry, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(durations, [1], entry)


@given(rows)
def test_curve_and_limits_agree_with_lifelines(people):
    durations, seen, _ = (np.array(column) for column in zip(*people, strict=True))

    curve = kaplan_meier(durations, seen)

    peer = KaplanMeierFitter().fit(durations, seen)
    assert curve is not None
    limits = peer.confidence_interval_.to_numpy()[1:]
    survival = peer.survival_function_["KM_estimate"].to_numpy()[1:]
    assert curve.survival == pytest.approx(survival, abs=1e-9)
    assert curve.low == pytest.approx(np.nan_to_num(limits[:, 0]), abs=1e-9)
    assert curve.high == pytest.approx(np.nan_to_num(limits[:, 1]), abs=1e-9)


@given(rows)
def test_late_entry_counts_at_risk_as_the_definition_says(people):
    durations, seen, entry = (np.array(column) for column in zip(*people, strict=True))

    curve = kaplan_meier(durations, seen, entry)

    assert curve is not None
    watched = [int(np.sum((entry < time) & (durations >= time))) for time in curve.times]
    assert curve.at_risk.tolist() == watched


@given(rows)
def test_a_curve_never_rises_and_stays_between_its_limits(people):
    durations, seen, _ = zip(*people, strict=True)

    curve = kaplan_meier(durations, seen)

    assert curve is not None
    assert np.all(np.diff(curve.survival) <= 1e-12)
    assert np.all(curve.low <= curve.survival + 1e-12)
    assert np.all(curve.survival <= curve.high + 1e-12)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=40), st.integers(1, 40))
def test_without_censoring_the_curve_is_the_share_still_waiting(durations, time):
    curve = kaplan_meier(durations, [True] * len(durations))

    assert curve is not None
    assert curve.at(time) == pytest.approx(np.mean(np.array(durations) > time), abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2), st.booleans()), min_size=12))
def test_log_rank_of_three_groups_agrees_with_lifelines(people):
    durations, groups, seen = (np.array(column) for column in zip(*people, strict=True))
    groups[:3] = [0, 1, 2]
    durations[:3], seen[:3] = 12, False
    seen[3], durations[3] = True, 1

    test = log_rank(durations, groups, seen)

    peer = multivariate_logrank_test(durations, groups, seen)
    assert test is not None
    assert test.chi_square == pytest.approx(peer.test_statistic, abs=1e-6)


def test_one_group_has_nothing_to_be_compared_with():
    assert log_rank([1, 2], ["a", "a"], [1, 1]) is None


def test_late_entry_removes_the_bias_of_a_log_that_began_late():
    random = np.random.default_rng(3)
    lifetime = random.exponential(100, 40_000)
    began_before = random.uniform(0, 200, 40_000)
    seen = lifetime > began_before
    durations, entry = lifetime[seen], began_before[seen]

    right = kaplan_meier(durations, np.ones(len(durations)), entry)
    naive = kaplan_meier(durations, np.ones(len(durations)))

    assert right is not None
    assert naive is not None
    assert right.at(100) == pytest.approx(np.exp(-1), abs=0.03)
    assert naive.at(100) > 0.6
