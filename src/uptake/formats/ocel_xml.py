"""Object-centric logs in the XML of OCEL 2.0, in one pass.

Source: the elements as the exporters of pm4py write them. A file with a document type is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TextIO
from xml.parsers import expat

from uptake.formats.errors import UnusableFileError
from uptake.formats.object_log import ObjectLog
from uptake.formats.object_log_building import ObjectLogBuilder
from uptake.formats.object_log_rows import BEGINNING, declared, event_rows, object_rows
from uptake.formats.object_values import LONGEST, as_text
from uptake.formats.streams import plain_bytes
from uptake.formats.xml_stream import XmlStream
from uptake.formats.xml_text import xml_text

BLOCK: Final = 1 << 20
DEEPEST: Final = 32
_HEAD: Final = "<?xml version='1.0' encoding='UTF-8'?>\n<log>\n"


def read_ocel_xml(path: Path, zone: str | None) -> ObjectLog:
    """Read a log.

    Raises:
        UnusableFileError: it is no whole XML, has a document type, or holds no event or object.
    """
    stream = XmlStream(path.name)
    reader = _Reader(path.name, ObjectLogBuilder(path.name, zone), stream.parser)
    with stream.said_plainly(), plain_bytes(path) as file:
        while block := file.read(BLOCK):
            stream.feed(block)
        stream.finish()
    return reader.builder.log()


class _Reader:
    """Where in the file a pass is, and what is known of the thing it stands in."""

    def __init__(self, name: str, builder: ObjectLogBuilder, parser: expat.XMLParserType) -> None:
        self.builder = builder
        self._name = name
        self._path: list[str] = []
        self._thing: dict[str, str] = {}
        self._declared: list[tuple[str, str]] = []
        self._values: list[tuple[str, str | None, str]] = []
        self._related: list[tuple[str, str]] = []
        self._value: dict[str, str] | None = None
        self._text: list[str] = []
        self._length = 0
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._say

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(":")[2]
        if len(self._path) == DEEPEST:
            raise UnusableFileError(
                f"{self._name} nests elements more than {DEEPEST} deep, which OCEL does not."
            )
        self._path.append(word)
        if word in ("object", "event", "object-type", "event-type") and len(self._path) == 3:
            self._thing = attributes
            self._declared, self._values, self._related = [], [], []
        elif word == "attribute" and len(self._path) == 5:
            self._value, self._text, self._length = attributes, [], 0
        elif word in ("relationship", "relobj", "object") and len(self._path) == 5:
            other = attributes.get("object-id")
            if other is not None:
                self._related.append((other, attributes.get("qualifier", "")))

    def _say(self, text: str) -> None:
        if self._value is not None and self._length <= LONGEST:
            self._text.append(text)
            self._length += len(text)

    def _end(self, tag: str) -> None:
        word = tag.rpartition(":")[2]
        if self._value is not None and len(self._path) == 5:
            self._end_value(self._value)
            self._value = None
        elif len(self._path) == 3:
            self._end_thing(word)
        self._path.pop()

    def _end_value(self, value: dict[str, str]) -> None:
        name = value.get("name", "")
        if self._path[0:2] in (["log", "object-types"], ["log", "event-types"]):
            self._declared.append((name, value.get("type", "string")))
        else:
            self._values.append((name, value.get("time"), "".join(self._text)))

    def _end_thing(self, word: str) -> None:
        thing = self._thing
        if word in ("object-type", "event-type"):
            of = word.removesuffix("-type")
            self.builder.declare(of, thing.get("name", ""), self._declared)
        elif "id" not in thing and word in ("object", "event"):
            self.builder.trouble(f"An {word} has no id and was left out")
        elif word == "object":
            kind = thing.get("type", "")
            self.builder.add_object(thing["id"], kind, self._values, self._related)
        elif word == "event":
            values = ((name, text) for name, _, text in self._values)
            self.builder.add_event(
                thing["id"], thing.get("type", ""), thing.get("time"), values, self._related
            )


def write_ocel_xml(log: ObjectLog, path: Path) -> None:
    """Write a log, event by event.

    Characters that XML does not have become the mark for what cannot be shown.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_HEAD)
        for of in ("object", "event"):
            file.write(f" <{of}-types>\n")
            for kind, attributes in declared(log, of):
                _write_type(file, of, kind, attributes)
            file.write(f" </{of}-types>\n")
        file.write(" <objects>\n")
        file.writelines(_objects(log))
        file.write(" </objects>\n <events>\n")
        file.writelines(_events(log))
        file.write(" </events>\n</log>\n")


def _write_type(file: TextIO, of: str, kind: str, attributes: list[tuple[str, str]]) -> None:
    file.write(f'  <{of}-type name="{xml_text(kind)}"><attributes>\n')
    file.writelines(
        f'   <attribute name="{xml_text(name)}" type="{written}"/>\n'
        for name, written in attributes
    )
    file.write(f"  </attributes></{of}-type>\n")


def _objects(log: ObjectLog) -> Iterator[str]:
    for row in object_rows(log):
        yield f'  <object id="{xml_text(row.name)}" type="{xml_text(row.kind)}"><attributes>\n'
        for name, since, value in row.changes:
            said = f'   <attribute name="{xml_text(name)}" time="{since or BEGINNING}">'
            yield f"{said}{xml_text(as_text(value))}</attribute>\n"
        yield f"  </attributes>{_relations(row.related)}</object>\n"


def _events(log: ObjectLog) -> Iterator[str]:
    for row in event_rows(log):
        time = "" if row.time is None else f' time="{row.time}"'
        yield f'  <event id="{xml_text(row.name)}" type="{xml_text(row.kind)}"{time}><attributes>\n'
        for name, value in row.values:
            said = f'   <attribute name="{xml_text(name)}">'
            yield f"{said}{xml_text(as_text(value))}</attribute>\n"
        yield f"  </attributes>{_relations(row.related)}</event>\n"


def _relations(pairs: Iterable[tuple[str, str]]) -> str:
    said = "".join(
        f'\n   <relationship object-id="{xml_text(name)}" qualifier="{xml_text(word)}"/>'
        for name, word in pairs
    )
    return f"<objects>{said}</objects>"
