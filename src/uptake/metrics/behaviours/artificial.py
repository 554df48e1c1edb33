"""Records that nobody worked for: told apart by written rules and shown separately.

- bulk: many of the same action by one person within a minute (an import, a script);
- repeated: the same action on the same object again within a minute;
- unchanged: an edit that says of itself that it changed nothing;
- keep-alive: the same action at the same interval all day.

An event is of the first kind that fits. Integrations have no person: who they are is said by the
list of people. Requirement row C5, methods section 10.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.counting import View, coded, schedules
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sql import Codes, is_good, matches
from uptake.metrics.behaviours.sums import Axes
from uptake.metrics.behaviours.wanted import Wanted


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


@dataclass(frozen=True, slots=True)
class Artificial:
    """What of a behaviour's records is artificial: people x periods for each kind found."""

    key: str
    grid: Grid
    done: dict[Kind, Counts]
    ok: dict[Kind, Counts]


def artificial(
    view: View,
    wanted: Sequence[Wanted],
    people: Counts,
    *,
    first: date,
    last: date,
    rules: Rules = RULES,
) -> Iterator[Artificial]:
    """Find the artificial records among those that ``tally`` counts; opportunities have none."""
    codes, zone = coded(view), ZoneInfo(view.timezone)
    for schedule, behaviours in schedules(wanted).items():
        grid = schedule.grid(first, last, zone)
        axes = Axes(people, len(grid.periods))
        bounds = grid.name("bounds")
        view.connection.register(bounds, grid.bounds())
        for behaviour in behaviours:
            if behaviour.answer is None and not behaviour.objects and grid.periods:
                sql = _query(behaviour, codes, bounds, grid, rules)
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


def _query(behaviour: Wanted, codes: Codes, bounds: str, grid: Grid, rules: Rules) -> str:
    """``person, period, kind, done, ok``; windows are opened only over what may be artificial."""
    first = grid.periods[0].first.isoformat()
    condition = f"{matches(behaviour.predicate, codes)} AND day >= DATE '{first}' - 8"
    return (
        "WITH mine AS MATERIALIZED (SELECT person, action, day, occurred_at, object_type, "
        f"object_id, {is_good(behaviour.quality)} AS good, {_is_unchanged(rules)} AS unchanged, "
        f"epoch_ms(occurred_at) // 60000 AS minute FROM events WHERE {condition}), "
        f"{_bulk(rules)}, {_again(rules)}, {_alive(rules)}, "
        f"marked AS (SELECT person, occurred_at, good, CASE "
        "WHEN (person, action, minute) IN (FROM bulk) THEN 'bulk' "
        "WHEN (person, action, object_id, occurred_at) IN (FROM again) THEN 'repeated' "
        "WHEN unchanged THEN 'unchanged' "
        "WHEN (person, action, day) IN (FROM alive) THEN 'keep_alive' END AS kind FROM mine) "
        "SELECT person, period, kind, count(*) AS done, count(*) FILTER (good) AS ok "
        f"FROM (SELECT * FROM marked WHERE kind IS NOT NULL) AS found "
        f"ASOF JOIN {bounds} AS bounds ON date_trunc('second', found.occurred_at) > bounds.opens "
        "WHERE period >= 0 GROUP BY person, period, kind"
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
