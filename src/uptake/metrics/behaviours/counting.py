"""How often did each person do each behaviour in each period, and how often well?

What rollups can tell is read from them, file by file, and kept; raw events are read for predicates
on object types and properties, for opportunities, and for the hours around a deadline. Results are
the same either way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.objects import objects_sql
from uptake.metrics.behaviours.sql import Codes, is_good, matches
from uptake.metrics.behaviours.sums import COMBINATION, Axes, Sums
from uptake.metrics.behaviours.wanted import Answer, Predicate, Quality, Schedule, Wanted
from uptake.metrics.compiled import Query
from uptake.metrics.kept_days import KEPT, FiledView
from uptake.store.schema import ON_TIME_STEPS, PERSON_DAY_ACTIONS, TermKind

_CODED = (TermKind.ACTION, TermKind.PRODUCT, TermKind.MODULE, TermKind.OBJECT_TYPE)
_ROWS = pa.schema(
    [("person", pa.int32()), ("period", pa.int64()), ("done", pa.int64()), ("ok", pa.int64())]
)
_KEYS = ", ".join(("person", *COMBINATION))
_MOVED = "events.day = moved.day AND occurred_at > after AND occurred_at <= until"
_COUNTED = {
    "events": "count(*)",
    "right_first_time": f"count(*) FILTER ({is_good(Quality(right_first_time=True))})",
    **{
        step: f"count(*) FILTER ({is_good(Quality(within=timedelta(seconds=seconds)))})"
        for step, seconds in ON_TIME_STEPS.items()
    },
}
"""How raw events are counted into the columns of rollups."""


def _sums_schema(weights: tuple[str, ...]) -> pa.Schema:
    keys = [pa.field(key, PERSON_DAY_ACTIONS.field(key).type) for key in ("person", *COMBINATION)]
    return pa.schema([*keys, *(pa.field(name, pa.int64()) for name in ("period", *weights))])


class View(Protocol):
    """What counting needs of a snapshot of the lake."""

    @property
    def timezone(self) -> str:
        """The zone whose calendar days the days are."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with the relations of the lake as views."""

    def codes(self, kind: TermKind) -> dict[str, int]:
        """Codes by text."""


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
    for schedule, behaviours in schedules(wanted).items():
        grid = schedule.grid(first, last, zone)
        counter = _Counter(view, grid, Axes(people, len(grid.periods)), codes)
        yield from counter.all_of(behaviours, schedule, common)


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

    view: View
    grid: Grid
    axes: Axes
    codes: Codes

    def all_of(
        self, wanted: Sequence[Wanted], schedule: Schedule, shared: Shared
    ) -> Iterator[Tally]:
        """Those that rollups can tell in one go, then the others one by one."""
        rolled = [w for w in wanted if w.is_rolled_up]
        if rolled:
            every = [w for w in shared.all_of(schedule) if w.is_rolled_up]
            sums = shared.sums("tally", schedule, lambda: self._sums_of(every))
            yield from (self._summed(behaviour, sums) for behaviour in rolled)
        for behaviour in wanted:
            if not behaviour.is_rolled_up:
                yield self._tally(behaviour, self._ask(self._rows_of(behaviour)))

    def _sums_of(self, rolled: Sequence[Wanted]) -> Sums:
        weights = tuple(sorted({w.quality.column or "" for w in rolled} | {"events"}))
        names = {name for w in rolled for name in w.predicate.actions}
        rows = [self._rolled_up(names, weights), self._moved_sums(names, weights)]
        return Sums.of(pa.concat_tables(rows), self.axes, weights)

    def _rolled_up(self, names: set[str], weights: tuple[str, ...]) -> pa.Table:
        """``person, product, module, action, period`` and the weights, of all these actions."""
        days = self.grid.name("days")
        sums = ", ".join(f"sum({weight})::BIGINT AS {weight}" for weight in weights)
        sql = (
            f"SELECT {_KEYS}, period, {sums} FROM person_day_actions JOIN {days} USING (day) "
            f"WHERE {self._among(names)} GROUP BY {_KEYS}, period"
        )
        query = Query(sql, ((days, self.grid.days()),), _sums_schema(weights))
        if isinstance(self.view, FiledView):
            return KEPT.of(self.view, "person_day_actions", query)
        return query.run(self.view.connection)

    def _moved_sums(self, names: set[str], weights: tuple[str, ...]) -> pa.Table:
        """The same of what deadlines move, to add to what the rollups say."""
        schema, moved = _sums_schema(weights), self.grid.moved()
        if not len(moved):
            return schema.empty_table()
        sums = ", ".join(f"{_COUNTED[weight]} AS {weight}" for weight in weights)
        taken = ", ".join(f"-{weight}" for weight in weights)
        sql = (
            f"WITH shifted AS (SELECT {_KEYS}, moved.source AS origin, target, {sums} "
            f"FROM events JOIN {self._registered('moved', moved)} AS moved ON {_MOVED} "
            f"WHERE {self._among(names)} GROUP BY {_KEYS}, origin, target) "
            f"SELECT {_KEYS}, target AS period, {', '.join(weights)} FROM shifted "
            f"WHERE target >= 0 UNION ALL SELECT {_KEYS}, origin, {taken} FROM shifted "
            "WHERE origin >= 0"
        )
        return self.view.connection.sql(sql).to_arrow_table().cast(schema)

    def _among(self, names: set[str]) -> str:
        return matches(Predicate(frozenset(names)), self.codes)

    def _summed(self, behaviour: Wanted, sums: Sums) -> Tally:
        predicate, column = behaviour.predicate, behaviour.quality.column or "events"
        done = sums.of_predicate(predicate, self.codes, "events")
        ok = done if column == "events" else sums.of_predicate(predicate, self.codes, column)
        return Tally(behaviour.key, self.grid, done, ok)

    def _rows_of(self, behaviour: Wanted) -> str:
        """Rows of a behaviour from raw events."""
        if behaviour.objects:
            return objects_sql(behaviour, self.codes, self.grid)
        if behaviour.answer is not None:
            return self._opportunities(behaviour, behaviour.answer)
        days = self._registered("days", self.grid.days())
        condition, good = matches(behaviour.predicate, self.codes), is_good(behaviour.quality)
        rows = (
            f"SELECT person, period, count(*) AS done, count(*) FILTER ({good}) AS ok "
            f"FROM events JOIN {days} USING (day) WHERE {condition} GROUP BY person, period"
        )
        moves = self._moves(behaviour.predicate, behaviour.quality)
        return f"{rows} UNION ALL ({moves})" if moves else rows

    def _moves(self, predicate: Predicate, quality: Quality) -> str:
        """What deadlines take from the period of its day and give to another; maybe nothing."""
        moved = self.grid.moved()
        if not len(moved):
            return ""
        name = self._registered("moved", moved)
        return (
            "WITH shifted AS (SELECT person, moved.source AS origin, target, "
            f"{is_good(quality)} AS good FROM events JOIN {name} AS moved "
            f"ON {_MOVED} "
            f"WHERE {matches(predicate, self.codes)}) "
            "SELECT person, target AS period, count(*) AS done, count(*) FILTER (good) AS ok "
            "FROM shifted WHERE target >= 0 GROUP BY ALL UNION ALL "
            "SELECT person, origin AS period, -count(*), -count(*) FILTER (good) "
            "FROM shifted WHERE origin >= 0 GROUP BY ALL"
        )

    def _opportunities(self, behaviour: Wanted, answer: Answer) -> str:
        """Opportunities by the period in which their time to be answered ends.

        The answer is the first good one on the same case, or object where there is no case, by
        whomever; the opportunity is that of the person who had it.
        """
        bounds = self._registered("bounds", self.grid.bounds())
        chance, reply = (matches(p, self.codes) for p in (behaviour.predicate, answer.predicate))
        milliseconds = round(answer.within.total_seconds() * 1000)
        on = "coalesce(case_id, object_id) AS thing"
        return (
            f"WITH chance AS (SELECT person, occurred_at AS came, {on} FROM events "
            f"WHERE {chance} AND coalesce(case_id, object_id) IS NOT NULL), "
            f"reply AS (SELECT occurred_at AS replied, {on} FROM events "
            f"WHERE {reply} AND {is_good(behaviour.quality)}), "
            f"due AS (SELECT person, replied, "
            f"came + to_milliseconds({milliseconds}) AS end_at FROM chance "
            "ASOF LEFT JOIN reply ON chance.thing = reply.thing AND replied >= came), "
            f"placed AS (SELECT due.*, period, opens FROM due ASOF JOIN {bounds} "
            "ON end_at > opens) "
            "SELECT person, period, count(*) AS done, "
            "count(*) FILTER (replied <= end_at) AS ok FROM placed "
            "WHERE period >= 0 AND end_at <= (SELECT max(occurred_at) FROM events) "
            "GROUP BY person, period"
        )

    def _registered(self, what: str, rows: pa.Table) -> str:
        name = self.grid.name(what)
        self.view.connection.register(name, rows)
        return name

    def _ask(self, sql: str) -> pa.Table:
        return self.view.connection.sql(sql).to_arrow_table().cast(_ROWS)

    def _tally(self, behaviour: Wanted, rows: pa.Table) -> Tally:
        places = self.axes.places(rows)
        done, ok = (self.axes.table(places, rows[name].to_numpy()) for name in ("done", "ok"))
        return Tally(behaviour.key, self.grid, done, ok)
