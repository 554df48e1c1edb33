"""Records that nobody worked for: told apart by written rules and shown separately.

- bulk: many of the same action by one person within a minute (an import, a script), whatever else
  tells these events apart;
- repeated: the same action on the same object again within a minute;
- unchanged: an edit that says of itself that it changed nothing;
- keep-alive: the same action at the same interval all day.

An event is of the first kind that fits. Which events these are depends on those of the same person
and day, so it is found out day by day, and kept until events of that day arrive or go.
Integrations have no person: who they are is said by the list of people. Requirement row C5, methods
section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts, Flags
from uptake.metrics.behaviours.counting import coded, schedules
from uptake.metrics.behaviours.facts import Facts
from uptake.metrics.behaviours.files import Column, Columns, Files, View, among
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sums import Axes, Packed, Sums
from uptake.metrics.behaviours.wanted import Wanted

Choice = Callable[[Mapping[str, Column]], Flags]
"""Which combinations are chosen."""


class Kind(StrEnum):
    """Why a record does not count as work."""

    BULK = "bulk"
    REPEATED = "repeated"
    UNCHANGED = "unchanged"
    KEEP_ALIVE = "keep_alive"


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the lines are drawn; written down so that they can be read and moved.

    ``bulk``: as many of one action by a person within a clock minute. ``repeated``: seconds.
    ``unchanged_in``: properties that list, count or say what changed; empty, 0 or false is a no-op.
    ``keep_alive``: as many a day, whose shortest and longest gap differ by ``steady`` seconds.
    """

    bulk: int = 20
    repeated: int = 60
    unchanged_in: tuple[str, ...] = ("changed_fields", "changes", "changed")
    keep_alive: int = 12
    steady: int = 2


RULES = Rules()

_BEFORE = timedelta(days=100)
"""Periods that hold the first day may have begun so long before."""


@dataclass(frozen=True, slots=True)
class Artificial:
    """What of a behaviour's records is artificial: people x periods for each kind found."""

    key: str
    grid: Grid
    done: dict[Kind, Counts]
    ok: dict[Kind, Counts]


@dataclass(frozen=True, slots=True)
class Marks:
    """The artificial events of some behaviours: whose, in which second, of which kind."""

    facts: Facts
    events: Packed

    def places(self, grid: Grid, axes: Axes) -> Counts:
        """The cell of each event; -1 outside of all."""
        spans = grid.periods
        opens = [*(span.opens for span in spans), spans[-1].closes]
        begins = np.array([round(each.timestamp()) for each in opens])
        rows = self.events.rows.values
        period = np.searchsorted(begins, rows["second"].astype(np.int64)) - 1
        return axes.places(rows["person"], np.where(period < len(spans), period, -1))


