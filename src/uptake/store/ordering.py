"""Putting rows in the order of several columns: as one number a row, where they fit into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.generic]
Numbers = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
MOST_BITS = 63


def order_of(keys: Sequence[Column]) -> Rows:
    """Positions of the rows by the first key, then the second and so on; equal rows keep theirs.

    The last keys are sorted first, as many at once as fit into one number together with the row's
    place so far: plain numbers sort many times faster than positions by numbers do.
    """
    place_bits = max(len(keys[0]) - 1, 0).bit_length()
    passes = _passes([_bits(key) for key in keys], MOST_BITS - place_bits)
    if passes is None:
        return np.lexsort(keys[::-1])
    places: Rows = np.arange(len(keys[0]), dtype=np.intp)
    order = places
    for chosen in passes:
        numbers = packed(keys[chosen])
        if numbers is None:  # the keys of a pass fit by its making
            raise AssertionError
        taken = numbers if order is places else numbers[order]
        ordered = np.sort((taken << place_bits) | places)
        order = order[ordered & ((1 << place_bits) - 1)]
    return order


def packed(keys: Sequence[Column]) -> Numbers | None:
    """The keys of each row as one number in the same order, or None where they do not fit."""
    numbers, used = np.zeros(len(keys[0]), dtype=np.int64), 0
    if not len(numbers):
        return numbers
    for key in keys:
        bits = _bits(key)
        used += bits
        if used > MOST_BITS:
            return None
        if bits:
            numbers <<= bits
            numbers |= key.astype(np.int64) - np.int64(key.min())
    return numbers


def _bits(key: Column) -> int:
    """How many bits tell the values of a key apart."""
    return (int(key.max()) - int(key.min())).bit_length() if len(key) else 0


def _passes(bits: Sequence[int], room: int) -> list[slice] | None:
    """Runs of keys that fit into ``room`` bits, the last keys first; None if one alone does not."""
    if any(size > room for size in bits):
        return None
    return list(_runs(bits, room))


def _runs(bits: Sequence[int], room: int) -> Iterator[slice]:
    end = len(bits)
    while end:
        start, used = end - 1, bits[end - 1]
        while start and used + bits[start - 1] <= room:
            start -= 1
            used += bits[start]
        yield slice(start, end)
        end = start
