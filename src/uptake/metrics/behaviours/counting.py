"""How often did each person do each behaviour in each period, and how often well?

What rollups can tell is read from them; raw events are read for predicates on object types and
properties, for opportunities and objects, and for the hours around a deadline. Either is counted
file by file, once for all behaviours of a schedule, and kept. Results are the same either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.facts import Facts, named
from uptake.metrics.behaviours.files import Files, View
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.objects import objects
from uptake.metrics.behaviours.opportunities import opportunities
from uptake.metrics.behaviours.placing import Placing
from uptake.metrics.behaviours.sql import Codes, is_good, one_of
from uptake.metrics.behaviours.sums import COMBINATION, Axes, Sums
from uptake.metrics.behaviours.wanted import Quality, Schedule, Wanted
from uptake.store.schema import ON_TIME_STEPS, TermKind

_CODED = (TermKind.ACTION, TermKind.PRODUCT, TermKind.MODULE, TermKind.OBJECT_TYPE)
_KEYS = ", ".join(("person", *COMBINATION))
_COUNTED = {
    "events": "count(*)",
    "right_first_time": f"count(*) FILTER ({is_good(Quality(right_first_time=True))})",
    **{
        step: f"count(*) FILTER ({is_good(Quality(within=timedelta(seconds=seconds)))})"
        for step, seconds in ON_TIME_STEPS.items()
    },
}
"""How raw events are counted into the columns of rollups."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was done: people x periods. Of opportunities, ``done`` are those that came up."""

    key: str
    grid: Grid
    done: Counts
    ok: Counts


class Shared:
    """What behaviours that are counted a few at a time have in common: rows read once for all.

    ``wanted``: everything that will be asked for. Sums of one schedule are kept at a time, so ask
    for behaviours of one schedule together.
    """

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = schedules(wanted)
        self._kept: dict[str, tuple[Schedule, Sums]] = {}

    def all_of(self, schedule: Schedule) -> Sequence[Wanted]:
        """Everything that will be asked for of a schedule."""
        return self._wanted.get(schedule, ())

    def sums(self, what: str, schedule: Schedule, build: Callable[[], Sums]) -> Sums:
        """The sums of a kind for a schedule, built if they are not those of the last time."""
        kept = self._kept.get(what)
        if kept is None or kept[0] != schedule:
            self._kept.pop(what, None)  # before the others are built
            kept = self._kept[what] = (schedule, build())
        return kept[1]


def tally(
    view: View,
    wanted: Sequence[Wanted],
    people: Counts,
    *,
    first: date,
    last: date,
    shared: Shared | None = None,
) -> Iterator[Tally]:
    """Count behaviours of people over the periods that hold the days from ``first`` to ``last``.

    ``people``: codes in ascending order; what others did is left out. Opportunities whose time to
    be answered is not over by the last event are not counted. Behaviours of one schedule
    come together, otherwise in the order given. ``shared``: what was read for others, and serves
    these; for the same view, people and days.
    """
    codes, zone, common = coded(view), ZoneInfo(view.timezone), shared or Shared(wanted)
    files = {name: Files.of(view, name) for name in ("events", "person_day_actions")}
    for schedule, behaviours in schedules(wanted).items():
        grid = schedule.grid(first, last, zone)
        axes = Axes(people, len(grid.periods))
        counter = _Counter(
            files["events"], files["person_day_actions"], schedule, grid, axes, codes
        )
        yield from counter.all_of(behaviours, common)


def coded(view: View) -> Codes:
    """Codes of the names that predicates may say."""
    return {kind: view.codes(kind) for kind in _CODED}


def schedules(wanted: Sequence[Wanted]) -> dict[Schedule, list[Wanted]]:
    """Behaviours that are counted in the same periods."""
    alike: dict[Schedule, list[Wanted]] = defaultdict(list)
    for behaviour in wanted:
        alike[behaviour.schedule].append(behaviour)
    return alike


