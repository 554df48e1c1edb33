"""From events in the order of a file to a log of cases: merged, sorted, marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.case_columns import text_column
from uptake.formats.case_log import NO_MOMENT, CaseLog, Coded, Codes, Marks, Moments, Performer
from uptake.formats.case_marks import Marked, marks_of
from uptake.formats.lifecycle import Merged, merged_transitions
from uptake.formats.records import RejectedRow

Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Steps:
    """Events in columns of equal length, in the order of the file.

    ``case``: codes into ``case_names`` and rows of ``case_attributes``; every case has an event.
    ``midnight``: whether the stamp reads midnight, or no hour at all, on the clock it was written
    with. ``lifecycle``: what became of the step (start, complete). ``instance``: which start goes
    with which end. ``order``: a number that tells which of two events of a moment was first.
    ``columns``: of a table, by role the column that was read as it.
    """

    case: Codes
    case_names: pa.Array
    case_attributes: pa.Table
    activity: Coded
    completed: Moments
    started: Moments
    performers: Mapping[Performer, Coded]
    row: Moments
    midnight: Flags
    event_attributes: pa.Table
    source: str
    lifecycle: Coded | None = None
    instance: Coded | None = None
    order: npt.NDArray[np.float64] | None = None
    warnings: tuple[str, ...] = ()
    rejected: tuple[RejectedRow, ...] = field(default=())
    columns: Mapping[str, str] = field(default_factory=dict)


def case_log_of(steps: Steps, *, today: date | None = None) -> CaseLog:
    """Merge starts with their ends, put events in order, and mark what is to be known of them."""
    first = _file_order(steps)
    merged = merged_transitions(
        first.case,
        first.activity,
        first.lifecycle,
        first.instance,
        first.performers.get(Performer.RESOURCE),
    )
    whole = _as_merged(first, merged) if merged else _with_transitions(first)
    moments = moments_of(whole.started, whole.completed)
    order = _ranks(whole.case, _filled(whole.case, moments), whole.order)
    sorted_steps = taken(whole, order) if order is not None else whole
    marked = Marked(
        case=sorted_steps.case,
        activity=sorted_steps.activity,
        started=sorted_steps.started,
        completed=sorted_steps.completed,
        resource=sorted_steps.performers.get(Performer.RESOURCE),
        midnight=sorted_steps.midnight,
        lonely=_lonely(sorted_steps.started, sorted_steps.completed),
    )
    marks, said = marks_of(marked, today or datetime.now(UTC).date())
    notes = (*steps.warnings, *(merged.warnings if merged else ()), *said)
    return _log(sorted_steps, marks, notes, is_timed=bool((moments != NO_MOMENT).any()))


def moments_of(started: Moments, completed: Moments) -> Moments:
    """When an event counts as having been: at its end, or at its start where no end is known."""
    return np.where(completed != NO_MOMENT, completed, started)


def taken(steps: Steps, rows: Ranks) -> Steps:
    """Some events, in another order."""
    return Steps(
        case=steps.case[rows],
        case_names=steps.case_names,
        case_attributes=steps.case_attributes,
        activity=_coded_at(steps.activity, rows),
        completed=steps.completed[rows],
        started=steps.started[rows],
        performers={who: _coded_at(coded, rows) for who, coded in steps.performers.items()},
        row=steps.row[rows],
        midnight=steps.midnight[rows],
        event_attributes=rows_of(steps.event_attributes, rows),
        source=steps.source,
        lifecycle=_coded_at(steps.lifecycle, rows) if steps.lifecycle else None,
        instance=_coded_at(steps.instance, rows) if steps.instance else None,
        order=None if steps.order is None else steps.order[rows],
        warnings=steps.warnings,
        rejected=steps.rejected,
        columns=steps.columns,
    )


def rows_of(table: pa.Table, rows: Ranks) -> pa.Table:
    """Some rows; a table without columns stays one."""
    return table.take(pa.array(rows)).combine_chunks() if table.num_columns else pa.table({})


def _coded_at(coded: Coded, rows: Ranks) -> Coded:
    return Coded(coded.codes[rows], coded.words)


def _file_order(steps: Steps) -> Steps:
    """Starts and ends are paired in the order of time, so that is settled first."""
    if steps.lifecycle is None:
        return steps
    moments = moments_of(steps.started, steps.completed)
    order = _ranks(steps.case, _filled(steps.case, moments), steps.order)
    return steps if order is None else taken(steps, order)


def _as_merged(steps: Steps, merged: Merged) -> Steps:
    kept = taken(steps, merged.kept)
    started = np.where(merged.start >= 0, steps.completed[merged.start], NO_MOMENT)
    begun_only = merged.begun_only
    return Steps(
        case=kept.case,
        case_names=kept.case_names,
        case_attributes=kept.case_attributes,
        activity=kept.activity,
        completed=np.where(begun_only, NO_MOMENT, kept.completed),
        started=np.where(begun_only, kept.completed, started),
        performers=kept.performers,
        row=kept.row,
        midnight=kept.midnight,
        event_attributes=kept.event_attributes,
        source=kept.source,
        order=kept.order,
        warnings=kept.warnings,
        rejected=kept.rejected,
        columns=kept.columns,
    )


def _lonely(started: Moments, completed: Moments) -> Flags:
    """Events with a start or an end only, where the log has both."""
    begun, ended = started != NO_MOMENT, completed != NO_MOMENT
    lonely: Flags = begun ^ ended
    return lonely if begun.any() and ended.any() else np.zeros_like(lonely)


def _with_transitions(steps: Steps) -> Steps:
    """Transitions that tell no starts from ends say something all the same."""
    said = {"lifecycle:transition": steps.lifecycle, "concept:instance": steps.instance}
    columns = dict(
        zip(steps.event_attributes.column_names, steps.event_attributes.columns, strict=True)
    )
    for name, coded in said.items():
        if coded is not None:
            columns.setdefault(name, text_column(coded))
    return replace(steps, event_attributes=pa.table(columns), lifecycle=None, instance=None)


def _filled(case: Codes, moments: Moments) -> Moments:
    """Where an event without a moment stands: behind the one before it in its case."""
    if (known := moments != NO_MOMENT).all() or not known.any():
        return moments
    order = np.argsort(case, kind="stable")
    place = np.where(known[order], np.arange(len(order)), -1)
    latest = np.maximum.accumulate(place)
    before = order[np.maximum(latest, 0)]
    same = (latest >= 0) & (case[before] == case[order])
    filled = moments.copy()
    filled[order] = np.where(same, moments[before], NO_MOMENT)
    return filled


def _ranks(case: Codes, moments: Moments, order: npt.NDArray[np.float64] | None) -> Ranks | None:
    """Events by case, then moment, then as the log or the file has them; None if they are."""
    if order is not None:
        return np.lexsort((order, moments, case))
    later = case[1:] > case[:-1]
    if (later | ((case[1:] == case[:-1]) & (moments[1:] >= moments[:-1]))).all():
        return None
    known = moments[moments != NO_MOMENT]
    low = int(known.min()) if len(known) else 0
    span = (int(known.max()) - low if len(known) else 0) + 2
    if span * (int(case.max()) + 1) < np.iinfo(np.int64).max:
        offset = np.where(moments == NO_MOMENT, 0, moments - low + 1)
        return np.argsort(case * np.int64(span) + offset, kind="stable")
    return np.lexsort((moments, case))


def _log(steps: Steps, marks: Marks, notes: tuple[str, ...], *, is_timed: bool) -> CaseLog:
    return CaseLog(
        case=steps.case,
        activity=steps.activity,
        started=steps.started,
        completed=steps.completed,
        performers=steps.performers,
        marks=marks,
        row=steps.row,
        case_names=steps.case_names,
        case_attributes=steps.case_attributes,
        event_attributes=steps.event_attributes,
        source=steps.source,
        is_timed=is_timed,
        warnings=notes,
        rejected=steps.rejected,
        columns=steps.columns,
    )
