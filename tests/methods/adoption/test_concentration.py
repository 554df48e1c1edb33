from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from uptake.methods.adoption.concentration import gini, lorenz, top_share
from uptake.methods.statistics.proportions import Share

people_counts = st.lists(st.integers(0, 10_000), min_size=1, max_size=50)


def test_top_tenth_of_twenty_people_is_two():
    assert top_share([1] * 18 + [10, 20]) == Share(30, 48)


def test_there_is_always_at_least_one_top_person():
    assert top_share([1, 3]) == Share(3, 4)


@pytest.mark.parametrize(
    ("counts", "value"), [([1, 1, 1, 1], 0), ([1, 2, 3, 4, 5], 4 / 15), ([0, 0, 0, 1], 0.75)]
)
def test_gini_of_textbook_distributions(counts, value):
    assert gini(counts) == pytest.approx(value)


def test_no_actions_no_concentration():
    assert (top_share([0, 0]), gini([]), lorenz([0])) == (None, None, None)


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="cannot be negative"):
        gini([-1])


@given(people_counts)
def test_gini_is_twice_the_area_between_lorenz_curve_and_equality(counts):
    assume(sum(counts) > 0)

    curve, value = lorenz(counts), gini(counts)

    assert curve is not None
    assert value == pytest.approx(1 - 2 * np.trapezoid(curve.actions, curve.people), abs=1e-9)


@given(people_counts)
def test_the_top_tenth_does_at_least_its_share(counts):
    assume(sum(counts) > 0)

    share = top_share(counts)

    assert share is not None
    assert share.value is not None
    assert share.value >= 0.1 - 1e-12