@dataclass(frozen=True, slots=True)
class _Counter:
    """Counts behaviours of one grid."""

    events: Files
    actions: Files
    schedule: Schedule
    grid: Grid
    axes: Axes
    codes: Codes

    def all_of(self, wanted: Sequence[Wanted], shared: Shared) -> Iterator[Tally]:
        """Those that rollups can tell, those of raw events, then the others one by one."""
        every = shared.all_of(self.schedule)
        if rolled := [each for each in wanted if each.is_rolled_up]:
            alike = [each for each in every if each.is_rolled_up]
            sums = shared.sums("tally", self.schedule, lambda: self._rolled_up(alike))
            yield from (self._summed(each, sums) for each in rolled)
        if plain := [each for each in wanted if each.is_of_events]:
            alike = [each for each in every if each.is_of_events]
            sums = shared.sums("events", self.schedule, lambda: self._of_events(alike))
            facts = Facts.of(alike, self.codes)
            yield from (self._told(each, sums, facts) for each in plain)
        for each in wanted:
            if each.objects:
                yield Tally(
                    each.key,
                    self.grid,
                    *objects(self.events, each, self.codes, self.grid, self.axes),
                )
            elif each.answer is not None:
                yield Tally(
                    each.key,
                    self.grid,
                    *opportunities(self.events, each, self.codes, self.grid, self.axes),
                )

    def _rolled_up(self, alike: Sequence[Wanted]) -> Sums:
        """Rows of the rollup, and what deadlines move, to add to what the rollup says."""
        weights = tuple(sorted({each.quality.column or "" for each in alike} | {"events"}))
        names = {name for each in alike for name in each.predicate.actions}
        condition = one_of(self.codes[TermKind.ACTION], names, "action")
        sums = ", ".join(f"sum({weight})::BIGINT AS {weight}" for weight in weights)
        stored = (
            f"SELECT {_KEYS}, period, {sums} FROM person_day_actions JOIN $days USING (day) "
            f"WHERE {condition} GROUP BY {_KEYS}, period"
        )
        counted = ", ".join(f"{_COUNTED[weight]} AS {weight}" for weight in weights)
        taken = ", ".join(f"-{weight}" for weight in weights)
        moved = (
            f"WITH shifted AS (SELECT {_KEYS}, moved.source AS origin, target, {counted} "
            "FROM events JOIN $moved AS moved ON events.day = moved.day "
            f"AND occurred_at > after AND occurred_at <= until WHERE {condition} "
            f"GROUP BY {_KEYS}, origin, target) "
            f"SELECT {_KEYS}, target AS period, {', '.join(weights)} FROM shifted "
            f"WHERE target >= 0 UNION ALL SELECT {_KEYS}, origin, {taken} FROM shifted "
            "WHERE origin >= 0"
        )
        return Sums(
            self.axes,
            [
                *self._placing(self.actions).parts(stored, by=COMBINATION),
                *self._placing(self.events).parts(moved, by=COMBINATION),
            ],
        )

    def _summed(self, behaviour: Wanted, sums: Sums) -> Tally:
        column = behaviour.quality.column or "events"
        choose = named(behaviour.predicate, self.codes)
        done = sums.of(choose, "events")
        ok = done if column == "events" else sums.of(choose, column)
        return Tally(behaviour.key, self.grid, done, ok)

    def _of_events(self, alike: Sequence[Wanted]) -> Sums:
        """Rows of raw events, by what these behaviours ask of them."""
        facts = Facts.of(alike, self.codes)
        sql = (
            f"SELECT {_KEYS}, {facts.told}, coalesce(target, period) AS period, "
            "count(*) AS events FROM (SELECT person, product, module, action, object_type, day, "
            f"occurred_at, recorded_at, quality_ok{facts.read} FROM events "
            f"WHERE {facts.condition}) AS found LEFT JOIN $days AS days USING (day) "
            "LEFT JOIN $moved AS moved ON found.day = moved.day AND occurred_at > after "
            "AND occurred_at <= until WHERE coalesce(target, period) >= 0 GROUP BY ALL"
        )
        return Sums(self.axes, self._placing(self.events).parts(sql, by=facts.columns))

    def _told(self, behaviour: Wanted, sums: Sums, facts: Facts) -> Tally:
        done = sums.of(facts.chosen(behaviour.predicate), "events")
        ok = sums.of(facts.chosen(behaviour.predicate, behaviour.quality), "events")
        return Tally(behaviour.key, self.grid, done, ok)

    def _placing(self, files: Files) -> Placing:
        return Placing(files, self.schedule, self.grid, self.axes)
