"""Two groups of cases set side by side: their shift, its interval, and what open cases leave."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from uptake.methods.arrays import Floats
from uptake.methods.statistics import drawn_clusters
from uptake.methods.statistics.shifts import Cases, NoInterval, Shift, compare

DURATIONS = st.lists(st.integers(0, 60), min_size=5, max_size=40)


def cases(
    values: object, *, complete: object = None, strata: object = None, clusters: object = None
) -> Cases:
    """Complete cases of one kind and one team unless it is said."""
    given_values = np.asarray(values, dtype=np.float64)
    count = len(given_values)
    return Cases(
        given_values,
        np.ones(count, bool) if complete is None else np.asarray(complete, bool),
        np.zeros(count, np.int64) if strata is None else np.asarray(strata, np.int64),
        np.zeros(count, np.int64) if clusters is None else np.asarray(clusters, np.int64),
    )


def found(reference: Cases, other: Cases) -> Shift:
    shift = compare(reference, other, replicates=100)
    assert shift is not None
    return shift


def of_teams(random: np.random.Generator, *, shift: float) -> Cases:
    """Twelve cases of each of 24 teams that differ from each other."""
    level = np.repeat(random.normal(0, 1, 24), 12)
    values = np.exp(level * 0.3 + random.normal(0, 0.5, len(level))) * 10 + shift
    return cases(values, clusters=np.repeat(np.arange(24), 12))


@given(before=DURATIONS, after=DURATIONS)
def test_the_shift_is_the_median_of_all_differences(before: list[int], after: list[int]) -> None:
    expected = np.median(np.subtract.outer(np.array(after), np.array(before)))

    assert found(cases(before), cases(after)).shift == pytest.approx(float(expected))


@given(before=DURATIONS, after=DURATIONS, by=st.integers(1, 50))
def test_moving_every_case_moves_the_shift_as_far(
    before: list[int], after: list[int], by: int
) -> None:
    one = found(cases(before), cases(after)).shift
    moved = found(cases(before), cases([value + by for value in after])).shift

    assert one is not None
    assert moved == pytest.approx(one + by)


@given(before=DURATIONS, after=DURATIONS, watched=st.integers(20, 60))
def test_what_open_cases_become_lies_within_the_bounds(
    before: list[int], after: list[int], watched: int
) -> None:
    truth = float(np.median(np.subtract.outer(np.array(after), np.array(before))))
    sides = [np.array(values) for values in (before, after)]
    seen = [cases(np.minimum(side, watched), complete=side <= watched) for side in sides]

    shift = found(seen[0], seen[1])

    assert shift.bounds is None or shift.bounds.low - 1e-6 <= truth <= shift.bounds.high + 1e-6


def test_medians_of_open_cases_are_those_of_kaplan_and_meier() -> None:
    random = np.random.default_rng(5)
    lasting, watched = random.exponential(10, 300), random.exponential(25, 300)
    side = cases(np.minimum(lasting, watched), complete=lasting <= watched)
    curve = KaplanMeierFitter().fit(side.values, side.complete)

    level = found(side, side).reference

    assert level.median == pytest.approx(curve.median_survival_time_)
    assert level.open == int((~side.complete).sum())


def test_a_mean_is_not_measurable_while_the_longest_is_open() -> None:
    shift = found(cases(range(10)), cases(range(10), complete=[True] * 9 + [False]))

    assert shift.reference.mean == pytest.approx(4.5)
    assert shift.other.mean is None
    assert shift.mean_difference is None


def test_nothing_is_said_where_most_cases_are_open() -> None:
    shift = found(cases(range(10)), cases(range(10), complete=[True] * 2 + [False] * 8))

    assert shift.shift is None
    assert shift.other.median is None


def test_a_different_mix_is_not_taken_for_a_change() -> None:
    """Hard cases take 50 and easy ones 10, before and after; only their number changes."""
    before = cases([10] * 60 + [50] * 20, strata=[0] * 60 + [1] * 20)
    after = cases([10] * 20 + [50] * 60, strata=[0] * 20 + [1] * 60)

    shift = found(before, after)

    assert shift.mean_difference == pytest.approx(0)
    assert shift.shift == pytest.approx(0)
    assert shift.other.mean == pytest.approx(20)


def test_cases_of_a_kind_that_the_other_lacks_are_left_out_and_counted() -> None:
    before = cases([10] * 10 + [90] * 5, strata=[0] * 10 + [1] * 5)

    shift = found(before, cases([12] * 10))

    assert (shift.covered.numerator, shift.covered.denominator) == (10, 15)
    assert shift.mean_difference == pytest.approx(2)


def test_groups_of_fewer_than_five_are_not_compared() -> None:
    assert compare(cases([1, 2, 3, 4]), cases(range(10))) is None


def test_few_teams_give_a_shift_without_an_interval() -> None:
    shift = found(cases(range(20)), cases(range(20), clusters=[1] * 20))

    assert shift.shift_interval is None
    assert shift.no_interval is NoInterval.FEW_CLUSTERS


@settings(max_examples=5)
@given(seed=st.integers(0, 10_000))
def test_the_same_question_gives_the_same_interval(seed: int) -> None:
    random = np.random.default_rng(seed)
    before, after = of_teams(random, shift=0), of_teams(random, shift=2)

    assert compare(before, after, replicates=50) == compare(before, after, replicates=50)


def limits(shift: Shift) -> list[float]:
    """The ends of both intervals."""
    assert shift.shift_interval is not None
    assert shift.mean_interval is not None
    return [end for each in (shift.shift_interval, shift.mean_interval) for end in astuple(each)]


def test_a_table_with_its_noughts_left_out_gives_the_same_interval(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(7)
    pair = of_teams(random, shift=0), of_teams(random, shift=1)
    written_out = found(*pair)

    monkeypatch.setattr(drawn_clusters, "MOST_WRITTEN_OUT", 0)

    left_out = found(*pair)
    assert limits(left_out) == pytest.approx(limits(written_out))


def test_intervals_hold_a_planted_shift_about_as_often_as_they_say() -> None:
    """Forty worlds of 24 teams: a 95 % interval that held it in fewer than 33 would be wrong."""
    random = np.random.default_rng(11)
    held = np.zeros(2, int)
    for _ in range(40):
        shift = found(of_teams(random, shift=0), of_teams(random, shift=3))
        assert shift.shift_interval is not None
        assert shift.mean_interval is not None
        held += [shift.shift_interval.contains(3), shift.mean_interval.contains(3)]

    assert (held >= 33).all()


def test_teams_that_differ_widen_the_interval() -> None:
    """The same cases, once as 40 teams that differ and once dealt to 40 teams at random."""
    random = np.random.default_rng(2)
    level = np.repeat(random.normal(0, 20, 40), 10)
    teams = np.repeat(np.arange(40), 10)
    values: Floats = 100 + level + random.normal(0, 1, 400)
    is_after = teams % 2 == 0

    def width(clusters: object) -> float:
        dealt = np.asarray(clusters)
        before = cases(values[~is_after], clusters=dealt[~is_after])
        after = cases(values[is_after], clusters=dealt[is_after])
        interval = found(before, after).mean_interval
        assert interval is not None
        return interval.high - interval.low

    assert width(teams) > 1.5 * width(random.permutation(teams))


def test_intervals_of_many_cases_lie_around_their_shift() -> None:
    """Twenty thousand cases of 100 teams that are alike, where chance moves the middle little."""
    random = np.random.default_rng(4)
    teams = np.repeat(np.arange(100), 100)
    before, after = (cases(random.exponential(100, 10_000), clusters=teams) for _ in range(2))

    shift = found(before, after)

    assert shift.shift is not None
    assert shift.shift_interval is not None
    low, high = shift.shift - shift.shift_interval.low, shift.shift_interval.high - shift.shift
    assert 1.0 < low < 4.0
    assert 1.0 < high < 4.0
