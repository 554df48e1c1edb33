"""Activities, what follows what, the ways cases ran, and what was done again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import (
    MOST_PAIRS,
    MOST_VARIANTS,
    ActivityRow,
    Edge,
    ReworkReading,
    ReworkRow,
    VariantRow,
)
from uptake.capabilities.process.timing import Times
from uptake.methods.arrays import Counts, Floats, distinct
from uptake.methods.process.handovers import Rework, rework
from uptake.methods.process.variants import DirectlyFollows, directly_follows
from uptake.methods.statistics.grouped import grouped_medians
from uptake.methods.statistics.proportions import Share


@dataclass(frozen=True, slots=True)
class Flow:
    """The map of a log, its variants and its rework; nothing of a model is in it yet."""

    activities: tuple[ActivityRow, ...]
    edges: tuple[Edge, ...]
    edge_count: int
    variants: tuple[VariantRow, ...]
    rework: ReworkReading


def flow_of(ground: Ground, times: Times | None) -> Flow:
    """Count what there is in a log."""
    one, steps, cases = ground.one_case, ground.one_activity, ground.variants.cases
    follows = directly_follows(one, steps, kinds=ground.kinds, stand_for=cases)
    again = rework(one, steps, kinds=ground.kinds, stand_for=cases)
    return Flow(
        _activities(ground, times, follows, again),
        _edges(ground, times, follows),
        len(follows.count),
        _variants(ground, times),
        _rework(ground, again),
    )


def _activities(
    ground: Ground, times: Times | None, follows: DirectlyFollows, again: Rework
) -> tuple[ActivityRow, ...]:
    events = again.done_cases + again.repeats
    unknown = np.full(ground.kinds, np.nan)
    touch = times.work_medians(ground.activity, ground.kinds) if times else unknown
    waits = times.waiting_medians(ground.activity, ground.kinds) if times else unknown
    return tuple(
        ActivityRow(
            name=ground.names[code],
            events=int(events[code]),
            cases=int(again.done_cases[code]),
            starts=int(follows.starts[code]),
            ends=int(follows.ends[code]),
            repeats=int(again.repeats[code]),
            repeat_cases=int(again.repeat_cases[code]),
            touch_seconds=known(touch[code]),
            waiting_seconds=known(waits[code]),
        )
        for code in np.argsort(-events, kind="stable")[:MOST_PAIRS].tolist()
        if events[code]
    )


def known(value: float) -> float | None:
    """A number, or None for one that is not there."""
    return None if np.isnan(value) else float(value)


def _edges(ground: Ground, times: Times | None, follows: DirectlyFollows) -> tuple[Edge, ...]:
    shown = min(len(follows.count), MOST_PAIRS)
    source, target = follows.source[:shown], follows.target[:shown]
    seconds = _edge_medians(ground, times, source, target)
    cases = _edge_cases(ground, source, target)
    return tuple(
        Edge(ground.names[a], ground.names[b], count, case, known(median))
        for a, b, count, case, median in zip(
            source.tolist(), target.tolist(), follows.count.tolist(), cases.tolist(), seconds,
            strict=False,
        )
    )  # fmt: skip


def in_business_time(flow: Flow, ground: Ground, times: Times | None) -> Flow:
    """The flow with what its activities, edges and variants take while the house is open."""
    if times is None:
        return flow
    code = {name: at for at, name in enumerate(ground.names)}
    source, target = (
        np.array([code[name] for name in names], dtype=np.int64)
        for names in ([e.source for e in flow.edges], [e.target for e in flow.edges])
    )
    waits = times.waiting_medians(ground.activity, ground.kinds)
    cases = times.case_medians(ground.variants.of_case, len(ground.variants))
    edges = zip(flow.edges, _edge_medians(ground, times, source, target), strict=True)
    return replace(
        flow,
        activities=tuple(
            replace(row, business_waiting_seconds=known(waits[code[row.name]]))
            for row in flow.activities
        ),
        edges=tuple(replace(row, business_seconds=known(median)) for row, median in edges),
        variants=tuple(
            replace(row, business_seconds=known(cases[row.number - 1])) for row in flow.variants
        ),
    )


def _places(ground: Ground, source: Counts, target: Counts, activity: Counts) -> Counts:
    """For each event but the first, the place of the edge that leads to it; -1: not among these."""
    codes = activity[:-1] * ground.kinds + activity[1:]
    edges = source * ground.kinds + target
    order = np.argsort(edges)
    found = np.searchsorted(edges[order], codes)
    found[found == len(order)] = 0
    return np.where(edges[order][found] == codes, order[found], -1)


def _edge_medians(ground: Ground, times: Times | None, source: Counts, target: Counts) -> Floats:
    if times is None or not len(source):
        return np.full(len(source), np.nan)
    place = _places(ground, source, target, ground.activity)
    measurable = times.waiting.measurable[1:] & (place >= 0)
    values = times.waiting.values[1:][measurable]
    return np.asarray(grouped_medians(place[measurable], values, len(source)) / 1000)


def _edge_cases(ground: Ground, source: Counts, target: Counts) -> Counts:
    """In how many cases each edge was taken."""
    if not len(source):
        return np.zeros(0, dtype=np.int64)
    one = ground.one_case
    place = _places(ground, source, target, ground.one_activity)
    inside = (one[1:] == one[:-1]) & (place >= 0)
    pairs = distinct(one[1:][inside] * len(source) + place[inside])
    weights = ground.variants.cases[pairs // len(source)]
    counted = np.bincount(pairs % len(source), weights=weights, minlength=len(source))
    return counted.astype(np.int64)


def _variants(ground: Ground, times: Times | None) -> tuple[VariantRow, ...]:
    found = ground.variants
    total = len(found.of_case)
    medians = np.full(len(found), np.nan)
    if times is not None:
        medians = times.case_medians(found.of_case, len(found))
    return tuple(
        VariantRow(
            number=number + 1,
            activities=ground.trace(number),
            cases=int(found.cases[number]),
            share=int(found.cases[number]) / total,
            median_seconds=known(medians[number]),
        )
        for number in range(min(len(found), MOST_VARIANTS))
    )


def _rework(ground: Ground, again: Rework) -> ReworkReading:
    order = np.argsort(-again.repeats, kind="stable")[:MOST_PAIRS].tolist()
    rows = tuple(
        ReworkRow(
            ground.names[code],
            int(again.repeats[code]),
            Share(int(again.repeat_cases[code]), int(again.done_cases[code])),
        )
        for code in order
        if again.repeats[code]
    )
    return ReworkReading(again.cases, int(again.repeats.sum()), rows)
