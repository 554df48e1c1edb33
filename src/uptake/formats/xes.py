"""Reading event logs in XES, the standard's XML, plain or compressed, in one pass.

Source: IEEE 1849-2016. Globals say which attributes every event is meant to have and name a value
for "unknown"; an event that lacks one lacks it here too. A file with a document type is refused,
because that is how XML is made to grow without bound or to read other files.

Cases that are written plainly go past the parser of XML (``xes_plain``), which makes most logs
several times faster to read; the parser sees the log as if they were not in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.errors import UnusableFileError
from uptake.formats.event_log import CASE, EventLog
from uptake.formats.streams import plain_bytes
from uptake.formats.xes_columns import MOST_ATTRIBUTES, SEPARATOR, Columns, Value, parsed
from uptake.formats.xes_plain import PlainBlock, plain_block
from uptake.formats.xml_stream import XmlStream

DEEPEST: Final = 32
LONGEST: Final = 1_000_000
"""Characters of one value."""

LONGEST_KEY: Final = 65_536
BLOCK: Final = 4 << 20
LONGEST_CASE: Final = 16 << 20
"""Bytes of cases held back for the quick way; longer ones go to the parser piece by piece."""

SCALARS: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
HOLDERS: Final = frozenset({"list", "container", "values"})
MOST_TROUBLES: Final = 50
UTF_8: Final = "utf-8"
LIKE_ASCII: Final = frozenset({"us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
NAME: Final = "concept:name"

_UNREAD: Final = "A value of {key} is no {kind} and was left out"
_BEYOND: Final = "There are too many attributes for so many events; values were left out"
_OTHERS: Final = "Something else could not be taken as it stood"
_BEGIN: Final = b"<trace>"
_END: Final = b"</trace>"
_PROBE: Final = "uptake-between-cases"
"""An instruction that is slipped in to learn whether the parser stands between two cases."""


def read_xes(path: Path) -> EventLog:
    """Read a log.

    Raises:
        UnusableFileError: it is no XML, no XES, is cut off, holds no event, or has a document type.
    """
    reader = _Reader(path.name)
    with reader.stream.said_plainly(), plain_bytes(path) as file:
        _read(file, reader)
    return reader.log()


def _read(file: BinaryIO, reader: _Reader) -> None:
    """Whole plain cases go one way, everything else goes to the parser."""
    held = b""
    while block := file.read(BLOCK):
        held = _held_back(held + block, reader)
    reader.parse(held)
    reader.stream.finish()


def _held_back(text: bytes, reader: _Reader) -> bytes:
    """Read on; what is left is the beginning of a case whose end is not there yet."""
    if not reader.is_between_cases:
        begin = text.find(_BEGIN)
        begin = len(text) if begin < 0 else begin
        reader.parse(text[:begin])
        text = text[begin:]
        if text and not reader.learns_that_it_is_between_cases():
            reader.parse(text)
            return b""
    end = text.rfind(_END)
    if end >= 0:
        reader.take(text[: end + len(_END)])
        return text[end + len(_END) :]
    if len(text) < LONGEST_CASE:
        return text
    reader.is_between_cases = False
    reader.parse(text)
    return b""


class _Reader:
    """The state of one pass: where in the file it is, and what was found so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events, self._cases = Columns(), Columns()
        self._case_of: list[int] = []
        self._cases_of: list[npt.NDArray[np.int64]] = []
        self._of_log: dict[str, object] = {}
        self._troubles: Counter[str] = Counter()
        self._into: list[Callable[[str, str, Value, str], None]] = []
        self._path: list[str] = []
        self._ignored = 0
        self._is_log = False
        self._encoding = UTF_8
        self.is_between_cases = False
        self.stream = XmlStream(name)
        self._parser = self.stream.parser
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.XmlDeclHandler = self._note_encoding

    def take(self, block: bytes) -> None:
        """Take whole cases, past the parser if they are plain."""
        plain = plain_block(block, LONGEST) if block and self._is_readable(block) else None
        if plain is not None:
            self.stream.lines_passed += block.count(b"\n")
            self._add(plain)
        elif block:
            self.parse(block)
            self.learns_that_it_is_between_cases()

    def parse(self, block: bytes) -> None:
        """Give the parser what follows."""
        self.stream.feed(block)

    def learns_that_it_is_between_cases(self) -> bool:
        """Whether the parser stands in the log and in nothing else, not even in a comment."""
        self.is_between_cases = False
        self._parser.ProcessingInstructionHandler = self._answer
        self.stream.feed(f"<?{_PROBE}?>".encode())
        self._parser.ProcessingInstructionHandler = None
        return self.is_between_cases

    def log(self) -> EventLog:
        """What was read."""
        if not self._is_log:
            raise UnusableFileError(f"{self._name} is XML, but no event log in XES: it has no log.")
        if not self._events.rows:
            raise UnusableFileError(
                f"{self._name} holds no event: export it again with data in it."
            )
        self._put_together()
        for columns in (self._events, self._cases):
            self._trouble(_BEYOND, sum(len(columns.found[key]) for key in columns.beyond))
        case_of = pa.array(np.concatenate(self._cases_of))
        events = self._events.columns({CASE: case_of})
        warnings = tuple(f"{text} ({count:,} times)" for text, count in self._troubles.items())
        cases = self._cases.columns({})
        if NAME not in cases:
            cases = {NAME: pa.nulls(self._cases.rows, pa.string())} | cases
        midnights = self._events.midnights()
        return EventLog(pa.table(events), pa.table(cases), self._of_log, warnings, midnights)

    def _is_readable(self, block: bytes) -> bool:
        return self._encoding == UTF_8 or (self._encoding in LIKE_ASCII and block.isascii())

    def _add(self, plain: PlainBlock) -> None:
        self._put_together()
        self._cases_of.append(plain.case_of + self._cases.rows)
        first_case, first_event = self._cases.rows, self._events.rows
        self._cases.rows += plain.cases
        self._events.rows += len(plain.case_of)
        for values in plain.values:
            columns = self._events if values.of_events else self._cases
            first = first_event if values.of_events else first_case
            unread, beyond = columns.put_many(values, first)
            self._trouble(_UNREAD.format(key=values.key[:80], kind=values.kind), unread)
            self._trouble(_BEYOND, beyond)

    def _put_together(self) -> None:
        self._cases_of.append(np.array(self._case_of, dtype=np.int64))
        self._case_of = []

    def _trouble(self, text: str, times: int = 1) -> None:
        """Count what could not be taken; of different troubles only so many are told apart."""
        if times:
            known = text in self._troubles or len(self._troubles) < MOST_TROUBLES
            self._troubles[text if known else _OTHERS] += times

    def _answer(self, target: str, _rest: str) -> None:
        if target != _PROBE:
            raise UnusableFileError(
                f"{self._name} has an instruction ({target[:80]}) that holds cases: export it "
                "without."
            )
        is_outside = not (self._path or self._ignored)
        self.is_between_cases = is_outside and self._into == [self._say_of_log]

    def _note_encoding(self, _version: str, encoding: str | None, _alone: int) -> None:
        self._encoding = (encoding or UTF_8).lower()

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
            self._trouble(f"The element {word[:80]} is not one of XES and was left out")
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
            self._trouble("An event stands outside a case and is a case of its own")
        self._events.rows += 1
        self._case_of.append(self._cases.rows - 1)
        self._into.append(self._say_of_event)

    def _enter(self, key: str) -> None:
        if len(key) > LONGEST_KEY:
            self._trouble(f"A key of more than {LONGEST_KEY:,} characters was cut")
            key = key[:LONGEST_KEY]
        if len(self._path) == DEEPEST:
            raise UnusableFileError(
                f"{self._name} nests attributes more than {DEEPEST} deep: export it flat."
            )
        self._path.append(key)

    def _value(self, kind: str, attributes: dict[str, str]) -> None:
        self._enter(attributes.get("key", kind))
        text = attributes.get("value", "")
        if len(text) > LONGEST:
            self._trouble(f"A value of more than {LONGEST:,} characters was cut")
            text = text[:LONGEST]
        value = parsed(kind, text)
        if value is None:
            self._trouble(_UNREAD.format(key=self._path[-1][:80], kind=kind))
        elif self._into:
            self._into[-1](SEPARATOR.join(self._path), kind, value, text)

    def _say_of_log(self, key: str, _kind: str, value: Value, _text: str) -> None:
        if len(self._of_log) < MOST_ATTRIBUTES:
            self._of_log[key] = value

    def _say_of_case(self, key: str, kind: str, value: Value, text: str) -> None:
        if not self._cases.put(key, kind, value, text):
            self._trouble(_BEYOND)

    def _say_of_event(self, key: str, kind: str, value: Value, text: str) -> None:
        if not self._events.put(key, kind, value, text):
            self._trouble(_BEYOND)
