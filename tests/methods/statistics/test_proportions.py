from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from uptake.methods.statistics.proportions import (
    Beta,
    Share,
    fit_beta_binomial,
    rank_shares,
    shrunk_mean,
    shrunk_means,
    wilson,
    wilson_intervals,
)

counts = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_intervals_of_newcombe_1998(successes, trials, low, high):
    interval = wilson(successes, trials)

    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_of_nothing_is_no_interval():
    assert wilson(0, 0) is None


def test_wilson_refuses_more_successes_than_trials():
    with pytest.raises(ValueError, match="between 0 and the number of trials"):
        wilson(3, 2)


@given(counts)
def test_wilson_contains_the_share_and_stays_between_0_and_1(count):
    assume(count[1] > 0)

    interval = wilson(*count)

    assert interval is not None
    assert 0 <= interval.low <= count[0] / count[1] <= interval.high <= 1


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_agrees_with_statsmodels(count, confidence):
    assume(count[1] > 0)

    interval = wilson(*count, confidence)

    expected = proportion_confint(*count, alpha=1 - confidence, method="wilson")
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-12)


@given(counts)
def test_wilson_mirrors_when_successes_and_failures_swap(count):
    assume(count[1] > 0)

    interval, mirrored = wilson(*count), wilson(count[1] - count[0], count[1])

    assert interval is not None
    assert mirrored is not None
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-12)


def test_many_intervals_are_nan_where_nothing_was_measured():
    intervals = wilson_intervals([1, 0], [29, 0])

    assert np.isnan(intervals.low).tolist() == [False, True]
    assert intervals.high[0] == pytest.approx(0.17176, abs=1e-5)


def test_shares_roll_up_by_summing_never_by_averaging():
    rolled = Share(1, 1) + Share(0, 99)

    assert rolled.value == 0.01


def test_a_share_of_nothing_has_no_value():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None


def test_a_ratio_above_one_keeps_its_value_and_has_no_interval():
    assert Share(6, 5).value == 1.2
    assert Share(6, 5).interval is None


def test_a_share_refuses_negative_counts():
    with pytest.raises(ValueError, match="neither part can be negative"):
        Share(-1, 5)


def test_beta_binomial_fit_recovers_the_planted_spread():
    random = np.random.default_rng(11)
    trials = random.integers(5, 80, 3000)
    successes = random.binomial(trials, random.beta(6, 4, 3000))

    prior = fit_beta_binomial(successes, trials)

    assert prior is not None
    assert prior.mean == pytest.approx(0.6, abs=0.01)
    assert prior.strength == pytest.approx(10, rel=0.1)


def test_beta_binomial_fit_finds_no_spread_where_none_is():
    random = np.random.default_rng(5)
    trials = np.full(200, 50)

    prior = fit_beta_binomial(random.binomial(trials, 0.3), trials)

    assert prior is not None
    assert prior.strength > 200


@pytest.mark.parametrize("successes", [[0, 0, 0], [9, 9, 9]])
def test_beta_binomial_fit_learns_nothing_from_groups_all_at_an_end(successes):
    assert fit_beta_binomial(successes, [9, 9, 9]) is None


def test_beta_binomial_fit_needs_three_groups():
    assert fit_beta_binomial([1, 2, 0], [5, 5, 0]) is None


@given(counts, st.floats(0.1, 50), st.floats(0.1, 50))
def test_a_shrunk_share_lies_between_the_raw_one_and_the_mean_of_all(count, a, b):
    assume(count[1] > 0)
    prior, raw = Beta(a, b), count[0] / count[1]

    shrunk = shrunk_mean(*count, prior)

    ends = sorted((raw, prior.mean))
    assert ends[0] - 1e-12 <= shrunk <= ends[1] + 1e-12


@given(st.lists(st.integers(0, 40), min_size=2, max_size=12), st.floats(0.1, 50))
def test_shrinking_keeps_the_order_of_groups_of_equal_size(successes, a):
    shrunk = shrunk_means(successes, np.full(len(successes), 40), Beta(a, 3.0))

    assert np.array_equal(np.argsort(shrunk, kind="stable"), np.argsort(successes, kind="stable"))


def test_a_small_group_with_luck_does_not_lead_the_ranking():
    successes, trials = [6, 130, 125, 110, 100], [6, 200, 200, 200, 200]

    ranking = rank_shares(successes, trials)

    assert ranking[0].position == 1
    assert not next(row for row in ranking if row.position == 0).differs


def test_groups_below_the_smallest_size_are_not_ranked():
    ranking = rank_shares([4, 50, 60, 40], [4, 100, 100, 100])

    assert {row.position for row in ranking} == {1, 2, 3}


def test_equal_groups_share_a_rank():
    ranking = rank_shares([30, 30, 80], [100, 100, 100])

    assert [row.rank for row in ranking] == [1, 2, 2]


def test_nothing_to_rank_gives_an_empty_ranking():
    assert rank_shares([0, 0], [0, 0]) == []


def test_a_shrunk_share_and_its_interval_are_those_of_the_posterior():
    successes, trials = np.array([8, 30, 55, 20]), np.array([10, 60, 60, 80])
    prior = fit_beta_binomial(successes, trials)

    rows = {row.position: row for row in rank_shares(successes, trials)}

    assert shrunk_means([8], [10], Beta(2.0, 6.0)) == pytest.approx([10 / 18])
    for place, (x, n) in enumerate(zip(successes, trials, strict=True)):
        posterior = stats.beta(x + prior.a, n - x + prior.b)
        assert rows[place].shrunk == pytest.approx(posterior.mean())
        assert (rows[place].low, rows[place].high) == pytest.approx(posterior.interval(0.95))
