"""How much of what was done was done in the last hours before a deadline.

Work that piles up there may have been done for the number. Methods section 10. Counted file by file
and kept, as everything is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.counting import Shared, coded, schedules
from uptake.metrics.behaviours.facts import Facts
from uptake.metrics.behaviours.files import Files, View
from uptake.metrics.behaviours.grid import HOURS, Grid
from uptake.metrics.behaviours.placing import Placing
from uptake.metrics.behaviours.sums import COMBINATION, Axes, Sums
from uptake.metrics.behaviours.wanted import Wanted

__all__ = ["HOURS", "Ending", "endings"]


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
    events = Files.of(view, "events")
    for schedule, behaviours in schedules(list(filter(_has_end, wanted))).items():
        grid = schedule.grid(first, last, zone)
        axes = Axes(people, len(grid.periods))
        every = [each for each in common.all_of(schedule) if _has_end(each)]
        facts = Facts.of(every, codes, quality=False)
        placing = Placing(events, schedule, grid, axes)
        sums = common.sums("endings", schedule, lambda of=placing, by=facts: _sums(of, by))  # type: ignore[misc]  # bound as defaults
        for each in behaviours:
            yield Ending(each.key, grid, sums.of(facts.chosen(each.predicate), "events"))


def _has_end(wanted: Wanted) -> bool:
    return wanted.answer is None and wanted.span is None


def _sums(placing: Placing, facts: Facts) -> Sums:
    keys = ", ".join(("person", *COMBINATION))
    sql = (
        f"SELECT {keys}, {facts.told}, period, count(*) AS events FROM ("
        f"SELECT {keys}, object_type, period{facts.read} FROM events JOIN $ends AS ends "
        "ON events.day = ends.day AND occurred_at > after AND occurred_at <= until "
        f"WHERE {facts.condition}) AS found GROUP BY ALL"
    )
    return Sums(placing.axes, placing.parts(sql, by=facts.columns))
