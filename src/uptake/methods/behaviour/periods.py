"""Periods in which something is due, and how much of each a person works.

A period has a first and a last day and closes at its deadline, to the hour, in the zone of the
definition, with the grace; what is done afterwards counts to the next one. Methods section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.methods.arrays import Counts, Floats


class Cadence(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when: ``weekday`` Monday = 0 (periods of a week; None: its last day) and local time.

    Anything done in the second of ``at`` is in time.

    ``grace`` is how much later somebody still counts as having met it.
    """

    at: time = time(23, 59, 59)
    weekday: int | None = None
    grace: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.weekday is not None and self.weekday not in range(7):
            raise ValueError("The weekday of a deadline is 0 (Monday) to 6 (Sunday).")
        if self.grace < timedelta(0):
            raise ValueError("Grace cannot be negative.")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, and the moments at which it opens, is due and closes.

    ``closes`` is ``due`` with the grace and counts still; ``opens`` is when the one before closed.
    """

    first: date
    last: date
    opens: datetime
    due: datetime
    closes: datetime

    @property
    def label(self) -> str:
        """The first day, which names the period for good."""
        return self.first.isoformat()


def periods(
    cadence: Cadence, first: date, last: date, *, zone: ZoneInfo, deadline: Deadline
) -> list[Period]:
    """Return the periods that hold any day from ``first`` to ``last``, oldest first.

    Weeks run to the deadline's weekday (from the day after it), months and quarters by calendar;
    ``once`` is a single period from the beginning of ``first`` to the deadline on ``last``.
    """
    found = []
    start = first if cadence is Cadence.ONCE else _start(cadence, first, deadline)
    while start <= last:
        following = last + timedelta(days=1) if cadence is Cadence.ONCE else _next(cadence, start)
        found.append(_period(start, following - timedelta(days=1), zone, deadline))
        start = following
    if cadence is Cadence.ONCE:
        return [replace(span, opens=_last_second(span.first, zone)) for span in found]
    return found


def _last_second(day: date, zone: ZoneInfo) -> datetime:
    """The end of the day before: what is asked once counts from the first day on."""
    return datetime.combine(day - timedelta(days=1), Deadline().at, zone)


def _period(first: date, last: date, zone: ZoneInfo, deadline: Deadline) -> Period:
    opens = datetime.combine(first - timedelta(days=1), deadline.at, zone) + deadline.grace
    due = datetime.combine(last, deadline.at, zone)
    return Period(first, last, opens, due, due + deadline.grace)


def _start(cadence: Cadence, day: date, deadline: Deadline) -> date:
    match cadence:
        case Cadence.DAY:
            return day
        case Cadence.MONTH:
            return day.replace(day=1)
        case Cadence.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    begins = 0 if deadline.weekday is None else (deadline.weekday + 1) % 7
    return day - timedelta(days=(day.weekday() - begins) % 7)


def _next(cadence: Cadence, start: date) -> date:
    match cadence:
        case Cadence.DAY:
            return start + timedelta(days=1)
        case Cadence.WEEK:
            return start + timedelta(days=7)
    months = 1 if cadence is Cadence.MONTH else 3
    month = start.month - 1 + months
    return date(start.year + month // 12, month % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Presence:
    """When somebody works: from ``start`` to ``end`` (None: open), less leave, part of a week.

    ``part`` is the share of full time, above 0 up to 1.
    """

    start: date | None = None
    end: date | None = None
    leave: tuple[tuple[date, date], ...] = ()
    part: float = 1.0


def shares_worked(
    people: Sequence[Presence], spans: Sequence[Period], calendar: WorkingCalendar
) -> Floats:
    """Expected working days of each person over those of each period: people x periods, 0 to 1.

    A period without a working day is 0 for everybody: nothing can be due in it.
    """
    if not spans or not people:
        return np.zeros((len(people), len(spans)))
    first, last = spans[0].first, max(span.last for span in spans)
    worked = np.concatenate(([0], np.cumsum(calendar.each_day(first, last)))).astype(float)
    starts = np.array([(span.first - first).days for span in spans])
    ends = np.array([(span.last - first).days + 1 for span in spans])
    whole = worked[ends] - worked[starts]
    table = np.empty((len(people), len(spans)))
    for row, person in enumerate(people):
        table[row] = _days(person, worked, starts, ends, first) * person.part
    shares: Floats = np.divide(table, whole, out=np.zeros_like(table), where=whole > 0)
    return shares


def _days(
    person: Presence,
    worked: Floats,
    starts: Counts,
    ends: Counts,
    first: date,
) -> Floats:
    """Working days in each period on which a person is there."""
    total = len(worked) - 1
    begin = 0 if person.start is None else (person.start - first).days
    stop = total if person.end is None else (person.end - first).days + 1
    days = _inside(worked, starts, ends, begin, stop)
    for away, back in _apart(person.leave):
        absent_from = max(begin, (away - first).days)
        absent_to = min(stop, (back - first).days + 1)
        days = days - _inside(worked, starts, ends, absent_from, absent_to)
    return days


def _inside(
    worked: Floats,
    starts: Counts,
    ends: Counts,
    begin: int,
    stop: int,
) -> Floats:
    low, high = np.maximum(starts, begin), np.minimum(ends, stop)
    empty = high <= low
    low, high = np.where(empty, starts, low), np.where(empty, starts, high)
    return np.asarray(worked[high] - worked[low], dtype=np.float64)


def _apart(leave: tuple[tuple[date, date], ...]) -> list[tuple[date, date]]:
    """Leave with overlapping spans joined."""
    joined: list[tuple[date, date]] = []
    for start, end in sorted(leave):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
