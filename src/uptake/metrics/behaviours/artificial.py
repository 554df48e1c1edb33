"""Records that nobody worked for: told apart by written rules and shown separately.

- bulk: many of the same action by one person within a minute (an import, a script), whatever else
  tells these events apart;
- repeated: the same action on the same object again within a minute;
- unchanged: an edit that says of itself that it changed nothing;
- keep-alive: the same action at the same interval all day.

An event is of the first kind that fits. Integrations have no person: who they are is said by the
list of people. Requirement row C5, methods section 10.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from zoneinfo import ZoneInfo

import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.counting import View, coded, schedules
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, is_good, matches
from uptake.metrics.behaviours.sums import Axes
from uptake.metrics.behaviours.wanted import Predicate, Wanted


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
    """Artificial events of some actions with their kind, registered in a connection by a name."""

    name: str


def mark(view: View, actions: Iterable[str], *, first: date, rules: Rules = RULES) -> Marks:
    """Find the artificial events of some actions, once for all behaviours that are about them."""
    predicate = Predicate(frozenset(actions))
    since = first - _BEFORE
    told = repr((sorted(predicate.actions), since, rules))
    marks = Marks(f"uptake_artificial_{sha256(told.encode()).hexdigest()[:16]}")
    condition = f"{matches(predicate, coded(view))} AND day >= DATE '{since.isoformat()}'"
    rows = view.connection.sql(_marked(condition, rules)).to_arrow_table()
    view.connection.register(marks.name, rows)
    return marks


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

    ``marks``: those of all actions at hand, where they were looked for before.
    """
    plain = [each for each in wanted if each.answer is None and not each.objects]
    if not plain:
        return
    codes, zone = coded(view), ZoneInfo(view.timezone)
    names = (name for each in plain for name in each.predicate.actions)
    found = marks or mark(view, names, first=first, rules=rules)
    for schedule, behaviours in schedules(plain).items():
        grid = schedule.grid(first, last, zone)
        axes = Axes(people, len(grid.periods))
        bounds = grid.name("bounds")
        view.connection.register(bounds, grid.bounds())
        for behaviour in behaviours if grid.periods else ():
            sql = _query(behaviour, codes, bounds, found)
            yield _placed(behaviour, grid, axes, view.connection.sql(sql).to_arrow_table())


def _placed(behaviour: Wanted, grid: Grid, axes: Axes, rows: pa.Table) -> Artificial:
    places, kinds = axes.places(rows), rows["kind"].to_pylist()
    done: dict[Kind, Counts] = {}
    ok: dict[Kind, Counts] = {}
    for kind in Kind:
        chosen = pa.array([k == kind for k in kinds], pa.bool_())
        if places[found := chosen.to_numpy(zero_copy_only=False)].size:
            here = rows.filter(chosen)
            done[kind] = axes.table(places[found], here["done"].to_numpy())
            ok[kind] = axes.table(places[found], here["ok"].to_numpy())
    return Artificial(behaviour.key, grid, done, ok)


def _query(behaviour: Wanted, codes: Codes, bounds: str, marks: Marks) -> str:
    """``person, period, kind, done, ok``."""
    return (
        f"SELECT person, period, kind, count(*) AS done, "
        f"count(*) FILTER ({is_good(behaviour.quality)}) AS ok "
        f"FROM (SELECT * FROM {marks.name} WHERE {matches(behaviour.predicate, codes)}) AS found "
        f"ASOF JOIN {bounds} AS bounds ON date_trunc('second', found.occurred_at) > bounds.opens "
        "WHERE period >= 0 GROUP BY person, period, kind"
    )


def _marked(condition: str, rules: Rules) -> str:
    """Artificial events as they are, with ``kind``; windows are opened only where need be."""
    minute = "epoch_ms(occurred_at) // 60000"
    return (
        "WITH mine AS MATERIALIZED (SELECT person, action, day, occurred_at, object_type, "
        f"object_id, {minute} AS minute FROM events WHERE {condition}), "
        f"{_bulk(rules)}, {_again(rules)}, {_alive(rules)} "
        "SELECT person, product, module, action, object_type, occurred_at, recorded_at, "
        "quality_ok, properties::VARCHAR AS properties, kind FROM (SELECT *, CASE "
        f"WHEN (person, action, {minute}) IN (FROM bulk) THEN 'bulk' "
        "WHEN (person, action, object_id, occurred_at) IN (FROM again) THEN 'repeated' "
        f"WHEN {_is_unchanged(rules)} THEN 'unchanged' "
        "WHEN (person, action, day) IN (FROM alive) THEN 'keep_alive' END AS kind "
        f"FROM events WHERE {condition}) WHERE kind IS NOT NULL"
    )


def _bulk(rules: Rules) -> str:
    return (
        "bulk AS (SELECT person, action, minute FROM mine GROUP BY ALL "
        f"HAVING count(*) >= {rules.bulk:d})"
    )


def _again(rules: Rules) -> str:
    """Moments of events that repeat one before them."""
    return (
        "often AS (SELECT person, action, object_id FROM mine WHERE object_id IS NOT NULL "
        "GROUP BY ALL HAVING count(*) > 1), "
        "gaps AS (SELECT person, action, object_id, occurred_at, occurred_at - "
        "lag(occurred_at) OVER (PARTITION BY person, action, object_id, object_type "
        "ORDER BY occurred_at) AS gap FROM mine "
        "SEMI JOIN often USING (person, action, object_id)), "
        "again AS (SELECT person, action, object_id, occurred_at FROM gaps "
        f"WHERE gap < to_seconds({rules.repeated:d}))"
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
