"""Drift from the intended role: steps of a reference beside later ones, whoever did them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from uptake.capabilities.process.drift_spans import DriftSpans, Edges, edges_of
from uptake.capabilities.process.drifted import (
    DriftRow,
    LevelDrift,
    MovedShare,
    Outsideness,
    RoleDrift,
)
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.handing import busiest
from uptake.capabilities.process.meant_roles import Outside
from uptake.capabilities.process.naming import Named, Showing, named
from uptake.capabilities.process.picture import NotMeasurable
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Counts, Flags, distinct
from uptake.methods.process.drift import FEWEST_CASES, Drift, drift
from uptake.methods.statistics.discoveries import RATE
from uptake.methods.statistics.proportions import Share
from uptake.ui.words import short_day

WHAT = "drift from the intended role"
NO_ROLES = (
    "The intended way does not say who is meant to do which step; write the role beside each step."
)
NO_MOMENTS = "The log gives an order without moments; bring one with a time for each event."
NO_STEP = (
    "No step that is meant for somebody was done in the {which} span; such steps were done from "
    "{first} to {last}: choose other days."
)
FEW_LEFT_OUT = (
    "Fewer than {fewest} people did the steps that these days leave out, so nothing is said of the "
    "others either; choose other days."
)
OUTSIDE = 1
"""Steps within what is meant for those who did them are 0."""


def drift_of(
    ground: Ground,
    outside: Outside | NotMeasurable | None,
    showing: Showing,
    spans: DriftSpans | None = None,
) -> RoleDrift | NotMeasurable:
    """Set what was done in one span beside a later one: half beside half, unless days are chosen.

    ``outside``: steps done by others than meant; None where the intended way names no role.
    """
    if not isinstance(outside, Outside):
        return NotMeasurable(WHAT, outside.why if outside else NO_ROLES)
    judged, spans = outside.meant & ground.known, spans or DriftSpans()
    if not judged.any():
        return NotMeasurable(WHAT, NO_MOMENTS)
    if spans.problem:
        return NotMeasurable(WHAT, spans.problem)
    edges = edges_of(spans, ground.begun, judged)
    problem = _cannot_be_told(ground, judged, edges, showing)
    if spans.are_chosen and problem:
        return NotMeasurable(WHAT, problem)
    return _Drifting(ground, outside, edges, showing, spans).result()


def _cannot_be_told(ground: Ground, judged: Flags, edges: Edges, showing: Showing) -> str:
    """Why nothing may be said of the days that were chosen: nobody, or too few people to hide."""
    first, last = (
        short_day(_moment(int(edge)))
        for edge in (ground.begun[judged].min(), ground.begun[judged].max())
    )
    after = ground.begun >= edges.parts
    for which, side in (("reference", ~after), ("later", after)):
        if not (edges.within & side).any():
            return NO_STEP.format(which=which, first=first, last=last)
    people = ground.performers(Performer.RESOURCE)
    if people is None or showing.names:
        return ""
    left = people[judged & ~edges.within & (people != NOBODY)]
    few = 0 < len(distinct(left)) < showing.fewest
    return FEW_LEFT_OUT.format(fewest=showing.fewest) if few else ""


class _Drifting:
    """Both spans while they are set beside each other."""

    def __init__(  # one comparison's facts
        self,
        ground: Ground,
        outside: Outside,
        edges: Edges,
        showing: Showing,
        spans: DriftSpans,
    ) -> None:
        self._ground, self._outside, self._showing = ground, outside, showing
        self._judged, self._spans = edges.within, spans
        moments = ground.begun[edges.within]
        self._ends = int(moments.min()), edges.rests, edges.parts, int(moments.max())
        self._after: Flags = ground.begun >= edges.parts

    def result(self) -> RoleDrift:
        """All steps, each of them, and performers of every kind."""
        begins, rests, parts, ends = map(_moment, self._ends)
        found = (named(self._ground, level, self._showing) for level in Performer)
        whole = np.where(self._judged, 0, NOBODY)
        steps = np.where(self._judged, self._ground.activity, NOBODY)
        return RoleDrift(
            meant=self._outside.level,
            spans=self._spans,
            begins=begins,
            rests=rests,
            parts=parts,
            ends=ends,
            whole=self._rows(whole, ("",))[0],
            steps=tuple(sorted(self._rows(steps, self._ground.names), key=_order)),
            levels=tuple(self._level(each) for each in found if each),
        )

    def _level(self, who: Named) -> LevelDrift:
        chosen = busiest(who, self._ground.kinds)
        rows = np.where(self._judged, chosen.rows, NOBODY)
        labels = tuple(who.labels[code] for code in chosen.shown.tolist())
        alone = who.level is Performer.RESOURCE
        work = self._drift(rows, self._ground.activity, len(labels), self._ground.kinds)
        found = self._rows(rows, labels, work, alone=alone)
        return LevelDrift(
            who.level, tuple(sorted(found, key=_order)), len(who.labels) - len(labels)
        )

    def _rows(
        self,
        places: Counts,
        labels: tuple[str, ...],
        work: Drift | None = None,
        *,
        alone: bool = False,
    ) -> list[DriftRow]:
        """A row for each label; ``places``: that of each event. ``alone``: labels are people."""
        outside = self._drift(places, self._outside.events.astype(np.int64), len(labels), 2)
        order = np.argsort(places, kind="stable")
        limits = np.searchsorted(places[order], np.arange(len(labels) + 1))
        rows = []
        for at in np.flatnonzero(outside.cases.any(axis=1)).tolist():
            cases = int(outside.cases[at, 0]), int(outside.cases[at, 1])
            here = order[limits[at] : limits[at + 1]]
            why = self._why_not(here, cases, alone=alone)
            if why:
                rows.append(DriftRow(labels[at], cases, why=why))
                continue
            rows.append(
                DriftRow(
                    name=labels[at],
                    cases=cases,
                    outside=self._outsideness(at, here, outside),
                    divergence=float(work.divergence[at]) if work else None,
                    moved=tuple(self._moved(at, work)) if work else (),
                )
            )
        return rows

    def _drift(self, places: Counts, kinds_of_events: Counts, count: int, kinds: int) -> Drift:
        return drift(
            self._ground.case,
            places,
            kinds_of_events,
            is_after=self._after,
            performer_count=count,
            kinds=kinds,
        )

    def _why_not(self, here: Counts, cases: tuple[int, int], *, alone: bool) -> str:
        """Why nothing can, or may, be said of some events; people alone stand for themselves."""
        if min(cases) < FEWEST_CASES:
            return f"fewer than {FEWEST_CASES} cases in one of the spans"
        people = self._ground.performers(Performer.RESOURCE)
        if alone or self._showing.names or people is None:
            return ""
        known = here[people[here] != NOBODY]
        after = self._after[known]
        sizes = (len(distinct(people[known[side]])) for side in (after, ~after))
        if min(sizes) < self._showing.fewest:
            return f"fewer than {self._showing.fewest} people in one of the spans"
        return ""

    def _outsideness(self, at: int, here: Counts, found: Drift) -> Outsideness:
        after, outside = self._after[here], self._outside.events[here]
        before, later = (
            Share(int((side & outside).sum()), int(side.sum())) for side in (~after, after)
        )
        low = max(-1.0, float(found.low[at, OUTSIDE]))
        high = min(1.0, float(found.high[at, OUTSIDE]))
        is_sure = bool(found.rates[at, OUTSIDE] <= RATE) and not low <= 0 <= high
        return Outsideness(before, later, low, high, is_sure)

    def _moved(self, at: int, work: Drift) -> Iterator[MovedShare]:
        """Activities whose share moved by more than chance."""
        rates = work.rates[at]
        known = np.flatnonzero(~np.isnan(rates))
        sure = known[rates[known] <= RATE]
        size = np.abs(work.after[at, sure] - work.before[at, sure])
        for code in sure[np.argsort(-size, kind="stable")].tolist():
            yield MovedShare(
                activity=self._ground.names[code],
                before=float(work.before[at, code]),
                after=float(work.after[at, code]),
                low=max(-1.0, float(work.low[at, code])),
                high=min(1.0, float(work.high[at, code])),
                rate=float(rates[code]),
            )


def _order(row: DriftRow) -> tuple[bool, bool, float, str]:
    """Those that drift, by how much; then the others; then what is not measurable."""
    moved = row.outside.difference if row.outside else 0.0
    return not row.drifts, row.outside is None, -moved, row.name


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
