"""Object-centric logs taken to rows again, to be written in any syntax."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from uptake.formats.case_log import NO_MOMENT
from uptake.formats.iso_moments import written_moments
from uptake.formats.object_log import ObjectLog, Ranks, Relations
from uptake.formats.xes_columns import Value, spoken

BEGINNING: Final = "1970-01-01T00:00:00.000Z"
"""Since when a value holds that always did."""

AT_ONCE: Final = 10_000
"""Rows that are Python objects at one time."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event; ``values`` as JSON has them, moments as text."""

    name: str
    kind: str
    time: str | None
    values: list[tuple[str, Value]]
    related: Pairs


@dataclass(frozen=True, slots=True)
class ObjectRow:
    """One object; ``changes``: attribute, since when (``None``: always), value."""

    name: str
    kind: str
    changes: list[tuple[str, str | None, Value]]
    related: Pairs


def declared(log: ObjectLog, of: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every type of events or objects with its attributes and their types."""
    if of == "event":
        table = log.event_attributes
        used = _used_by(log)
        return [
            (kind, [(n, type_name(table.schema.field(n).type)) for n in sorted(used[code])])
            for code, kind in enumerate(log.event_types.words)
        ]
    return [
        (kind, [
            (name, type_name(change.values.type))
            for (owner, name), change in log.changes.items()
            if owner == kind
        ])
        for kind in log.object_types.words
    ]  # fmt: skip


def _used_by(log: ObjectLog) -> list[set[str]]:
    """The attributes that events of each type have."""
    used: list[set[str]] = [set() for _ in log.event_types.words]
    for name in log.event_attributes.column_names:
        filled = log.event_attributes[name].is_valid().to_numpy()
        for code in np.unique(log.event_types.codes[filled]):
            used[code].add(name)
    return used


def type_name(kind: pa.DataType) -> str:
    """What the standard calls a type."""
    if pa.types.is_timestamp(kind):
        return "time"
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_floating(kind):
        return "float"
    return "integer" if pa.types.is_integer(kind) else "string"


def event_rows(log: ObjectLog) -> Iterator[EventRow]:
    """The events in their order."""
    related = _Related(log, log.related, len(log.event_ids))
    for first in range(0, len(log.event_ids), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        names = log.event_ids[part].to_pylist()
        table = log.event_attributes.slice(first, AT_ONCE)
        times = written_moments(log.moments[part], log.midnight[part])
        columns = {name: plain_values(table[name]) for name in table.column_names}
        for place, name in enumerate(names):
            row = first + place
            yield EventRow(
                name,
                log.event_types.words[log.event_types.codes[row]],
                times[place] or None,
                [(key, value) for key, values in columns.items()
                 if (value := values[place]) is not None],
                related.of(row),
            )  # fmt: skip


def object_rows(log: ObjectLog) -> Iterator[ObjectRow]:
    """The objects in their order, each with its values in the order of time."""
    related = _Related(log, log.connected, len(log.object_ids))
    changes = _changes(log)
    for row, name in enumerate(log.object_ids.to_pylist()):
        kind = log.object_types.words[log.object_types.codes[row]]
        yield ObjectRow(name, kind, changes.get(row, []), related.of(row))


def _changes(log: ObjectLog) -> dict[int, list[tuple[str, str | None, Value]]]:
    found: dict[int, list[tuple[str, str | None, Value]]] = {}
    for (_, name), change in log.changes.items():
        values = plain_values(change.values)
        for place in np.lexsort((change.moments, change.objects)).tolist():
            moment = int(change.moments[place])
            since = None if moment == NO_MOMENT else spoken(moment, "date")
            value = values[place]
            if value is not None:
                found.setdefault(int(change.objects[place]), []).append((name, since, value))
    return found


def plain_values(column: pa.ChunkedArray | pa.Array) -> list[Value | None]:
    """Values as JSON has them."""
    if pa.types.is_timestamp(column.type):
        return [spoken(value, "date") for value in column.cast(pa.int64()).to_pylist()]
    values: list[Value | None] = column.to_pylist()
    if pa.types.is_floating(column.type):
        return [repr(v) if isinstance(v, float) and not math.isfinite(v) else v for v in values]
    return values


class _Related:
    """The objects of each row."""

    def __init__(self, log: ObjectLog, relations: Relations, rows: int) -> None:
        order = np.argsort(relations.rows, kind="stable")
        self._objects: Ranks = relations.objects[order]
        self._words = relations.qualifier.codes[order]
        self._qualifiers = relations.qualifier.words
        self._starts = np.searchsorted(relations.rows[order], np.arange(rows + 1))
        self._names = log.object_ids

    def of(self, row: int) -> Pairs:
        """Names and qualifiers."""
        places = range(int(self._starts[row]), int(self._starts[row + 1]))
        return [
            (self._names[int(self._objects[place])].as_py(), self._qualifiers[self._words[place]])
            for place in places
        ]
