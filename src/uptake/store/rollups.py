"""The rollups of a set of coded events: small tables that pages read instead of raw events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.store.localtime import local_hours
from uptake.store.ordering import MOST_BITS, order_of, packed, place_bits, sorted_with_places
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

Numbers = npt.NDArray[np.int64]
Columns = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class _Groups:
    """Rows in the order of their keys, where each key begins in that order, and the keys."""

    order: npt.NDArray[np.intp]
    starts: npt.NDArray[np.intp]
    keys: Columns
    zeros: Numbers

    def total(self, column: npt.NDArray[np.generic]) -> Numbers:
        """The sum of a column in each group."""
        if not len(self.starts) or not column.any():
            return self.zeros
        return np.add.reduceat(column[self.order], self.starts, dtype=np.int64)

    def sizes(self) -> Numbers:
        """The number of rows in each group."""
        return np.diff(np.append(self.starts, len(self.order))).astype(np.int64)


def rollup_tables(coded: pa.Table, *, timezone: str) -> dict[str, pa.Table]:
    """Each rollup of ``EVENT_FILE`` rows by name; rollups of parts add up to that of the whole."""
    person_day_actions = _person_day_actions(coded)
    tables = {
        "person_day_actions": person_day_actions,
        "person_days": _person_days(person_day_actions),
        "account_hours": _account_hours(coded, timezone),
    }
    return {name: _table(tables[name], schema) for name, schema in ROLLUPS.items()}


def _person_day_actions(coded: pa.Table) -> Columns:
    names = ("account", "person", "day", "action", "product", "module")
    groups = _grouped(_integers(coded, names))
    counted = {"events": groups.sizes()}
    counted |= {name: groups.total(column) for name, column in _timeliness(coded).items()}
    counted |= {name: groups.total(column) for name, column in _judged(coded).items()}
    return groups.keys | counted


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
    starts = _changes(list(keys.values()))
    bits = np.int64(1) << (action % ACTIONS_IN_A_MASK)
    masks = np.bitwise_or.reduceat(bits, starts) if len(starts) else bits
    return {name: column[starts] for name, column in keys.items()} | {"actions": masks}


def _account_hours(coded: pa.Table, timezone: str) -> Columns:
    keys = _integers(coded, ("account", "day"))
    keys["hour"] = local_hours(coded["occurred_at"].cast(pa.int64()).to_numpy(), timezone)
    groups = _grouped(keys)
    return groups.keys | {"events": groups.sizes()}


def _integers(coded: pa.Table, names: Sequence[str]) -> Columns:
    return {name: coded[name].cast(pa.int32()).to_numpy() for name in names}


def _months(days: npt.NDArray[np.generic]) -> Numbers:
    """Months since 1970: worked out once for every day between the first and the last."""
    if not len(days):
        return np.empty(0, dtype=np.int64)
    first, last = int(days.min()), int(days.max())
    calendar = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[M]")
    months: Numbers = calendar.astype(np.int64)[days.astype(np.int64) - first]
    return months


def _grouped(keys: Columns) -> _Groups:
    """Rows by month, then by the first key, the second and so on; a key is told by its number."""
    columns = [_months(keys["day"]), *keys.values()]
    numbers = packed(columns)
    if numbers is None or numbers.bits + place_bits(len(columns[0])) > MOST_BITS:
        order = order_of(columns)
        starts = _changes([column[order] for column in columns])
        told: Columns = {name: column[order[starts]] for name, column in keys.items()}
    else:
        ordered, order = sorted_with_places(numbers.numbers)
        starts = _changes([ordered])
        values = zip(keys.items(), numbers.keys(ordered[starts])[1:], strict=True)
        told = {name: value.astype(column.dtype) for (name, column), value in values}
    return _Groups(order, starts, told, np.zeros(len(starts), dtype=np.int64))


def _changes(ordered: Sequence[npt.NDArray[np.generic]]) -> npt.NDArray[np.intp]:
    """Where rows begin that differ from the row before."""
    if not len(ordered[0]):
        return np.empty(0, dtype=np.intp)
    differs = np.zeros(len(ordered[0]), dtype=np.bool_)
    differs[0] = True
    for column in ordered:
        differs[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(differs)


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
