"""Hiding numbers with too few people behind them, so that they cannot be worked out either.

A group with fewer than k people is hidden. If the groups hidden beside a published total could be
recovered from it (one hidden group, or fewer than k people hidden in all), the smallest group
still shown is hidden as well: complementary suppression.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from uptake.metrics.measurement import Figure, MeasurementState


def suppress(
    figures: Sequence[Figure], minimum_people: int, people_of: Callable[[Figure], int | None]
) -> list[Figure]:
    """The figures with those of small groups emptied and marked as suppressed.

    ``people_of`` says how many people are behind a figure; None: no people at all, e.g. hours of
    an empty group.
    """
    families: dict[tuple[int, str | None], list[int]] = defaultdict(list)
    for position, figure in enumerate(figures):
        if figure.value is not None:
            families[figure.bucket, figure.point].append(position)
    hidden: set[int] = set()
    for positions in families.values():
        sizes = {p: people_of(figures[p]) or 0 for p in positions}
        hidden |= hidden_among(sizes, minimum_people)
    return [
        _emptied(figure, minimum_people) if position in hidden else figure
        for position, figure in enumerate(figures)
    ]


def hidden_among(sizes: dict[int, int], minimum_people: int) -> set[int]:
    """Which of the groups (size by any label) may not be shown beside their total."""
    hidden = {label for label, size in sizes.items() if size < minimum_people}
    shown = sorted((size, label) for label, size in sizes.items() if label not in hidden)
    while hidden and shown and _recoverable(hidden, sizes, minimum_people):
        hidden.add(shown.pop(0)[1])
    return hidden


def _recoverable(hidden: set[int], sizes: dict[int, int], minimum_people: int) -> bool:
    return len(hidden) == 1 or sum(sizes[label] for label in hidden) < minimum_people


def why_hidden(minimum_people: int) -> str:
    """Say why a number is not shown."""
    return (
        "hidden to protect people: it stands for, or would give away, a group of fewer "
        f"than {minimum_people}"
    )


def _emptied(figure: Figure, minimum_people: int) -> Figure:
    return replace(
        figure,
        value=None,
        numerator=None,
        denominator=None,
        low=None,
        high=None,
        people=None,
        state=MeasurementState.SUPPRESSED,
        reason=why_hidden(minimum_people),
    )
