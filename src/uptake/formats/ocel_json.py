"""Object-centric logs in the JSON of OCEL 2.0.

Source: the fields as the exporters of pm4py write them. The document is held in memory as a whole,
so there is a bound on its size; XML and SQLite are read piece by piece.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

import msgspec

from uptake.formats.errors import UnusableFileError
from uptake.formats.object_log import ObjectLog
from uptake.formats.object_log_building import ObjectLogBuilder
from uptake.formats.object_log_rows import (
    BEGINNING,
    declared,
    event_rows,
    object_rows,
)
from uptake.formats.streams import plain_bytes

MOST_BYTES: Final = 1 << 29
"""Of a document, as it is when it is not compressed."""


class _Declared(msgspec.Struct):
    name: str
    type: str = "string"


class _Type(msgspec.Struct):
    name: str
    attributes: list[_Declared] = []


class _Value(msgspec.Struct):
    name: str
    value: str | int | float | bool | None = None
    time: str | None = None


class _Relation(msgspec.Struct, rename="camel"):
    object_id: str
    qualifier: str | None = None


class _Object(msgspec.Struct):
    id: str
    type: str
    attributes: list[_Value] | None = None
    relationships: list[_Relation] | None = None


class _Event(msgspec.Struct):
    id: str
    type: str
    time: str | None = None
    attributes: list[_Value] | None = None
    relationships: list[_Relation] | None = None


class _Document(msgspec.Struct, rename="camel"):
    events: list[_Event]
    objects: list[_Object]
    object_types: list[_Type] = []
    event_types: list[_Type] = []


def read_ocel_json(path: Path, zone: str | None) -> ObjectLog:
    """Read a document.

    Raises:
        UnusableFileError: it is no JSON, is too large, or does not follow OCEL 2.0.
    """
    with plain_bytes(path) as file:
        text = file.read(MOST_BYTES + 1)
    if len(text) > MOST_BYTES:
        raise UnusableFileError(
            f"{path.name} is more than {MOST_BYTES >> 20} MiB of JSON: export it as SQLite or XML."
        )
    try:
        document = msgspec.json.decode(text.removeprefix(b"\xef\xbb\xbf"), type=_Document)
    except msgspec.ValidationError as error:
        raise UnusableFileError(
            f"{path.name} does not follow OCEL 2.0 ({error}): export it again as OCEL 2.0."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableFileError(
            f"{path.name} is no whole JSON document ({error}): export it again."
        ) from None
    del text
    return _built(document, path.name, zone)


def _built(document: _Document, name: str, zone: str | None) -> ObjectLog:
    builder = ObjectLogBuilder(name, zone)
    for of, types in (("object", document.object_types), ("event", document.event_types)):
        for kind in types:
            builder.declare(of, kind.name, ((a.name, a.type) for a in kind.attributes))
    for thing in document.objects:
        changes = ((value.name, value.time, value.value) for value in thing.attributes or ())
        builder.add_object(thing.id, thing.type, changes, _pairs(thing.relationships))
    for event in document.events:
        values = ((value.name, value.value) for value in event.attributes or ())
        builder.add_event(event.id, event.type, event.time, values, _pairs(event.relationships))
    return builder.log()


def _pairs(relations: list[_Relation] | None) -> Iterator[tuple[str, str]]:
    return ((relation.object_id, relation.qualifier or "") for relation in relations or ())


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
