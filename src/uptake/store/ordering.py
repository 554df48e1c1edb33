"""Putting rows in the order of several columns: as one number a row, where they fit into one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[np.generic]
Numbers = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
MOST_BITS = 63


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest value of a key and how many bits tell its values apart."""

    low: int
    bits: int

    @classmethod
    def of(cls, key: Column) -> Range:
        """That of the values of a column."""
        if not len(key):
            return cls(0, 0)
        low = int(key.min())
        return cls(low, (int(key.max()) - low).bit_length())


@dataclass(frozen=True, slots=True)
class Packed:
    """The keys of each row as one number in the same order."""

    numbers: Numbers
    ranges: tuple[Range, ...]

    @property
    def bits(self) -> int:
        """How many bits the numbers have."""
        return sum(each.bits for each in self.ranges)

    def keys(self, numbers: Numbers) -> list[Numbers]:
        """The keys that some of the numbers stand for."""
        keys, shift = [], self.bits
        for each in self.ranges:
            shift -= each.bits
            key = numbers >> shift
            key &= (1 << each.bits) - 1
            key += each.low
            keys.append(key)
        return keys


def order_of(keys: Sequence[Column]) -> Rows:
    """Positions of the rows by the first key, then the second and so on; equal rows keep theirs.

    The last keys are sorted first, as many at once as fit into one number together with the row's
    place so far: plain numbers sort many times faster than positions by numbers do.
    """
    room = MOST_BITS - place_bits(len(keys[0]))
    ranges = [Range.of(key) for key in keys]
    if any(each.bits > room for each in ranges):
        return np.lexsort(keys[::-1])
    order: Rows | None = None
    for chosen in _passes([each.bits for each in ranges], room):
        numbers = _pack(keys[chosen], ranges[chosen])
        _, places = sorted_with_places(numbers if order is None else numbers[order])
        order = places if order is None else order[places]
    return np.arange(len(keys[0]), dtype=np.intp) if order is None else order


def sorted_with_places(numbers: Numbers) -> tuple[Numbers, Rows]:
    """Numbers ascending and where each stood; they must leave room for ``place_bits``."""
    bits = place_bits(len(numbers))
    ordered = numbers << bits
    ordered |= np.arange(len(numbers), dtype=np.int64)
    ordered.sort()
    places: Rows = ordered & ((1 << bits) - 1)
    ordered >>= bits
    return ordered, places


def place_bits(rows: int) -> int:
    """How many bits tell the places of so many rows apart."""
    return max(rows - 1, 0).bit_length()


def packed(keys: Sequence[Column]) -> Packed | None:
    """The keys of each row as one number, or None where they do not fit."""
    ranges = tuple(Range.of(key) for key in keys)
    if sum(each.bits for each in ranges) > MOST_BITS:
        return None
    return Packed(_pack(keys, ranges), ranges)


def _pack(keys: Sequence[Column], ranges: Sequence[Range]) -> Numbers:
    numbers = np.zeros(len(keys[0]), dtype=np.int64)
    for key, each in zip(keys, ranges, strict=True):
        if each.bits:
            numbers <<= each.bits
            numbers -= each.low
            np.add(numbers, key, out=numbers, casting="unsafe")
    return numbers


def _passes(bits: Sequence[int], room: int) -> Iterator[slice]:
    """Runs of keys that fit into ``room`` bits, the last keys first."""
    end = len(bits)
    while end:
        start, used = end - 1, bits[end - 1]
        while start and used + bits[start - 1] <= room:
            start -= 1
            used += bits[start]
        yield slice(start, end)
        end = start
