"""The rollups of a set of coded events: small tables that pages read instead of raw events."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from uptake.store.localtime import local_hours
from uptake.store.schema import ACTIONS_IN_A_MASK, ON_TIME_STEPS, ROLLUPS

ROLLUP_KEYS: dict[str, tuple[str, ...]] = {
    "person_day_actions": ("account", "person", "product", "module", "action", "day"),
    "person_days": ("account", "person", "day", "block"),
    "account_hours": ("account", "day", "hour"),
}
"""What one row of each rollup is about; every other column is summed, ``actions`` is OR-ed."""

ROLLUP_ORDER: dict[str, str] = {
    "person_day_actions": "date_trunc('month', day), account, person, day, action",
    "person_days": "date_trunc('month', day), account, person, day",
    "account_hours": "date_trunc('month', day), account, day, hour",
}
"""How the rows of a file lie: a month can be read alone, in it an account, in it a person."""

_ON_TIME = ", ".join(
    f"count(*) FILTER (epoch_ms(recorded_at) - epoch_ms(occurred_at) <= {seconds * 1000}) AS {name}"
    for name, seconds in ON_TIME_STEPS.items()
)

_FROM_EVENTS: dict[str, str] = {
    "person_day_actions": f"""
        SELECT account, person, product, module, action, day,
               count(*) AS events, count(recorded_at) AS timed, {_ON_TIME},
               count(quality_ok) AS judged, count(*) FILTER (quality_ok) AS right_first_time,
               coalesce(sum(duration_ms), 0)::BIGINT AS duration_ms
        FROM {{events}} GROUP BY ALL""",
    "person_days": f"""
        SELECT account, person, day, (action // {ACTIONS_IN_A_MASK})::SMALLINT AS block,
               bit_or(1::BIGINT << (action % {ACTIONS_IN_A_MASK})) AS actions
        FROM {{events}} GROUP BY ALL""",
    "account_hours": """
        SELECT account, day, hour, count(*) AS events
        FROM {events} GROUP BY ALL""",
}


def rollup_tables(
    connection: duckdb.DuckDBPyConnection, coded: pa.Table, *, timezone: str
) -> dict[str, pa.Table]:
    """Each rollup of ``EVENT_FILE`` rows by name; rollups of parts add up to that of the whole.

    ``connection`` is only worked with: it keeps nothing of the events.
    """
    occurred = coded["occurred_at"].cast(pa.int64()).to_numpy()
    hours = pa.array(local_hours(occurred, timezone), pa.int8())
    connection.register("events_to_roll_up", coded.append_column("hour", hours))
    try:
        return {
            name: _typed(connection.sql(_rollup_sql(name, "events_to_roll_up")), schema)
            for name, schema in ROLLUPS.items()
        }
    finally:
        connection.unregister("events_to_roll_up")


def merge_rollup_sql(name: str, source: str) -> str:
    """SQL that adds up the rows of a rollup with the same key; rows that cancel out are left out.

    ``source`` is anything that can follow FROM.
    """
    keys = ROLLUP_KEYS[name]
    values = [column for column in ROLLUPS[name].names if column not in keys]
    merged = [_merged(column) for column in values]
    listed = ", ".join((*keys, *merged))
    keep = "bit_or(actions) <> 0" if name == "person_days" else "sum(events) <> 0"
    return f"SELECT {listed} FROM {source} GROUP BY {', '.join(keys)} HAVING {keep}"


def _rollup_sql(name: str, events: str) -> str:
    return f"FROM ({_FROM_EVENTS[name].format(events=events)}) ORDER BY {ROLLUP_ORDER[name]}"


def _merged(column: str) -> str:
    if column == "actions":
        return "bit_or(actions) AS actions"
    return f"sum({column})::BIGINT AS {column}"


def _typed(relation: duckdb.DuckDBPyRelation, schema: pa.Schema) -> pa.Table:
    return relation.to_arrow_table().select(schema.names).cast(schema)


def negated_account_hours(account_hours: pa.Table) -> pa.Table:
    """The rows that take away what ``account_hours`` counts, for people who are erased."""
    taken = -account_hours["events"].to_numpy().astype(np.int64)
    at = account_hours.schema.get_field_index("events")
    field = account_hours.schema.field(at)
    return account_hours.set_column(at, field, pa.array(taken, pa.int64()))
