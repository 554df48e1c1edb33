"""Marks on events whose moments are not to be taken at their word, and the sentences about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from uptake.formats.case_log import NO_MOMENT, NOBODY, Coded, Codes, Mark, Marks, Moments

Flags = npt.NDArray[np.bool_]

EARLIEST_YEAR: Final = 1990
MIDNIGHT_SHARE: Final = 0.01
"""Stamps of exactly midnight beyond this share are days: one in 1,440 minutes is midnight."""

BATCH_CASES: Final = 10
"""So many cases in one second by one resource are written by a batch, not worked on."""

SECOND: Final = 1_000

_MOST_BUCKETS: Final = 1 << 24
"""Of seconds, when those with many events are looked for; for fewer events fewer will do."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What marks are made from: events in their final order."""

    case: Codes
    activity: Coded
    started: Moments
    completed: Moments
    resource: Coded | None
    midnight: Flags
    lonely: Flags

    @property
    def moments(self) -> Moments:
        """The end, or the start where no end is known."""
        return np.where(self.completed != NO_MOMENT, self.completed, self.started)


def marks_of(events: Marked, today: date) -> tuple[Marks, tuple[str, ...]]:
    """The marks of all events, and a sentence for each kind that there is."""
    moments = events.moments
    timed = moments != NO_MOMENT
    days = _days(events.midnight & timed, int(timed.sum()))
    found = {
        Mark.DATE_ONLY: days,
        Mark.TIED: _tied(events.case, moments) & timed,
        Mark.BATCH: _batches(events, moments, timed & ~days),
        Mark.STRANGE: _strange(events.started, today) | _strange(events.completed, today),
        Mark.NO_START: events.lonely,
        Mark.BACKWARDS: (events.started != NO_MOMENT)
        & (events.completed != NO_MOMENT)
        & (events.completed < events.started),
    }
    marks = np.zeros(len(moments), dtype=np.uint8)
    for mark, flags in found.items():
        marks[flags] |= np.uint8(mark)
    notes = [_SAID[mark].format(n=int(flags.sum())) for mark, flags in found.items() if flags.any()]
    return marks, (*notes, *_untimed(timed))


_SAID: Final = {
    Mark.DATE_ONLY: "{n:,} events have a day but no hour: within a day they keep the order of the "
    "file",
    Mark.TIED: "{n:,} events have the same moment as another of their case: which came first is "
    "not known, they keep the order of the file",
    Mark.BATCH: f"{{n:,}} events were written in batches, in {BATCH_CASES} or more cases within "
    "one second: their moment is that of writing",
    Mark.STRANGE: f"{{n:,}} events lie before {EARLIEST_YEAR} or after tomorrow: durations leave "
    "them out",
    Mark.NO_START: "{n:,} starts and ends are without the other half: their duration is not known",
    Mark.BACKWARDS: "{n:,} events end before they start: durations leave them out",
}


def _untimed(timed: Flags) -> tuple[str, ...]:
    if not timed.any():
        return ("No event has a moment: the order is that of the file, durations are not known",)
    if timed.all():
        return ()
    count = f"{int((~timed).sum()):,} events"
    return (f"{count} have no moment: they stand behind the event before them in the file",)


def _days(midnight: Flags, timed: int) -> Flags:
    """Which moments are days."""
    return midnight if midnight.sum() > MIDNIGHT_SHARE * timed else np.zeros_like(midnight)


def _tied(case: Codes, moments: Moments) -> Flags:
    same = (case[1:] == case[:-1]) & (moments[1:] == moments[:-1])
    tied = np.zeros(len(case), dtype=bool)
    tied[1:] |= same
    tied[:-1] |= same
    return tied


def _strange(moments: Moments, today: date) -> Flags:
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    latest = int((midnight + timedelta(days=2)).timestamp()) * SECOND
    earliest = int(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC).timestamp()) * SECOND
    outside: Flags = (moments != NO_MOMENT) & ((moments < earliest) | (moments >= latest))
    return outside


def _batches(events: Marked, moments: Moments, timed: Flags) -> Flags:
    """Events of many cases in one second by one resource; of one activity where none is named."""
    who = events.activity if events.resource is None else events.resource
    flags = np.zeros(len(moments), dtype=bool)
    rows = np.flatnonzero(timed & (who.codes != NOBODY))
    if len(rows) < BATCH_CASES:
        return flags
    seconds = moments[rows] // SECOND
    rows = _crowded(rows, seconds - seconds.min())
    if not len(rows):
        return flags
    order = rows[np.lexsort((events.case[rows], who.codes[rows], moments[rows] // SECOND))]
    second, by, case = moments[order] // SECOND, who.codes[order], events.case[order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (second[1:] != second[:-1]) | (by[1:] != by[:-1])
    is_other = is_new.copy()
    is_other[1:] |= case[1:] != case[:-1]
    group = np.cumsum(is_new) - 1
    cases = np.bincount(group, weights=is_other)
    flags[order[cases[group] >= BATCH_CASES]] = True
    return flags


def _crowded(rows: npt.NDArray[np.int64], seconds: Moments) -> npt.NDArray[np.int64]:
    """Rows whose second, or one that shares a bucket with it, has enough events for a batch."""
    buckets = seconds % min(_MOST_BUCKETS, 16 << len(rows).bit_length())
    counts = np.bincount(buckets, minlength=1)
    crowded: npt.NDArray[np.int64] = rows[counts[buckets] >= BATCH_CASES]
    return crowded
