"""Periods as the database sees them: which day belongs to which, and what deadlines move.

Days belong to the period of their calendar; a deadline before midnight moves what is done after it
to the next period, grace beyond midnight moves what is done until then back to the last one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pyarrow as pa

from uptake.methods.behaviour.periods import Cadence, Deadline, Period, periods

_BOUND = pa.schema(
    [
        ("day", pa.date32()),
        ("after", pa.timestamp("ms", tz="UTC")),
        ("until", pa.timestamp("ms", tz="UTC")),
        ("source", pa.int64()),
        ("target", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class Grid:
    """The periods that behaviours of one cadence and deadline are counted in."""

    periods: tuple[Period, ...]
    zone: ZoneInfo

    @classmethod
    def of(
        cls, cadence: Cadence, deadline: Deadline, *, first: date, last: date, zone: ZoneInfo
    ) -> Grid:
        """The periods that hold the days from ``first`` to ``last``."""
        return cls(tuple(periods(cadence, first, last, zone=zone, deadline=deadline)), zone)

    def days(self) -> pa.Table:
        """``day, period``: the position of the period of each day."""
        rows = [
            (span.first + timedelta(days=n), position)
            for position, span in enumerate(self.periods)
            for n in range((span.last - span.first).days + 1)
        ]
        names = pa.schema([("day", pa.date32()), ("period", pa.int64())])
        return pa.table([list(c) for c in zip(*rows, strict=True)] or [[], []], schema=names)

    def moved(self) -> pa.Table:
        """``day, after, until, source, target``: what to count to another period than its day's.

        Of events on ``day`` those later than ``after`` up to ``until``; a position outside the
        periods is -1.
        """
        rows = [row for position in range(-1, len(self.periods)) for row in self._moved(position)]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _BOUND]
        return pa.table(columns, schema=_BOUND)

    def bounds(self) -> pa.Table:
        """``opens, period``: the moment after which each period begins; -1 after the last."""
        spans = self.periods
        opens = [*(span.opens for span in spans), *(span.closes for span in spans[-1:])]
        names = pa.schema([("opens", pa.timestamp("ms", tz="UTC")), ("period", pa.int64())])
        return pa.table([opens, [*range(len(spans)), *[-1 for _ in spans[-1:]]]], schema=names)

    def name(self, what: str) -> str:
        """A name for a table of this grid, the same for equal ones."""
        told = repr([(p.first, p.last, p.closes.isoformat()) for p in self.periods])
        return f"uptake_{what}_{sha256(told.encode()).hexdigest()[:16]}"

    def _moved(self, position: int) -> Iterator[tuple[date, datetime, datetime, int, int]]:
        """What the deadline of a period moves; -1 is the one before the first."""
        spans = self.periods
        if not spans:
            return
        closes = spans[position].closes if position >= 0 else spans[0].opens
        last = spans[position].last if position >= 0 else spans[0].first - timedelta(days=1)
        midnight = _midnight(last + timedelta(days=1), self.zone)
        following = position + 1 if position + 1 < len(spans) else -1
        end = closes.replace(microsecond=999_000)
        if end < midnight - timedelta(milliseconds=1):
            yield last, end, midnight, position, following
        elif end >= midnight:
            before = midnight - timedelta(milliseconds=1)
            for day in _days(last + timedelta(days=1), closes.date()):
                yield day, before, end, self._of(day), position

    def _of(self, day: date) -> int:
        return next(
            (n for n, span in enumerate(self.periods) if span.first <= day <= span.last), -1
        )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
