from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from uptake.methods.adoption.depth import breadth, effective_number, effective_numbers, simpson
from uptake.methods.statistics.proportions import Share

action_counts = st.lists(st.integers(0, 1_000), min_size=1, max_size=12)


def test_breadth_counts_expected_actions_only():
    assert breadth({"log call", "print"}, {"log call", "add contact"}) == Share(1, 2)


def test_nothing_expected_gives_no_breadth():
    assert breadth({"print"}, set()) is None


def test_effective_numbers_of_the_reference_shares():
    counts = [50, 30, 15, 5]

    assert effective_number(counts) == pytest.approx(3.1334, abs=5e-5)
    assert simpson(counts) == pytest.approx(2.7397, abs=5e-5)


def test_nothing_done_has_no_depth():
    assert (effective_number([0, 0]), simpson([0, 0])) == (None, None)


def test_rows_without_actions_are_nan_among_others():
    values = effective_numbers([[1, 1], [0, 0]])

    assert values[0] == pytest.approx(2)
    assert np.isnan(values[1])


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="cannot be negative"):
        effective_number([-1, 2])


@given(action_counts)
def test_depth_lies_between_simpson_and_the_number_of_actions_used(counts):
    assume(sum(counts) > 0)

    hill, inverse = effective_number(counts), simpson(counts)

    assert hill is not None
    assert inverse is not None
    assert 1 - 1e-9 <= inverse <= hill + 1e-9
    assert hill <= np.count_nonzero(counts) + 1e-9


@given(action_counts, st.integers(2, 9))
def test_doing_everything_more_often_does_not_change_depth(counts, times):
    assume(sum(counts) > 0)

    assert effective_number(np.array(counts) * times) == pytest.approx(effective_number(counts))
