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

_ENDS = pa.schema(
    [
        ("day", pa.date32()),
        ("after", pa.timestamp("ms", tz="UTC")),
        ("until", pa.timestamp("ms", tz="UTC")),
        ("period", pa.int64()),
    ]
)
_MOMENT = timedelta(milliseconds=1)

HOURS = 4
"""So long before the deadline the end of a period begins."""


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
        return pa.table(_columns(list(self._moved()), _BOUND), schema=_BOUND)

    def ends(self) -> pa.Table:
        """``day, after, until, period``: the last ``HOURS`` before each deadline, day by day."""
        rows = [
            (day, after, until, place)
            for place, span in enumerate(self.periods)
            for day, after, until in self._by_day(
                span.due - timedelta(hours=HOURS), span.due.replace(microsecond=999_000)
            )
        ]
        return pa.table(_columns(rows, _ENDS), schema=_ENDS)

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

    def _moved(self) -> Iterator[tuple[date, datetime, datetime, int, int]]:
        """What lies between the opening and the closing of periods on days of others."""
        spans = self.periods
        if not spans:
            return
        of = dict(zip(*self.days().to_pydict().values(), strict=True))
        ends = [span.closes.replace(microsecond=999_000) for span in spans]
        begin = spans[0].opens.replace(microsecond=999_000)
        first, last = spans[0].first, spans[-1].last
        before = _midnight(first, self.zone) - _MOMENT, begin, -1
        after = ends[-1], _midnight(last + timedelta(days=1), self.zone) - _MOMENT, -1
        within = zip([begin, *ends], ends, range(len(spans)), strict=False)
        for opens, closes, target in (before, *within, after):
            for day, low, high in self._by_day(opens, closes):
                source = of.get(day, -1)
                if source != target:
                    yield day, low, high, source, target

    def _by_day(
        self, after: datetime, until: datetime
    ) -> Iterator[tuple[date, datetime, datetime]]:
        """The parts of a time that lie on different days."""
        day = after.date()
        while day <= until.date():
            begin = _midnight(day, self.zone) - _MOMENT
            end = _midnight(day + timedelta(days=1), self.zone) - _MOMENT
            low, high = max(after, begin), min(until, end)
            if low < high:
                yield day, low, high
            day += timedelta(days=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def _columns(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in schema]
