"""Values told apart: as NumPy does it, whether they come in order or not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.statistics.ranked import Ranked

VALUES = st.lists(st.integers(0, 30), min_size=1, max_size=60)


@given(values=VALUES)
def test_values_in_order_are_told_apart_as_others_are(values: list[int]) -> None:
    mixed = np.array(values, dtype=np.float64)
    ordered = np.sort(mixed)

    told, told_in_order = Ranked.of(mixed), Ranked.of(ordered)

    assert told.distinct[told.place].tolist() == mixed.tolist()
    assert told_in_order.distinct[told_in_order.place].tolist() == ordered.tolist()
    assert told.distinct.tolist() == told_in_order.distinct.tolist()


@given(values=VALUES, many=st.integers(2, 9))
def test_coarser_values_are_the_nearest_quantiles(values: list[int], many: int) -> None:
    given_values = np.array(values, dtype=np.float64)
    shares = np.linspace(0, 1, many)
    expected = np.unique(np.quantile(given_values, shares, method="nearest"))

    coarse = Ranked.of(given_values).coarser(shares)

    assert coarse.distinct.tolist() == expected.tolist()
    assert (coarse.distinct[coarse.place] >= given_values).all()
