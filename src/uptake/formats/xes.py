"""Reading event logs in XES, the standard's XML, plain or compressed, in one pass.

Source: IEEE 1849-2016. Globals say which attributes every event is meant to have and name a value
for "unknown"; an event that lacks one lacks it here too. A file with a document type is refused,
because that is how XML is made to grow without bound or to read other files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from xml.parsers import expat

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.errors import UnusableFileError
from uptake.formats.event_log import CASE, EventLog
from uptake.formats.streams import plain_bytes

MOST_ATTRIBUTES: Final = 1_000
"""Different attributes of events, or of cases, that become columns."""

DEEPEST: Final = 32
LONGEST: Final = 1_000_000
"""Characters of one value."""

_MIDNIGHTS: Final = frozenset({"", "00:00:00"})
BLOCK: Final = 1 << 20
SEPARATOR: Final = "/"
SCALARS: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
HOLDERS: Final = frozenset({"list", "container", "values"})
MILLISECONDS: Final = pa.timestamp("ms", tz="UTC")
_TYPES: Final[Mapping[str, pa.DataType]] = {
    "string": pa.string(),
    "id": pa.string(),
    "date": MILLISECONDS,
    "int": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
}

Value = str | int | float | bool


def read_xes(path: Path) -> EventLog:
    """Read a log.

    Raises:
        UnusableFileError: it is no XML, no XES, is cut off, holds no event, or has a document type.
    """
    reader = _Reader(path.name)
    try:
        with plain_bytes(path) as file:
            while block := file.read(BLOCK):
                reader.parser.Parse(block)
            reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise UnusableFileError(
            f"{path.name} is no whole XML file ({said}, line {error.lineno}): export it again."
        ) from error
    return reader.log()


@dataclass(slots=True)
class _Column:
    """One attribute: its type, and its values by row."""

    kind: str
    rows: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)

    def array(self, length: int) -> pa.Array:
        """The column with nulls where a row has no value."""
        whole: list[Value | None] = [None] * length
        for row, value in zip(self.rows, self.values, strict=True):
            whole[row] = value
        return pa.array(whole, _TYPES[self.kind])

    def as_text(self) -> None:
        """Turn into text what does not fit one type."""
        self.values = [_spoken(value, self.kind) for value in self.values]
        self.kind = "string"


@dataclass(slots=True)
class _Columns:
    """The attributes of events, or of cases."""

    rows: int = 0
    found: dict[str, _Column] = field(default_factory=dict)

    def put(self, key: str, kind: str, value: Value) -> bool:
        """Put a value into the newest row; False where there are too many attributes."""
        column = self.found.get(key)
        if column is None:
            if len(self.found) == MOST_ATTRIBUTES:
                return False
            column = self.found[key] = _Column(kind)
        if _TYPES[column.kind] != _TYPES[kind]:
            if column.kind != "string":
                column.as_text()
            value = _spoken(value, kind)
        if column.rows and column.rows[-1] == self.rows - 1:
            column.values[-1] = value
        else:
            column.rows.append(self.rows - 1)
            column.values.append(value)
        return True

    def columns(self, ours: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Our columns, then every attribute at full length; one of our name has a mark behind."""
        found = {f"{key}{SEPARATOR}" if key in ours else key: c for key, c in self.found.items()}
        return ours | {key: column.array(self.rows) for key, column in found.items()}


