"""Which days are set beside each other when drift is looked for: a reference and a later span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise

import numpy as np

from uptake.methods.arrays import Counts, Flags

DAY = 86_400_000
"""Milliseconds of a day in UTC."""

BACKWARDS = (
    "The days are not in order: the reference has to end before the later span begins, and each "
    "span to begin before it ends."
)


@dataclass(frozen=True, slots=True)
class DriftSpans:
    """Days in UTC, the last ones included; None: as far as the steps go.

    ``reference_from`` and ``reference_until``: the reference. ``since`` and ``until``: the later
    span. Nothing chosen: the first half of the steps is the reference of the second. What lies
    between both, before or after them is left out.
    """

    since: date | None = None
    until: date | None = None
    reference_from: date | None = None
    reference_until: date | None = None

    @property
    def are_chosen(self) -> bool:
        """Whether any day was chosen."""
        return self != DriftSpans()

    @property
    def problem(self) -> str:
        """Why these days cannot be set beside each other; empty where they can."""
        said = (
            (self.reference_from, False),
            (self.reference_until, False),
            (self.since, True),
            (self.until, True),
        )
        chosen = [(day, is_later) for day, is_later in said if day is not None]
        are_right = all(
            first < second or (first == second and first_later == second_later)
            for (first, first_later), (second, second_later) in pairwise(chosen)
        )
        return "" if are_right else BACKWARDS


@dataclass(frozen=True, slots=True)
class Edges:
    """Moments in milliseconds: the reference lasts until ``rests``, the later span from ``parts``.

    ``within``: of each event, whether it lies in either.
    """

    rests: int
    parts: int
    within: Flags


def edges_of(spans: DriftSpans, begun: Counts, judged: Flags) -> Edges:
    """Return where the spans end and begin; ``judged``: events that count, at least one."""
    within = judged.copy()
    if spans.reference_from is not None:
        within &= begun >= _beginning(spans.reference_from)
    if spans.until is not None:
        within &= begun < _beginning(spans.until) + DAY
    if spans.reference_until is not None:
        rests = _beginning(spans.reference_until) + DAY
        parts = rests if spans.since is None else _beginning(spans.since)
    elif spans.since is not None:
        rests = parts = _beginning(spans.since)
    else:
        rests = parts = _parting(begun[within if within.any() else judged])
    return Edges(rests, parts, within & ((begun < rests) | (begun >= parts)))


def _parting(moments: Counts) -> int:
    """The day, in UTC, that leaves as many steps before it as from it on, as nearly as can be."""
    day = int(np.median(moments)) // DAY * DAY
    before, within = int((moments < day).sum()), int((moments < day + DAY).sum())
    half = len(moments) / 2
    return day if abs(before - half) <= abs(within - half) else day + DAY


def _beginning(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp() * 1000)
