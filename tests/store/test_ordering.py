"""Rows come in the order of their keys, whether or not these fit into one number."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from uptake.store.ordering import order_of, packed

small = st.integers(-5, 5)
wide = st.integers(-(2**62), 2**62)


@given(rows=st.lists(st.tuples(small, small | wide, small), max_size=30))
def test_rows_are_ordered_by_the_first_key_then_the_second(rows: list[tuple[int, ...]]) -> None:
    keys = [np.array([row[at] for row in rows], dtype=np.int64) for at in range(3)]

    order = order_of(keys)

    assert [rows[at] for at in order] == sorted(rows)
    assert order.tolist() == sorted(range(len(rows)), key=lambda at: (rows[at], at))


@given(rows=st.lists(st.tuples(small, small, small), min_size=1, max_size=30))
def test_packed_keys_come_out_as_they_went_in(rows: list[tuple[int, ...]]) -> None:
    keys = [np.array([row[at] for row in rows], dtype=np.int32) for at in range(3)]

    numbers = packed(keys)

    assert numbers is not None
    assert [key.tolist() for key in numbers.keys(numbers.numbers)] == [key.tolist() for key in keys]


def test_keys_that_need_more_than_63_bits_are_not_packed() -> None:
    fits = [np.array([0, 2**31]), np.array([0, 2**30])]
    too_wide = [np.array([0, 2**32]), np.array([0, 2**31])]

    assert packed(fits) is not None
    assert packed(too_wide) is None