class _Reader:
    """The state of one pass: where in the file it is, and what was found so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events, self._cases = _Columns(), _Columns()
        self._case_of: list[int] = []
        self._of_log: dict[str, object] = {}
        self._midnights: dict[str, list[int]] = {}
        self._troubles: Counter[str] = Counter()
        self._into: list[Callable[[str, str, Value], None]] = []
        self._path: list[str] = []
        self._ignored = 0
        self._is_log = False
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def log(self) -> EventLog:
        """What was read."""
        if not self._is_log:
            raise UnusableFileError(f"{self._name} is XML, but no event log in XES: it has no log.")
        if not self._case_of:
            raise UnusableFileError(f"{self._name} holds no event.")
        events = self._events.columns({CASE: pa.array(self._case_of, pa.int64())})
        warnings = tuple(f"{text} ({count:,} times)" for text, count in self._troubles.items())
        unnamed = pa.nulls(self._cases.rows, pa.string())
        cases = {"concept:name": unnamed} | self._cases.columns({})
        midnights = {name: self._flags(rows) for name, rows in self._midnights.items()}
        return EventLog(pa.table(events), pa.table(cases), self._of_log, warnings, midnights)

    def _flags(self, rows: list[int]) -> npt.NDArray[np.bool_]:
        flags = np.zeros(self._events.rows, dtype=bool)
        flags[rows] = True
        return flags

    def _refuse_doctype(self, *_said: object) -> None:
        raise UnusableFileError(
            f"{self._name} has a document type, which XES does not: export it without one."
        )

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(":")[2]
        if self._ignored or word in ("global", "extension", "classifier"):
            self._ignored += 1
        elif word == "log":
            self._is_log = True
            self._into.append(self._say_of_log)
        elif word == "trace":
            self._cases.rows += 1
            self._into.append(self._say_of_case)
        elif word == "event":
            self._begin_event()
        elif word in SCALARS:
            self._value(word, attributes)
        elif word in HOLDERS:
            self._enter(attributes.get("key", word))
        else:
            self._troubles[f"The element {word[:80]} is not one of XES and was left out"] += 1
            self._ignored += 1

    def _end(self, tag: str) -> None:
        word = tag.rpartition(":")[2]
        if self._ignored:
            self._ignored -= 1
        elif word in ("log", "trace", "event"):
            self._into.pop()
        else:
            self._path.pop()

    def _begin_event(self) -> None:
        if self._into[-1:] != [self._say_of_case]:
            self._cases.rows += 1
            self._troubles["An event stands outside a case and is a case of its own"] += 1
        self._events.rows += 1
        self._case_of.append(self._cases.rows - 1)
        self._into.append(self._say_of_event)

    def _enter(self, key: str) -> None:
        if len(self._path) == DEEPEST:
            raise UnusableFileError(
                f"{self._name} nests attributes more than {DEEPEST} deep: export it flat."
            )
        self._path.append(key)

    def _value(self, kind: str, attributes: dict[str, str]) -> None:
        self._enter(attributes.get("key", kind))
        text = attributes.get("value", "")
        if len(text) > LONGEST:
            self._troubles[f"A value of more than {LONGEST:,} characters was cut"] += 1
            text = text[:LONGEST]
        value = _parsed(kind, text)
        if kind == "date" and text[11:19] in _MIDNIGHTS and self._into[-1:] == [self._say_of_event]:
            self._midnights.setdefault(SEPARATOR.join(self._path), []).append(self._events.rows - 1)
        if value is None:
            self._troubles[f"A value of {self._path[-1][:80]} is no {kind} and was left out"] += 1
        elif self._into:
            self._into[-1](SEPARATOR.join(self._path), kind, value)

    def _say_of_log(self, key: str, _kind: str, value: Value) -> None:
        if len(self._of_log) < MOST_ATTRIBUTES:
            self._of_log[key] = value

    def _say_of_case(self, key: str, kind: str, value: Value) -> None:
        self._put(self._cases, key, kind, value)

    def _say_of_event(self, key: str, kind: str, value: Value) -> None:
        self._put(self._events, key, kind, value)

    def _put(self, columns: _Columns, key: str, kind: str, value: Value) -> None:
        if not columns.put(key, kind, value):
            said = f"There are more than {MOST_ATTRIBUTES:,} attributes; the others were left out"
            self._troubles[said] += 1


def _parsed(kind: str, text: str) -> Value | None:
    """The value that a text stands for; moments as milliseconds, without a zone as UTC."""
    try:
        match kind:
            case "int":
                return int(text)
            case "float":
                return float(text)
            case "boolean":
                return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
            case "date":
                moment = datetime.fromisoformat(text.strip())
                whole = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                return round(whole.timestamp() * 1000)
            case _:
                return text
    except (ValueError, KeyError, OverflowError):
        return None


def _spoken(value: Value, kind: str) -> str:
    if kind == "date":
        return datetime.fromtimestamp(int(value) / 1000, UTC).isoformat(timespec="milliseconds")
    if kind == "boolean":
        return "true" if value else "false"
    return str(value)
