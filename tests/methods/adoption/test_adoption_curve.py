from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.adoption_curve import adoption_curve, stall
from uptake.methods.statistics.proportions import Share


def test_the_curve_counts_people_who_have_begun():
    curve = adoption_curve([-3, 2, 2, 10], people=10, today=30)

    assert curve.days.tolist() == [0, 2, 10, 30]
    assert curve.adopters.tolist() == [1, 3, 4, 4]
    assert curve.at(5) == Share(3, 10)
    assert curve.last_growth == 10


def test_growth_that_stopped_below_the_goal_has_stalled():
    result = stall(adoption_curve([1, 2, 5], people=10, today=60), last_record=58)

    assert result.stalled
    assert (result.days_since_growth, result.days_since_record) == (55, 2)
    assert result.sentence == (
        "Adoption has stalled: 3 of 10 people have begun, nobody new for 55 days; no outcome has "
        "been verified yet."
    )


def test_growth_that_reached_nearly_everybody_has_not_stalled():
    assert not stall(adoption_curve(list(range(9)), people=10, today=90)).stalled


def test_growth_of_last_week_has_not_stalled():
    assert not stall(adoption_curve([1, 55], people=10, today=60)).stalled


def test_nobody_since_go_live_counts_from_go_live():
    result = stall(adoption_curve([], people=10, today=40), first_outcome=None)

    assert result.stalled
    assert result.days_since_growth == 40


def test_the_first_outcome_is_told():
    result = stall(adoption_curve([0], people=1, today=50), first_outcome=35)

    assert result.days_to_outcome == 35
    assert "35 days after go-live" in result.sentence


@pytest.mark.parametrize(
    ("first_day", "people", "message"), [([1, 2], 1, "more adopters"), ([99], 5, "after today")]
)
def test_impossible_adopters_are_refused(first_day, people, message):
    with pytest.raises(ValueError, match=message):
        adoption_curve(first_day, people, 30)


@given(st.lists(st.integers(-20, 100), max_size=30))
def test_the_curve_never_falls_and_ends_with_everybody_who_began(first_day):
    curve = adoption_curve(first_day, people=30, today=100)

    assert (curve.adopters[1:] >= curve.adopters[:-1]).all()
    assert curve.at(100) == Share(len(first_day), 30)
