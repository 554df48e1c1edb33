from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.grouped import grouped_medians


def test_a_group_without_values_has_no_median():
    found = grouped_medians(np.array([0, 2, 2]), np.array([5, 1, 4]), 3)

    assert found.tolist() == pytest.approx([5, np.nan, 2.5], nan_ok=True)


def test_no_values_at_all_have_no_median():
    empty = np.array([], dtype=np.int64)

    assert np.isnan(grouped_medians(empty, empty, 2)).all()


def test_a_negative_value_is_refused():
    with pytest.raises(ValueError, match="negative"):
        grouped_medians(np.array([0]), np.array([-1]), 1)


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2**45)), min_size=1, max_size=40),
    st.sampled_from([5, 2**22]),
)
def test_medians_equal_those_of_each_group_alone(rows, count):
    groups, values = np.array(rows, dtype=np.int64).T

    found = grouped_medians(groups, values, count)

    for group in range(5):
        own = values[groups == group]
        expected = np.median(own) if len(own) else np.nan
        assert found[group] == pytest.approx(expected, nan_ok=True)
