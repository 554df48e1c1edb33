"""How much of what was done was done in the last hours before a deadline.

Work that piles up there may have been done for the number. Methods section 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.counting import Shared, View, coded, schedules
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, matches
from uptake.metrics.behaviours.sums import COMBINATION, Axes, Sums
from uptake.metrics.behaviours.wanted import Predicate, Schedule, Wanted

HOURS = 4
"""So long before the deadline the end of a period begins."""

_ENDS = pa.schema(
    [
        ("day", pa.date32()),
        ("after", pa.timestamp("ms", tz="UTC")),
        ("until", pa.timestamp("ms", tz="UTC")),
        ("period", pa.int64()),
    ]
)
_ON = "events.day = ends.day AND occurred_at > after AND occurred_at <= until"
_KEYS = ", ".join(("person", *COMBINATION))


@dataclass(frozen=True, slots=True)
class Ending:
    """What was done in the last hours of periods: people x periods."""

    key: str
    grid: Grid
    done: Counts


def endings(
    view: View,
    wanted: Sequence[Wanted],
    people: Counts,
    *,
    first: date,
    last: date,
    shared: Shared | None = None,
) -> Iterator[Ending]:
    """Count what ``tally`` counts, of the last hours before each deadline alone.

    Opportunities, objects and what is asked once have none. ``shared``: as of ``tally``.
    """
    codes, zone, common = coded(view), ZoneInfo(view.timezone), shared or Shared(wanted)
    for schedule, behaviours in schedules(list(filter(_has_end, wanted))).items():
        grid = schedule.grid(first, last, zone)
        view.connection.register(grid.name("ends"), _ends(grid))
        of_grid = _OfGrid(view, codes, grid, Axes(people, len(grid.periods)))
        yield from of_grid.all_of(behaviours, schedule, common)


def _has_end(wanted: Wanted) -> bool:
    return wanted.answer is None and wanted.span is None


@dataclass(frozen=True, slots=True)
class _OfGrid:
    """Counts the last hours of the periods of one grid."""

    view: View
    codes: Codes
    grid: Grid
    axes: Axes

    def all_of(
        self, wanted: Sequence[Wanted], schedule: Schedule, shared: Shared
    ) -> Iterator[Ending]:
        """Those that differ by action alone in one go, then the others one by one."""
        every = [w for w in shared.all_of(schedule) if _has_end(w) and w.predicate.is_rolled_up]
        for each in wanted:
            if each.predicate.is_rolled_up:
                sums = shared.sums("endings", schedule, lambda: self._sums_of(every))
                done = sums.of_predicate(each.predicate, self.codes, "events")
            else:
                rows = _rows(self.view, matches(each.predicate, self.codes), self.grid)
                done = self.axes.table(self.axes.places(rows), rows["events"].to_numpy())
            yield Ending(each.key, self.grid, done)

    def _sums_of(self, alike: Sequence[Wanted]) -> Sums:
        names = frozenset(name for each in alike for name in each.predicate.actions)
        rows = _rows(self.view, matches(Predicate(names), self.codes), self.grid)
        return Sums.of(rows, self.axes, ("events",))


def _rows(view: View, condition: str, grid: Grid) -> pa.Table:
    """``person, product, module, action, period, events``."""
    sql = (
        f"SELECT {_KEYS}, period, count(*)::BIGINT AS events FROM events "
        f"JOIN {grid.name('ends')} AS ends ON {_ON} WHERE {condition} GROUP BY {_KEYS}, period"
    )
    return view.connection.sql(sql).to_arrow_table()


def _ends(grid: Grid) -> pa.Table:
    """``day, after, until, period``: the last hours of each period, day by day."""
    rows = [row for n, span in enumerate(grid.periods) for row in _last_hours(span.due, n, grid)]
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in _ENDS]
    return pa.table(columns, schema=_ENDS)


def _last_hours(
    due: datetime, period: int, grid: Grid
) -> Iterator[tuple[date, datetime, datetime, int]]:
    until = due.replace(microsecond=999_000)
    after = due - timedelta(hours=HOURS)
    day = after.date()
    while day <= due.date():
        midnight = datetime.combine(day + timedelta(days=1), time(), grid.zone)
        begin = datetime.combine(day, time(), grid.zone) - timedelta(milliseconds=1)
        yield day, max(after, begin), min(until, midnight), period
        day += timedelta(days=1)
