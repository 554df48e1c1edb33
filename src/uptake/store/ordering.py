"""Putting rows in the order of several columns: as one number a row, where they fit into one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
MOST_BITS = 63


def order_of(keys: Sequence[npt.NDArray[np.generic]]) -> npt.NDArray[np.intp]:
    """Positions of the rows by the first key, then the second and so on; equal rows keep theirs."""
    numbers = packed(keys)
    return np.lexsort(keys[::-1]) if numbers is None else np.argsort(numbers, kind="stable")


def packed(keys: Sequence[npt.NDArray[np.generic]]) -> Numbers | None:
    """The keys of each row as one number in the same order, or None where they do not fit."""
    numbers, used = np.zeros(len(keys[0]), dtype=np.int64), 0
    if not len(numbers):
        return numbers
    for key in keys:
        values = key.astype(np.int64)
        low = values.min()
        bits = (int(values.max()) - int(low)).bit_length()
        used += bits
        if used > MOST_BITS:
            return None
        numbers = (numbers << bits) | (values - low)
    return numbers
