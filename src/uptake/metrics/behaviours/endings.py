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
from uptake.metrics.behaviours.counting import View, coded, schedules
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, matches
from uptake.metrics.behaviours.sums import COMBINATION, Axes, Sums
from uptake.metrics.behaviours.wanted import Predicate, Wanted

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
    view: View, wanted: Sequence[Wanted], people: Counts, *, first: date, last: date
) -> Iterator[Ending]:
    """Count what ``tally`` counts, of the last hours before each deadline alone.

    Opportunities, objects and what is asked once have none.
    """
    codes, zone = coded(view), ZoneInfo(view.timezone)
    plain = [each for each in wanted if each.answer is None and each.span is None]
    for schedule, behaviours in schedules(plain).items():
        grid = schedule.grid(first, last, zone)
        ends = grid.name("ends")
        view.connection.register(ends, _ends(grid))
        yield from _of_grid(view, behaviours, codes, grid, Axes(people, len(grid.periods)))


def _of_grid(
    view: View, wanted: Sequence[Wanted], codes: Codes, grid: Grid, axes: Axes
) -> Iterator[Ending]:
    """Those that differ by action alone in one go, then the others one by one."""
    alike = [each for each in wanted if each.predicate.is_rolled_up]
    if alike:
        names = frozenset(name for each in alike for name in each.predicate.actions)
        rows = _rows(view, matches(Predicate(names), codes), grid)
        sums = Sums.of(rows, axes, ("events",))
        for each in alike:
            yield Ending(each.key, grid, sums.of_predicate(each.predicate, codes, "events"))
    for each in wanted:
        if not each.predicate.is_rolled_up:
            rows = _rows(view, matches(each.predicate, codes), grid)
            done = axes.table(axes.places(rows), rows["events"].to_numpy())
            yield Ending(each.key, grid, done)


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
