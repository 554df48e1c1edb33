"""Teams of unequal size are compared fairly, and a gain is only said to last where it does."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.behaviour.contests import (
    BY_CALENDAR,
    ByPerson,
    Difference,
    Kept,
    change,
    design_effect,
    interval,
    is_worse,
    places,
    times,
    what_is_left,
)
from uptake.methods.behaviour.periods import Cadence, Deadline, periods
from uptake.methods.statistics.proportions import Interval, Share, wilson


def team(*met: int, due: int = 4) -> ByPerson:
    return ByPerson(np.array(met), np.full(len(met), due))


def test_weeks_are_looked_at_by_weeks_around_a_contest():
    found = times(Cadence.WEEK, date(2025, 6, 2), date(2025, 6, 29))

    assert found.before == (date(2025, 4, 7), date(2025, 6, 1))
    assert found.soon == (date(2025, 6, 30), date(2025, 7, 27))
    assert found.later == (date(2025, 7, 28), date(2025, 8, 24))


def test_months_and_quarters_are_looked_at_whole():
    months = times(Cadence.MONTH, date(2025, 3, 1), date(2025, 3, 31))
    quarters = times(Cadence.QUARTER, date(2025, 1, 1), date(2025, 3, 31))

    assert months.before == (date(2025, 1, 1), date(2025, 2, 28))
    assert months.soon == (date(2025, 4, 1), date(2025, 4, 30))
    assert months.later == (date(2025, 5, 1), date(2025, 5, 31))
    assert quarters.before == (date(2024, 10, 1), date(2024, 12, 31))
    assert quarters.soon == (date(2025, 4, 1), date(2025, 6, 30))
    assert quarters.later == (date(2025, 7, 1), date(2025, 9, 30))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(BY_CALENDAR))
def test_the_times_around_a_contest_lie_side_by_side_and_hold_a_period_each(
    day: date, cadence: Cadence
):
    one = periods(cadence, day, day, zone=ZoneInfo("UTC"), deadline=Deadline())[0]

    found = times(cadence, one.first, one.last)

    spans = [found.before, found.during, found.soon, found.later]
    gaps = {b[0] - a[1] for a, b in pairwise(spans)}
    assert gaps == {timedelta(days=1)}
    assert (found.before[1] - found.before[0]).days >= 55
    assert min((last - first).days for first, last in spans) >= 27


def test_people_who_always_or_never_meet_it_count_as_people():
    """Rao and Scott: with x = n p + r, sum of squares 4 * 2**2, times 4/3, over 16 * 1/4."""
    assert design_effect([team(4, 4, 0, 0)]) == pytest.approx(4.0)  # 5.33, at most a person's 4


def test_people_who_are_alike_count_by_the_period():
    assert design_effect([team(2, 2, 2, 2)]) == 1.0


def test_the_design_effect_is_that_of_all_groups_together():
    between = 4 / 3 * (1 + 1 + 1 + 1)
    assert design_effect([team(1, 3, 1, 3), team(1, 3, 3, 1)]) == pytest.approx(
        2 * between / (2 * 16 * 0.25)
    )


def test_nothing_that_varies_is_taken_with_most_caution():
    assert design_effect([team(4, 4, 4)]) == 4.0
    assert design_effect([]) == 1.0


def test_an_interval_is_that_of_so_many_independent_trials():
    found, plain = interval(Share(8, 16), 4.0), wilson(2, 4)

    assert (found.low, found.high) == (plain.low, plain.high)


def test_overlapping_scores_are_tied_and_clear_ones_are_not():
    scores = [Interval(0.8, 0.9), Interval(0.5, 0.85), Interval(0.2, 0.4), Interval(0.1, 0.6)]

    assert places(scores) == [1, 1, 3, 2]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=12))
def test_there_is_always_a_first_place_and_nobody_is_behind_one_they_overlap_alone(ends):
    scores = [Interval(min(pair), max(pair)) for pair in ends]
    found = places(scores)

    assert min(found) == 1
    assert max(found) <= len(scores)


def test_size_does_not_win():
    small, large = team(2, 2, 2, 2, 2), team(*[2] * 50)
    found = [interval(each.share, 1.0) for each in (small, large)]

    assert places(found) == [1, 1]


def test_a_change_is_measured_against_what_is_usual_for_each_person():
    """Four of five people did one more of four, from very different beginnings."""
    found = change(team(1, 3, 1, 3, 1), team(2, 4, 2, 4, 1))

    assert found.value == pytest.approx(0.2)
    assert found.high - found.low < 0.3


def test_a_change_of_five_people_by_hand():
    """Residuals d of 5 people around 0.3 over 5: t(4) = 2.776, spread sqrt(5/4 sum (d/5)^2)."""
    before, after = team(0, 1, 2, 1, 1), team(2, 2, 2, 3, 2)
    moved = np.array([2, 1, 0, 2, 1]) / 4
    spread = np.sqrt(5 / 4 * (((moved - moved.mean()) / 5) ** 2).sum())

    found = change(before, after)

    assert found.value == pytest.approx(moved.mean())
    assert found.high - found.value == pytest.approx(2.7764 * spread, rel=1e-4)


def test_where_nobody_differs_one_observation_a_person_is_what_is_known():
    found = change(team(0, 0, 0, 0, 0), team(4, 4, 4, 4, 4))

    assert found.value == 1.0
    assert 0.3 < found.low < 0.6


def test_nothing_is_said_of_one_person_or_of_a_time_without_anything_due():
    assert change(team(1), team(2)) is None
    assert change(team(1, 1), team(0, 0, due=0)) is None


def test_more_met_than_was_due_is_a_mistake():
    with pytest.raises(ValueError, match="check the counts"):
        team(5)


def test_worse_is_said_only_of_what_clearly_is():
    assert is_worse(Share(0, 200), Share(30, 40), 0.05)
    assert not is_worse(Share(10, 200), Share(3, 20), 0.05)
    assert is_worse(Share(0, 0), Share(3, 20), 0.05) is None


@pytest.mark.parametrize(
    ("bad", "worse"),
    [(28, False), (31, False), (32, True)],  # 28 would do for 95 in a hundred
)
def test_it_is_worse_where_ninety_nine_in_a_hundred_say_so(bad, worse):
    assert is_worse(Share(10, 200), Share(bad, 200), 0.03) is worse


UP, NONE, DOWN = Difference(0.2, 0.1, 0.3), Difference(0.0, -0.1, 0.1), Difference(-0.2, -0.3, -0.1)
MORE, LESS = Difference(0.1, -0.05, 0.25), Difference(-0.1, -0.25, 0.05)
"""More and less by the value, but not by the interval."""


@pytest.mark.parametrize(
    ("gain", "since_before", "since_during", "left"),
    [
        (UP, UP, NONE, Kept.KEPT),
        (UP, UP, LESS, Kept.KEPT),
        (UP, LESS, LESS, Kept.UNCERTAIN),
        (MORE, UP, NONE, Kept.NO_GAIN),
        (UP, UP, DOWN, Kept.PART),
        (UP, NONE, DOWN, Kept.GONE),
        (UP, NONE, NONE, Kept.UNCERTAIN),
        (NONE, NONE, NONE, Kept.NO_GAIN),
        (NONE, UP, UP, Kept.NO_GAIN),
        (UP, DOWN, DOWN, Kept.BELOW),
        (NONE, DOWN, NONE, Kept.BELOW),
    ],
)
def test_what_is_left_is_said_of_intervals_alone(gain, since_before, since_during, left):
    assert what_is_left(gain, since_before, since_during) is left
