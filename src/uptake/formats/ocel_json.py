"""Object-centric logs in the JSON of OCEL 2.0, many events at a time.

Source: the fields as the exporters of pm4py write them. One pass finds where the lists are, then
types, objects and events are read in this order, wherever they stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeVar

import msgspec

from uptake.formats.errors import UnusableFileError
from uptake.formats.json_members import Nested, members_of
from uptake.formats.object_log import ObjectLog
from uptake.formats.object_log_building import ObjectLogBuilder
from uptake.formats.object_log_rows import (
    BEGINNING,
    declared,
    event_rows,
    object_rows,
)
from uptake.formats.streams import plain_bytes

Row = TypeVar("Row")


class _Declared(msgspec.Struct):
    name: str
    type: str = "string"


class _Type(msgspec.Struct):
    name: str
    attributes: list[_Declared] = []


class _Value(msgspec.Struct, gc=False):
    name: str
    value: str | int | float | bool | None = None
    time: str | None = None


class _Relation(msgspec.Struct, rename="camel", gc=False):
    object_id: str
    qualifier: str | None = None


class _Object(msgspec.Struct, gc=False):
    id: str
    type: str
    attributes: list[_Value] | None = None
    relationships: list[_Relation] | None = None


class _Event(msgspec.Struct, gc=False):
    id: str
    type: str
    time: str | None = None
    attributes: list[_Value] | None = None
    relationships: list[_Relation] | None = None


def read_ocel_json(path: Path, zone: str | None) -> ObjectLog:
    """Read a document.

    Raises:
        UnusableFileError: it is no JSON, or does not follow OCEL 2.0.
    """
    builder = ObjectLogBuilder(path.name, zone)
    try:
        with plain_bytes(path) as file:
            members = members_of(file)
        _take_all(_Lists(path, members), builder)
    except msgspec.ValidationError as error:
        raise UnusableFileError(
            f"{path.name} does not follow OCEL 2.0 ({error}): export it again as OCEL 2.0."
        ) from None
    except (ValueError, RecursionError) as error:  # of bytes, of characters and of numbers
        raise UnusableFileError(
            f"{path.name} is no whole JSON document ({error}): export it again."
        ) from None
    return builder.log()


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists of a document by their names."""

    path: Path
    members: Mapping[str, Nested | object]

    def rows(self, name: str, row: type[Row], *, is_needed: bool = True) -> Iterator[Row]:
        """Read the elements of a list, one after the other."""
        if name not in self.members and not is_needed:
            return
        member = self.members.get(name)
        if not isinstance(member, Nested) or not member.is_list:
            raise msgspec.ValidationError(f"there is no list {name!r}")
        decoder = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]  # a type as a value
        with plain_bytes(self.path) as file:
            for batch in member.batches(file):
                yield from decoder.decode(batch)


def _take_all(lists: _Lists, builder: ObjectLogBuilder) -> None:
    for of in ("object", "event"):
        for kind in lists.rows(f"{of}Types", _Type, is_needed=False):
            builder.declare(of, kind.name, ((a.name, a.type) for a in kind.attributes))
    for thing in lists.rows("objects", _Object):
        changes = [(value.name, value.time, value.value) for value in thing.attributes or ()]
        builder.add_object(thing.id, thing.type, changes, _pairs(thing.relationships))
    for event in lists.rows("events", _Event):
        values = [(value.name, value.value) for value in event.attributes or ()]
        builder.add_event(event.id, event.type, event.time, values, _pairs(event.relationships))


def _pairs(relations: list[_Relation] | None) -> list[tuple[str, str]]:
    return [(relation.object_id, relation.qualifier or "") for relation in relations or ()]


def write_ocel_json(log: ObjectLog, path: Path) -> None:
    """Write a document, event by event."""
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for key, of in (("objectTypes", "object"), ("eventTypes", "event")):
            types = [
                {"name": name, "attributes": [{"name": n, "type": t} for n, t in attributes]}
                for name, attributes in declared(log, of)
            ]
            file.write(f'"{key}": {json.dumps(types, ensure_ascii=False)},\n')
        file.write('"objects": [')
        _write_all(file, _objects(log))
        file.write('],\n"events": [')
        _write_all(file, _events(log))
        file.write("]}\n")


def _write_all(file: TextIO, things: Iterator[dict[str, object]]) -> None:
    for number, thing in enumerate(things):
        file.write(",\n" if number else "\n")
        file.write(json.dumps(thing, ensure_ascii=False))


def _objects(log: ObjectLog) -> Iterator[dict[str, object]]:
    for row in object_rows(log):
        yield {
            "id": row.name,
            "type": row.kind,
            "attributes": [
                {"name": name, "time": since or BEGINNING, "value": value}
                for name, since, value in row.changes
            ],
            "relationships": [{"objectId": name, "qualifier": word} for name, word in row.related],
        }


def _events(log: ObjectLog) -> Iterator[dict[str, object]]:
    for row in event_rows(log):
        event: dict[str, object] = {"id": row.name, "type": row.kind}
        if row.time is not None:
            event["time"] = row.time
        event["attributes"] = [{"name": name, "value": value} for name, value in row.values]
        event["relationships"] = [
            {"objectId": name, "qualifier": word} for name, word in row.related
        ]
        yield event
