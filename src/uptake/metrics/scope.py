"""Which days a question is about, and by what it is split."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from uptake.metrics.measurement import Window

ALL_DAYS = Window(date(1, 1, 1), date(9999, 12, 31), "all days")
"""Before and after anything: what is counted over it holds for every window around the data."""


class Grouping(StrEnum):
    """What a metric can be split by."""

    ACCOUNT = "account"
    TEAM = "team"
    ROLE = "role"
    MANAGER = "manager"
    POPULATION = "population"
    PRODUCT = "product"
    MODULE = "module"
    ACTION = "action"


CODED = frozenset({Grouping.ACCOUNT, Grouping.PRODUCT, Grouping.MODULE, Grouping.ACTION})
"""Groupings whose groups are integer codes in the lake."""

OF_ACTIVITY = frozenset({Grouping.PRODUCT, Grouping.MODULE, Grouping.ACTION})
"""Groupings of what was done rather than of who did it: everyone is in scope of each group."""


class Grain(StrEnum):
    """Length of the periods of a measurement over time."""

    DAY = "day"
    WEEK = "week"
    FOUR_WEEKS = "four_weeks"
    MONTH = "month"


_DAYS = {Grain.DAY: 1, Grain.WEEK: 7, Grain.FOUR_WEEKS: 28}


@dataclass(frozen=True, slots=True)
class Scope:
    """One window, or the consecutive periods of a grain inside it, and a grouping.

    Periods are counted back from the window's last day, so the newest is complete; days before
    the oldest whole period are left out. Months are calendar months that lie wholly inside.
    """

    window: Window
    by: Grouping | None = None
    grain: Grain | None = None

    @property
    def keys(self) -> list[str]:
        """Columns that every answer is grouped by."""
        group = [] if self.by is None else ["group"]
        return group if self.grain is None else [*group, "bucket"]

    @property
    def windows(self) -> list[Window]:
        """The window of each bucket, oldest first."""
        return list(_windows(self.window, self.grain))

    def rows(self, table: ir.Table) -> ir.Table:
        """The rows of ``table`` (column ``day``) inside the scope; with a grain, their bucket."""
        if self.window == ALL_DAYS and self.grain is None:
            return table  # a filter that drops nothing costs reading a column
        windows = self.windows
        if not windows:
            return table.filter(ibis.literal(False)).mutate(bucket=ibis.literal(0, "int64"))
        inside = table.filter(table.day.between(windows[0].first, windows[-1].last))
        return inside if self.grain is None else inside.mutate(bucket=self._bucket(inside.day))

    def belonging(self, rows: ir.Table) -> ir.Table:
        """The rows whose ``start`` to ``end`` (null: unbounded) overlaps their period.

        Rows without a bucket get one for each period that they overlap.
        """
        if self.grain is None:
            return rows.filter(_overlaps(rows, self.window.first, self.window.last))
        periods = self.periods()
        timed = (
            rows.join(periods, "bucket") if "bucket" in rows.columns else rows.cross_join(periods)
        )
        inside = timed.filter(_overlaps(timed, timed.period_first, timed.period_last))
        return inside.drop("period_first", "period_last")

    def periods(self) -> ir.Table:
        """``bucket, period_first, period_last`` of every period in the scope."""
        windows = self.windows
        columns = {
            "bucket": pa.array(range(len(windows)), pa.int64()),
            "period_first": pa.array([w.first for w in windows], pa.date32()),
            "period_last": pa.array([w.last for w in windows], pa.date32()),
        }
        return ibis.memtable(pa.table(columns))

    def as_of(self, first: date) -> Scope:
        """The same groups over all days from ``first`` to the last day of the window."""
        start = min(first, self.window.last)
        return replace(self, window=Window(start, self.window.last), grain=None)

    def ending(self, days: int) -> Scope:
        """The same groups over ``days`` days to the last day of the window."""
        return replace(self, window=Window.ending(self.window.last, days), grain=None)

    def _bucket(self, day: ir.DateValue) -> ir.IntegerValue:
        first = self.windows[0].first
        if self.grain is Grain.MONTH:
            months = day.year().cast("int64") * 12 + day.month()
            return months - (first.year * 12 + first.month)
        assert self.grain is not None  # noqa: S101 - narrows the type; rows() has looked
        length = _DAYS[self.grain]
        days = day.delta(first, unit="day")
        return days if length == 1 else quotient(days, length)


@ibis.udf.scalar.builtin(name="divide")  # type: ignore[untyped-decorator]  # Ibis is untyped
def _divided(dividend: int, divisor: int) -> int:
    """Division of integers, without the detour over real numbers that Ibis takes."""
    raise NotImplementedError


def quotient(dividend: ir.IntegerValue, divisor: int) -> ir.IntegerValue:
    """Whole part of a division of integers that are not negative."""
    return _divided(dividend, divisor)


def _overlaps(rows: ir.Table, first: object, last: object) -> ir.BooleanValue:
    begun = rows.start.isnull() | (rows.start <= last)
    return begun & (rows.end.isnull() | (rows.end >= first))


@lru_cache(maxsize=1024)
def _windows(window: Window, grain: Grain | None) -> tuple[Window, ...]:
    if grain is None:
        return (window,)
    if grain is Grain.MONTH:
        return tuple(_months(window))
    length = _DAYS[grain]
    count = window.days // length
    ends = [window.last - timedelta(days=length * back) for back in range(count)]
    return tuple(Window.ending(end, length) for end in reversed(ends))


def _months(window: Window) -> list[Window]:
    months: list[Window] = []
    first = window.first if window.first.day == 1 else _next_month(window.first)
    while (last := _next_month(first) - timedelta(days=1)) <= window.last:
        months.append(Window(first, last, f"{first:%Y-%m}"))
        first = last + timedelta(days=1)
    return months


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
