"""Summing groups into the groups above them: numerators and denominators, never percentages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from uptake.metrics.measurement import Figure, ratio


def roll_up(figures: Sequence[Figure], parents: Mapping[str, str]) -> list[Figure]:
    """One figure for every ancestor of the groups measured, with their sums.

    A person who belongs to two groups below a parent counts in both. A parent that was measured
    itself is added to what lies below it.
    """
    sums: dict[tuple[str, int, str | None], Figure] = {}
    for figure in figures:
        if figure.group is None or figure.value is None:
            continue
        for ancestor in ancestors(figure.group, parents):
            key = ancestor, figure.bucket, figure.point
            sums[key] = _added(sums.get(key), replace(figure, group=ancestor))
    return list(sums.values())


def ancestors(group: str, parents: Mapping[str, str]) -> Iterator[str]:
    """The group above, the one above that, and so on; a circle ends where it closes."""
    seen = {group}
    while (group := parents.get(group, group)) not in seen:
        seen.add(group)
        yield group


def _added(total: Figure | None, figure: Figure) -> Figure:
    if total is None:
        return figure
    numerator = (total.numerator or 0) + (figure.numerator or 0)
    people = _sum(total.people, figure.people)
    if figure.denominator is None:
        return replace(figure, value=numerator, numerator=numerator, people=people)
    denominator = (total.denominator or 0) + figure.denominator
    return ratio(
        figure.group,
        numerator,
        denominator,
        people=people,
        bucket=figure.bucket,
        point=figure.point,
    )


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
