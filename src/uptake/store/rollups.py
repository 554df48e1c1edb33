"""The rollups of a set of coded events: small tables that pages read instead of raw events."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from uptake.store.clusters import (
    CLUSTER_KEYS,
    Clusters,
    Column,
    Columns,
    Numbers,
    changes,
    clustered,
    integers,
    months_and_days,
)
from uptake.store.localtime import local_hours
from uptake.store.ordering import order_of, packed
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

_COUNTED = (*CLUSTER_KEYS, "occurred_at", "recorded_at", "quality_ok", "duration_ms")
"""The columns of events that rollups are made from."""

BINS_A_ROW = 8
"""So many possible keys a row are counted in place instead of being sorted."""


def rollup_tables(coded: pa.Table, *, timezone: str) -> dict[str, pa.Table]:
    """Each rollup of ``EVENT_FILE`` rows by name; rollups of parts add up to that of the whole."""
    return rollups_of(clustered(coded.select(_COUNTED)), timezone=timezone)


def rollups_of(clusters: Clusters, *, timezone: str) -> dict[str, pa.Table]:
    """The same of rows that are in order."""
    person_day_actions = _person_day_actions(clusters)
    tables = {
        "person_day_actions": person_day_actions,
        "person_days": _person_days(person_day_actions),
        "account_hours": _account_hours(clusters.rows, timezone),
    }
    return {name: _table(tables[name], schema) for name, schema in ROLLUPS.items()}


def _person_day_actions(clusters: Clusters) -> Columns:
    counted: Columns = {"events": clusters.sizes()}
    given = _timeliness(clusters.rows) | _judged(clusters.rows)
    return clusters.keys() | counted | {name: clusters.total(given[name]) for name in given}


def _judged(coded: pa.Table) -> Columns:
    """Whether each event was judged, whether it was right, and how long it took."""
    quality = coded["quality_ok"]
    return {
        "judged": quality.is_valid().to_numpy(),
        "right_first_time": quality.fill_null(False).to_numpy(),
        "duration_ms": coded["duration_ms"].fill_null(0).to_numpy(),
    }


def _timeliness(coded: pa.Table) -> Columns:
    """Whether each event has a moment of recording, and within which delays that lies."""
    timed = coded["recorded_at"].is_valid().to_numpy()
    if not timed.any():
        return dict.fromkeys(("timed", *ON_TIME_STEPS), timed)
    occurred = coded["occurred_at"].cast(pa.int64()).to_numpy()
    recorded = coded["recorded_at"].cast(pa.int64()).fill_null(0).to_numpy()
    delay = recorded - occurred
    within = {n: timed & (delay <= step * 1000) for n, step in ON_TIME_STEPS.items()}
    return {"timed": timed, **within}


def _person_days(actions: Columns) -> Columns:
    """Masks of actions, from rows that lie by account, person, day and action."""
    action = actions["action"].astype(np.int64)
    keys = {name: actions[name] for name in ("account", "person", "day")}
    keys["block"] = action // ACTIONS_IN_A_MASK
    starts = changes(list(keys.values()))
    bits = np.int64(1) << (action % ACTIONS_IN_A_MASK)
    masks = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    return {name: column[starts] for name, column in keys.items()} | {"actions": masks}


def _account_hours(coded: pa.Table, timezone: str) -> Columns:
    keys = integers(coded, ("account", "day"))
    months, _ = months_and_days(keys["day"])
    hours = local_hours(coded["occurred_at"].cast(pa.int64()).to_numpy(), timezone)
    (_, account, day, hour), events = _counted([months, *keys.values(), hours])
    return {"account": account, "day": day, "hour": hour, "events": events}


def _counted(keys: Sequence[Column]) -> tuple[list[Column], Numbers]:
    """The distinct keys of the rows, in order, and how many rows have each."""
    numbers = packed(keys)
    if numbers is None:
        order = order_of(keys)
        starts = changes([key[order] for key in keys])
        counts = np.diff(np.append(starts, len(order))).astype(np.int64)
        return [key[order[starts]] for key in keys], counts
    if 1 << numbers.bits <= BINS_A_ROW * len(keys[0]):
        bins = np.bincount(numbers.numbers)
        present = np.flatnonzero(bins)
        counts = bins[present]
    else:
        present, counts = np.unique(numbers.numbers, return_counts=True)
    told = zip(keys, numbers.keys(present), strict=True)
    return [key.astype(given.dtype) for given, key in told], counts


def _table(columns: Columns, schema: pa.Schema) -> pa.Table:
    return pa.table([pa.array(columns[name]) for name in schema.names], schema.names).cast(schema)


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


def _merged(column: str) -> str:
    if column == "actions":
        return "bit_or(actions) AS actions"
    return f"sum({column})::BIGINT AS {column}"


def negated_account_hours(account_hours: pa.Table) -> pa.Table:
    """The rows that take away what ``account_hours`` counts, for people who are erased."""
    taken = -account_hours["events"].to_numpy().astype(np.int64)
    at = account_hours.schema.get_field_index("events")
    field = account_hours.schema.field(at)
    return account_hours.set_column(at, field, pa.array(taken, pa.int64()))
