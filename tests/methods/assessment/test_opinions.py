"""Answers on a scale, against published values, plain recomputation and what must always hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from uptake.methods.assessment.opinions import (
    mean_move,
    mean_of,
    opinion,
    share_move,
    straight,
    turned,
    within_group,
)
from uptake.methods.statistics.proportions import Share

ANSWERS = st.lists(st.none() | st.integers(1, 5), max_size=40)


def test_agreement_within_a_group_has_the_value_of_the_methods() -> None:
    spread = math.sqrt(0.5)

    assert within_group([3 - spread, 3, 3 + spread]) == pytest.approx(0.75)


def test_a_group_that_is_alike_agrees_entirely_and_one_at_both_ends_not_at_all() -> None:
    assert within_group([4, 4, 4]) == 1
    assert within_group([1, 5, 1, 5]) == 0
    assert within_group([4]) is None


def test_newcombe_s_limits_have_the_values_of_his_table() -> None:
    move = share_move(Share(48, 80), Share(56, 70))

    assert move is not None
    assert move.change == pytest.approx(0.2)
    assert (move.interval.low, move.interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_the_test_of_two_shares_is_the_score_test() -> None:
    move = share_move(Share(48, 80), Share(56, 70))
    table = [[48, 32], [56, 14]]

    assert move is not None
    assert move.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


def test_shares_that_are_all_or_nothing_both_times_did_not_move() -> None:
    move = share_move(Share(9, 9), Share(7, 7))

    assert move is not None
    assert move.p_value == 1
    assert not move.is_told_apart


def test_nobody_who_could_say_is_nothing_to_compare() -> None:
    assert share_move(Share(0, 0), Share(3, 5)) is None
    assert mean_move([3.0], [2.0, 4.0]) is None
    assert mean_of([]) is None


def test_a_mean_moves_by_welch() -> None:
    before, after = [2.0, 3.0, 3.0, 4.0, 2.5], [3.0, 4.0, 4.5, 5.0]
    move = mean_move(before, after)
    tested = stats.ttest_ind(after, before, equal_var=False)

    assert move is not None
    assert move.change == pytest.approx(4.125 - 2.9)
    assert move.p_value == pytest.approx(tested.pvalue)
    assert move.interval.low == pytest.approx(tested.confidence_interval().low)


def test_means_without_any_spread_move_by_exactly_what_they_differ() -> None:
    moved, same = mean_move([3.0, 3.0], [4.0, 4.0]), mean_move([3.0, 3.0], [3.0, 3.0])

    assert moved is not None
    assert same is not None
    assert (moved.change, moved.is_told_apart) == (1.0, True)
    assert (same.change, same.is_told_apart) == (0.0, False)


def test_a_mean_has_student_s_limits_and_never_leaves_the_scale() -> None:
    values = [2.0, 3.0, 3.0, 4.0, 4.0]
    mean, high = mean_of(values), mean_of([5.0, 5.0, 4.5])
    half = stats.t.ppf(0.975, 4) * stats.sem(values)

    assert mean is not None
    assert mean.interval is not None
    assert mean.interval.high == pytest.approx(3.2 + half)
    assert high is not None
    assert high.interval is not None
    assert high.interval.high == 5


def test_a_single_person_s_mean_has_no_interval() -> None:
    mean = mean_of([4.0])

    assert mean is not None
    assert mean.interval is None


def test_a_statement_of_something_bad_is_turned() -> None:
    assert [turned(n, is_reversed=True) for n in (1, 2, 3, 4, 5, None)] == [5, 4, 3, 2, 1, None]
    assert turned(2, is_reversed=False) == 2


def test_whoever_chooses_one_point_everywhere_is_found_from_five_statements_on() -> None:
    assert straight([4, 4, 4, 4, 4, None])
    assert not straight([4, 4, 4, 4, None])
    assert not straight([4, 4, 4, 4, 3])


@given(ANSWERS)
def test_everybody_is_counted_once(answers: Sequence[int | None]) -> None:
    found = opinion(answers)

    assert sum(found.counts) + found.unknown == len(answers)
    assert found.agree.numerator == sum(each in (4, 5) for each in answers)
    assert found.agree.denominator == sum(each is not None for each in answers)
    assert found.alike is None or 0 <= found.alike <= 1


@pytest.mark.parametrize("wrong", [0, 6])
def test_an_answer_off_the_scale_is_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="1 to 5"):
        opinion([3, wrong])


@given(st.lists(st.floats(1, 5), min_size=2, max_size=30), st.lists(st.floats(1, 5), min_size=2))
def test_a_move_turns_round_with_time(before: Sequence[float], after: Sequence[float]) -> None:
    there, back = mean_move(before, after), mean_move(after, before)

    assert there is not None
    assert back is not None
    assert there.change == pytest.approx(-back.change)
    assert there.interval.low == pytest.approx(-back.interval.high)