def mark(view: View, wanted: Sequence[Wanted], *, first: date, rules: Rules = RULES) -> Marks:
    """Find the artificial events of some behaviours, once for all of them."""
    facts = Facts.of(wanted, coded(view))
    events = Files.of(view, "events")
    sql = _marked(facts, rules)

    def look(source: str, days: Sequence[date]) -> pa.Table:
        asked = sql.replace("$near", among(days, before=back)).replace("$days", among(days))
        return view.connection.sql(f"{source} FROM ({asked})").to_arrow_table()

    back = -(-timedelta(seconds=rules.repeated) // timedelta(days=1))
    parts = events.by_day(sql, look, since=first - _BEFORE, around=(back, 0))
    names = (*facts.columns, "kind", "person", "second")
    rows = Columns.together(names, [part for part in parts if len(part.values["person"])])
    return Marks(facts, Packed.of(rows.values, (*facts.columns, "kind")))


def artificial(
    view: View,
    wanted: Sequence[Wanted],
    people: Counts,
    *,
    first: date,
    last: date,
    rules: Rules = RULES,
    marks: Marks | None = None,
) -> Iterator[Artificial]:
    """Find the artificial records among those that ``tally`` counts; opportunities have none.

    ``marks``: those of all behaviours at hand, where they were looked for before.
    """
    plain = [each for each in wanted if each.answer is None and not each.objects]
    if not plain:
        return
    zone = ZoneInfo(view.timezone)
    found = marks or mark(view, plain, first=first, rules=rules)
    for schedule, behaviours in schedules(plain).items():
        grid = schedule.grid(first, last, zone)
        axes = Axes(people, len(grid.periods))
        if grid.periods:
            sums = Sums(axes, [(found.events, found.places(grid, axes))])
            yield from (_placed(each, grid, sums, found.facts) for each in behaviours)


def _placed(behaviour: Wanted, grid: Grid, sums: Sums, facts: Facts) -> Artificial:
    done: dict[Kind, Counts] = {}
    ok: dict[Kind, Counts] = {}
    ((events, _places),) = sums.parts
    counts, good = (
        facts.chosen(behaviour.predicate, quality) for quality in (None, behaviour.quality)
    )
    for number, kind in enumerate(Kind) if len(events.starts) > 1 else ():
        if events.spans(_of_kind(number, counts)):
            done[kind] = sums.of(_of_kind(number, counts), None)
            ok[kind] = sums.of(_of_kind(number, good), None)
    return Artificial(behaviour.key, grid, done, ok)


def _of_kind(number: int, choose: Choice) -> Choice:
    def chosen(rows: Mapping[str, Column]) -> Flags:
        return np.asarray(choose(rows) & (rows["kind"] == number), dtype=bool)

    return chosen


def _marked(facts: Facts, rules: Rules) -> str:
    """Artificial events with ``kind``; windows are opened only where need be.

    To be filled in: ``$days`` that are looked at, and those ``$near`` enough to matter for them.
    """
    minute = "epoch_ms(occurred_at) // 60000"
    kinds = [*Kind]
    number = {kind: f"THEN {place}" for place, kind in enumerate(kinds)}
    moment = "(person, action, object_id, occurred_at)"
    bulk = kinds.index(Kind.BULK)
    alike = "PARTITION BY person, action, object_id, object_type, occurred_at"
    best = "first_kind NULLS FIRST, quality_ok DESC NULLS LAST, recorded_at, properties"
    return (
        "WITH mine AS MATERIALIZED (SELECT person, action, day, occurred_at, object_type, "
        f"object_id, {minute} AS minute FROM events WHERE $near AND {facts.condition}), "
        f"{_bulk(rules)}, {_again(rules)}, {_alive(rules)}, "
        "marked AS (SELECT *, CASE "
        f"WHEN (person, action, {minute}) IN (FROM bulk) {number[Kind.BULK]} "
        f"WHEN {moment} IN (FROM again) "
        f"{number[Kind.REPEATED]} WHEN {_is_unchanged(rules)} {number[Kind.UNCHANGED]} "
        f"WHEN (person, action, day) IN (FROM alive) {number[Kind.KEEP_ALIVE]} END AS first_kind, "
        f"{moment} IN (FROM at_once) AS is_at_once FROM events WHERE $days AND {facts.condition}), "
        f"told AS (SELECT *, CASE WHEN is_at_once AND coalesce(first_kind <> {bulk}, true) "
        f"AND row_number() OVER ({alike} ORDER BY {best}) > 1 {number[Kind.REPEATED]} "
        "ELSE first_kind END AS kind FROM marked "
        "WHERE first_kind IS NOT NULL OR is_at_once) "
        f"SELECT day, person, product, module, action, {facts.told}, kind, "
        "epoch_ms(occurred_at) // 1000 AS second FROM "
        f"(SELECT *{facts.read} FROM told WHERE kind IS NOT NULL)"
    )


def _bulk(rules: Rules) -> str:
    return (
        "bulk AS (SELECT person, action, minute FROM mine GROUP BY ALL "
        f"HAVING count(*) >= {rules.bulk:d})"
    )


def _again(rules: Rules) -> str:
    """Moments of events that repeat one before them, and of events that repeat one just then."""
    return (
        "often AS (SELECT person, action, object_id FROM mine WHERE object_id IS NOT NULL "
        "GROUP BY ALL HAVING count(*) > 1), "
        "gaps AS (SELECT person, action, object_id, occurred_at, occurred_at - "
        "lag(occurred_at) OVER (PARTITION BY person, action, object_id, object_type "
        "ORDER BY occurred_at) AS gap FROM mine "
        "SEMI JOIN often USING (person, action, object_id)), "
        "again AS (SELECT person, action, object_id, occurred_at FROM gaps "
        f"WHERE gap > INTERVAL 0 SECONDS AND gap < to_seconds({rules.repeated:d})), "
        "at_once AS (SELECT person, action, object_id, occurred_at FROM gaps "
        "WHERE gap = INTERVAL 0 SECONDS)"
    )


def _alive(rules: Rules) -> str:
    """Days on which a person did an action at one interval."""
    return (
        "busy AS (SELECT person, action, day FROM mine GROUP BY ALL "
        f"HAVING count(*) >= {rules.keep_alive:d}), "
        "pace AS (SELECT person, action, day, occurred_at - lag(occurred_at) OVER "
        "(PARTITION BY person, action, day ORDER BY occurred_at) AS gap "
        "FROM mine SEMI JOIN busy USING (person, action, day)), "
        "alive AS (SELECT person, action, day FROM pace GROUP BY ALL "
        f"HAVING max(gap) - min(gap) <= to_seconds({rules.steady:d}) "
        f"AND min(gap) >= to_seconds({rules.repeated:d}))"
    )


def _is_unchanged(rules: Rules) -> str:
    """A property that says what changed is there and says nothing."""
    empty = "('[]', '{}', 'false', 'null', '\"\"', '0')"
    said = [
        f"coalesce(CAST(json_extract(properties, '$.\"{name}\"') AS VARCHAR) IN {empty}, false)"
        for name in rules.unchanged_in
    ]
    return f"(properties IS NOT NULL AND ({' OR '.join(said) or 'false'}))"
