"""Summaries of people counted by value, which is all the database needs to send."""

from __future__ import annotations

from collections.abc import Iterable


def weighted_median(counts: Iterable[tuple[float, int]]) -> float | None:
    """The median of values given as (value, how many); None of nothing.

    With an even number of people it is the mean of the two in the middle.
    """
    ordered = sorted(counts)
    total = sum(n for _, n in ordered)
    if not total:
        return None
    return (_at(ordered, (total - 1) // 2) + _at(ordered, total // 2)) / 2


def _at(ordered: list[tuple[float, int]], position: int) -> float:
    passed = 0
    for value, n in ordered:
        passed += n
        if passed > position:
            return value
    raise IndexError(position)
