"""Whose hands work passes through: handovers, how many touch a case, and who does what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.naming import Named, Showing, named
from uptake.capabilities.process.picture import (
    MOST_PAIRS,
    Handing,
    NotMeasurable,
    Pair,
    Recorded,
    Scope,
    ScopeRow,
    Spread,
    Trend,
)
from uptake.capabilities.process.wording import LEVELS
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Counts, Flags, Floats, distinct
from uptake.methods.process.handovers import handovers, resources_per_case, scope
from uptake.methods.process.variants import count_pairs
from uptake.methods.statistics.proportions import Share
from uptake.ui import words

MOST_ROWS = 500
"""Performers whose scope a picture holds."""

MOST_CELLS = 5_000_000
"""Cells of a table of performers and activities; with very many activities it has fewer rows."""

RECORDED = re.compile(r"re-?assign|hand-?(off|over)|transfers?_count", re.IGNORECASE)
"""Columns in which a log counts handovers itself."""


def handing_of(ground: Ground, showing: Showing) -> tuple[Handing, ...]:
    """Handovers between performers of every kind of which they are known."""
    levels = (level for level in Performer if not is_never_linked(ground, level))
    found = (named(ground, level, showing) for level in levels)
    return tuple(_handing(ground, each) for each in found if each is not None)


def is_never_linked(ground: Ground, level: Performer) -> bool:
    """Whether performers are named, but never of two steps in a row, so that none is seen to pass.

    No handover is then known, which is not the same as none.
    """
    own = ground.performers(level)
    if own is None or not (own != NOBODY).any():
        return False
    inside = ground.case[1:] == ground.case[:-1]
    linked = inside & (own[1:] != NOBODY) & (own[:-1] != NOBODY)
    return bool(inside.any() and not linked.any())


def links_missing(ground: Ground) -> Iterator[NotMeasurable]:
    """Kinds of performers that are named too seldom to see work pass between them."""
    for level in Performer:
        own = ground.performers(level)
        if own is not None and is_never_linked(ground, level):
            known = int((own != NOBODY).sum())
            one, many = LEVELS[level]
            yield NotMeasurable(
                f"handovers between {many}",
                f"The log names a {one} for {words.count(known)} of "
                f"{words.count(len(ground.case))} events, and never for two in a row.",
            )


def _handing(ground: Ground, each: Named) -> Handing:
    counted = handovers(ground.case, each.own, count=each.count)
    different = resources_per_case(ground.case, each.own)
    pairs, pair_count = _pairs(ground, each)
    return Handing(
        level=each.level,
        performers=each.performers,
        handovers=counted.handovers,
        successions=counted.successions,
        unknown=counted.unknown,
        ping_pong=counted.ping_pong,
        per_case=spread(counted.per_case),
        different_per_case=spread(different),
        trend=_trend(ground, counted.per_case),
        pairs=pairs,
        pair_count=pair_count,
        hidden=each.hidden,
        different_trend=_trend(ground, different),
    )


def _pairs(ground: Ground, each: Named) -> tuple[tuple[Pair, ...], int]:
    """Direct successions under the names that may be shown, the most frequent first, and how many.

    Those among performers too small to be shown are left out: whether work stayed is not told.
    """
    linked = ground.case[1:] == ground.case[:-1]
    linked &= (each.shown[1:] != NOBODY) & (each.shown[:-1] != NOBODY)
    if each.hidden:
        small = len(each.labels) - 1
        linked &= (each.shown[1:] != small) | (each.shown[:-1] != small)
    giver, taker = each.shown[:-1][linked], each.shown[1:][linked]
    source, target, count = count_pairs(giver, taker, kinds=len(each.labels))
    first = (column[:MOST_PAIRS].tolist() for column in (source, target, count))
    pairs = (Pair(each.labels[a], each.labels[b], n) for a, b, n in zip(*first, strict=True))
    return tuple(pairs), len(count)


def spread(values: Counts) -> Spread:
    """A number of each case over all cases."""
    different, cases = np.unique(values, return_counts=True)
    counts = tuple(zip(different.tolist(), cases.tolist(), strict=True))
    return Spread(
        mean=float(values.mean()) if len(values) else 0.0,
        median=float(np.median(values)) if len(values) else 0.0,
        p90=float(np.percentile(values, 90)) if len(values) else 0.0,
        most=int(values.max()) if len(values) else 0,
        counts=counts,
    )


def _trend(ground: Ground, values: Counts) -> tuple[Trend, ...]:
    """The mean by month in which cases began; months with fewer than five cases are left out."""
    known = ground.known[ground.begins]
    if not known.any():
        return ()
    begun = ground.begun[ground.begins][known].astype("datetime64[ms]").astype("datetime64[M]")
    months, place = np.unique(begun, return_inverse=True)
    cases = np.bincount(place)
    means = np.bincount(place, weights=values[known]) / cases
    squares = np.bincount(place, weights=(values[known] - means[place]) ** 2)
    errors = np.sqrt(squares / np.maximum(cases - 1, 1) / cases)
    return tuple(
        Trend(_moment(month), float(mean), int(count), float(error))
        for month, mean, count, error in zip(months, means, cases, errors, strict=True)
        if count >= 5
    )


def _moment(month: np.datetime64) -> datetime:
    return datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)


def scopes_of(
    ground: Ground, showing: Showing, outside: Mapping[Performer, Flags]
) -> tuple[Scope, ...]:
    """Who does what; ``outside``: of each event, whether the model gives it to another role."""
    found = (named(ground, level, showing) for level in Performer)
    return tuple(_scope(ground, each, outside.get(each.level)) for each in found if each)


@dataclass(frozen=True, slots=True)
class Busiest:
    """Performers with most events, as many as a table can hold.

    ``events``: of every performer. ``shown``: their places among the labels, the most first.
    ``rows``: of each event the place in ``shown``, ``NOBODY`` for the others.
    """

    events: Counts
    shown: Counts
    rows: Counts


def busiest(each: Named, kinds: int) -> Busiest:
    """Choose the performers that are told of one by one; ``kinds``: cells that each needs."""
    known = each.shown != NOBODY
    events = np.bincount(each.shown[known], minlength=len(each.labels))
    most = max(1, min(MOST_ROWS, MOST_CELLS // max(kinds, 1)))
    shown = np.argsort(-events, kind="stable")[:most]
    place = np.full(len(each.labels), NOBODY)
    place[shown] = np.arange(len(shown))
    return Busiest(events, shown, np.where(known, place[each.shown], NOBODY))


def _scope(ground: Ground, each: Named, outside: Flags | None) -> Scope:
    known, chosen = each.shown != NOBODY, busiest(each, ground.kinds)
    events, shown, rows = chosen.events, chosen.shown, chosen.rows
    done = scope(rows, ground.activity, resource_count=len(shown), kinds=ground.kinds)
    mix = np.bincount(ground.activity[known], minlength=ground.kinds)
    apart, effective, activities = done.specialisation(mix), done.effective, done.activities
    cases = _cases(ground.case, rows, len(shown))
    out = None if outside is None else np.bincount(
        rows[rows != NOBODY], weights=outside[rows != NOBODY], minlength=len(shown)
    )  # fmt: skip
    listed = tuple(
        ScopeRow(
            performer=each.labels[code],
            events=int(events[code]),
            cases=int(cases[row]),
            activities=int(activities[row]),
            effective=float(effective[row]),
            apart=float(apart[row]),
            done=_done(ground, done.done[row]),
            outside=None if out is None else int(out[row]),
        )
        for row, code in enumerate(shown.tolist())
        if events[code]
    )
    return Scope(each.level, listed, each.hidden)


def _done(ground: Ground, times: Counts) -> tuple[tuple[str, int], ...]:
    order = np.argsort(-times, kind="stable")
    return tuple((ground.names[code], int(times[code])) for code in order.tolist() if times[code])


def _cases(case: Counts, rows: Counts, count: int) -> Counts:
    """On how many different cases each performer worked."""
    known = rows != NOBODY
    pairs = distinct(case[known] * max(count, 1) + rows[known])
    return np.bincount(pairs % max(count, 1), minlength=count)


def recorded_of(ground: Ground) -> tuple[Recorded, ...]:
    """Counters of handovers that the log keeps itself, beside those counted from who did what."""
    groups = ground.performers(Performer.GROUP)
    level = Performer.RESOURCE if groups is None else Performer.GROUP
    own = ground.performers(level)
    if own is None:
        return ()
    count = int(own.max()) + 1
    counted = handovers(ground.case, own, count=max(count, 1)).per_case
    return tuple(
        Recorded(name, level, float(np.nanmean(values)), _same(values, counted))
        for name, values in _counters(ground)
        if not np.isnan(values).all()
    )


def _counters(ground: Ground) -> list[tuple[str, Floats]]:
    """Of each case the highest value of columns that count handovers."""
    log, cases = ground.log, len(ground.begins)
    found = []
    for table in (log.case_attributes, log.event_attributes):
        for name in filter(RECORDED.search, table.column_names):
            values = _numbers(table[name])
            if values is None:
                continue
            if table is log.event_attributes:
                whole = np.full(cases, -np.inf)
                known = ~np.isnan(values)
                np.maximum.at(whole, ground.case[known], values[known])
                values = np.where(np.isinf(whole), np.nan, whole)
            found.append((name, values))
    return found


def _numbers(column: pa.ChunkedArray) -> Floats | None:
    """A column as numbers; None where it holds other things."""
    try:
        if pa.types.is_dictionary(column.type):
            column = pc.cast(column, column.type.value_type)
        numbers = pc.cast(column, pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    values: Floats = numbers.to_numpy()
    return values


def _same(values: Floats, counted: Counts) -> Share:
    both = ~np.isnan(values)
    return Share(int((values[both] == counted[both]).sum()), int(both.sum()))
