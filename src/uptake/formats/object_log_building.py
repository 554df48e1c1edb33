"""Object-centric logs put together event by event, whatever syntax they come in."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from uptake.formats.case_columns import coded_of
from uptake.formats.case_log import NO_MOMENT, Coded
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.iso_moments import EPOCH, MILLISECOND, is_midnight
from uptake.formats.object_log import KINDS, Changes, ObjectLog, Relations
from uptake.formats.xes_columns import Columns, Value, parsed, spoken

Given = str | int | float | bool

FROM_THE_BEGINNING: Final = 86_400_000
"""Values of objects with a stamp before this (a day after 1970 began, in any zone) always held."""

LONGEST: Final = 1_000_000
"""Characters of one value."""

MOST_TROUBLES: Final = 50


def zone_called(name: str | None) -> tzinfo:
    """The zone of stamps without an offset.

    Raises:
        MappingError: there is no such zone.
    """
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError):
        raise MappingError(
            f"{name!r} is not a time zone: use a name such as Europe/Berlin."
        ) from None


@dataclass(slots=True)
class _Pairs:
    """Relations by the names of their objects."""

    rows: list[int] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def relations(self, places: Mapping[str, int]) -> tuple[Relations, int]:
        """By the rows of their objects, and how many name an object that there is not."""
        found = np.array([places.get(name, -1) for name in self.objects], dtype=np.int64)
        good = found >= 0
        words = coded_of(pa.chunked_array([pa.array(self.words, pa.string())]), nothing=())
        rows = np.array(self.rows, dtype=np.int64)
        kept = np.flatnonzero(good)
        qualifier = Coded(words.codes[kept], words.words)
        return Relations(rows[kept], found[kept], qualifier), int((~good).sum())


class ObjectLogBuilder:
    """Takes types, objects and events in any order, and makes a log of them."""

    def __init__(self, name: str, zone: str | None = None) -> None:
        self._name, self._zone = name, zone_called(zone)
        self._is_zone_said = zone is not None
        self._kinds: dict[tuple[str, str, str], str] = {}
        self._event_ids: list[str] = []
        self._event_types: list[str] = []
        self._moments: list[int] = []
        self._midnight: list[bool] = []
        self._events = Columns()
        self._objects: dict[str, int] = {}
        self._object_types: list[str] = []
        self._related, self._connected = _Pairs(), _Pairs()
        self._changes: dict[tuple[str, str], Columns] = defaultdict(Columns)
        self._changed: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._troubles: Counter[str] = Counter()
        self._naive = 0

    def declare(self, of: str, kind: str, attributes: Iterable[tuple[str, str]]) -> None:
        """Say the types of the attributes of one type ``of`` events or objects."""
        for name, written in attributes:
            known = KINDS.get(written.strip().lower())
            if known is None:
                self.trouble(f"The type {written[:80]} is unknown and was read as string")
            self._kinds[of, kind.strip(), name] = known or "string"

    def add_event(
        self,
        name: str,
        kind: str,
        time: str | None,
        attributes: Iterable[tuple[str, Given | None]],
        related: Iterable[tuple[str, str]],
    ) -> None:
        """Take an event with its attributes and its objects, each with a qualifier."""
        row, kind = len(self._event_ids), kind.strip()
        self._event_ids.append(name)
        self._event_types.append(kind)
        moment = self._moment(time or "")
        if time and moment is None:
            self.trouble("A time of an event cannot be read")
        self._moments.append(NO_MOMENT if moment is None else moment)
        self._midnight.append(bool(time) and is_midnight(time or ""))
        self._events.rows += 1
        for key, given in attributes:
            kind_of = self._kinds.get(("event", kind, key), "string")
            self._put(self._events, key, kind_of, given)
        for other, qualifier in related:
            self._related.rows.append(row)
            self._related.objects.append(other)
            self._related.words.append(qualifier)

    def add_object(
        self,
        name: str,
        kind: str,
        changes: Iterable[tuple[str, str | None, Given | None]],
        connected: Iterable[tuple[str, str]],
    ) -> None:
        """Take an object with its values (attribute, since when, value) and its relations."""
        kind = kind.strip()
        row = self._objects.setdefault(name, len(self._objects))
        if row == len(self._object_types):
            self._object_types.append(kind)
        else:
            self.trouble("An object is there twice and was taken as one")
        for key, time, given in changes:
            self._change(row, self._object_types[row], key, time, given)
        for other, qualifier in connected:
            self._connected.rows.append(row)
            self._connected.objects.append(other)
            self._connected.words.append(qualifier)

    def trouble(self, text: str, times: int = 1) -> None:
        """Count what could not be taken; of different troubles only so many are told apart."""
        if times:
            known = text in self._troubles or len(self._troubles) < MOST_TROUBLES
            self._troubles[text if known else "Something else could not be taken"] += times

    def log(self) -> ObjectLog:
        """The log.

        Raises:
            UnusableFileError: there is no event or no object.
        """
        if not self._event_ids or not self._objects:
            what = "event" if not self._event_ids else "object"
            raise UnusableFileError(f"{self._name} holds no {what}: export it again.")
        related, lost = self._related.relations(self._objects)
        connected, lost_too = self._connected.relations(self._objects)
        self.trouble("A relation names an object that there is not", lost + lost_too)
        if repeated := len(self._event_ids) - len(set(self._event_ids)):
            self.trouble("An event has the name of another", repeated)
        return ObjectLog(
            event_ids=pa.array(self._event_ids, pa.string()),
            event_types=_coded(self._event_types),
            moments=np.array(self._moments, dtype=np.int64),
            midnight=np.array(self._midnight, dtype=bool),
            event_attributes=pa.table(self._events.columns({})),
            object_ids=pa.array(list(self._objects), pa.string()),
            object_types=_coded(self._object_types),
            related=related,
            connected=connected,
            changes={key: self._changes_of(key) for key in self._changed},
            source=self._name,
            warnings=self._warnings(),
        )

    def _warnings(self) -> tuple[str, ...]:
        notes = [f"{text} ({count:,} times)" for text, count in self._troubles.items()]
        if self._naive and not self._is_zone_said:
            notes.append(
                f"{self._naive:,} stamps say no offset and were read as UTC: say the time zone"
            )
        return tuple(notes)

    def _moment(self, text: str) -> int | None:
        try:
            moment = datetime.fromisoformat(text.strip())
            if moment.tzinfo is None:
                self._naive += 1
                moment = moment.replace(tzinfo=self._zone)
            return (moment - EPOCH) // MILLISECOND
        except (ValueError, OverflowError):
            return None

    def _change(self, row: int, kind: str, key: str, time: str | None, given: Given | None) -> None:
        naive = self._naive
        since = self._moment(time) if time else NO_MOMENT
        if since is None:
            self.trouble("A time of a value of an object cannot be read; it always held")
        if since is None or since < FROM_THE_BEGINNING:
            since, self._naive = NO_MOMENT, naive
        columns = self._changes[kind, key]
        columns.rows += 1
        kind_of = self._kinds.get(("object", kind, key), "string")
        if self._put(columns, key, kind_of, given):
            self._changed[kind, key].append((row, since))
        else:
            columns.rows -= 1

    def _put(self, columns: Columns, key: str, kind: str, given: Given | None) -> bool:
        """Put a value into the newest row; False if there is none that can be taken."""
        if given is None:
            return False
        text = as_text(given)
        if len(text) > LONGEST:
            self.trouble(f"A value of more than {LONGEST:,} characters was cut")
            text = text[:LONGEST]
        value = self._moment(text) if kind == "date" else _value(kind, text)
        if value is None:
            self.trouble(f"A value of {key[:80]} is no {kind} and was left out")
            return False
        if not columns.put(key, kind, value, text):
            self.trouble("There are too many attributes; the others were left out")
            return False
        return True

    def _changes_of(self, key: tuple[str, str]) -> Changes:
        places = np.array(self._changed[key], dtype=np.int64)
        values = self._changes[key].columns({})[key[1]]
        return Changes(places[:, 0], places[:, 1], values)


def as_text(given: Given) -> str:
    """A value of JSON or SQLite as the text that XML has for it."""
    if isinstance(given, str):
        return given
    if isinstance(given, bool):
        return spoken(given, "boolean") or ""
    return repr(given)


def _value(kind: str, text: str) -> Value | None:
    value = parsed(kind, text)
    if value is None and kind == "int":
        number = parsed("float", text)
        is_whole = isinstance(number, float) and math.isfinite(number) and number.is_integer()
        return parsed("int", str(int(number))) if is_whole and number is not None else None
    return value


def _coded(words: list[str]) -> Coded:
    return coded_of(pa.chunked_array([pa.array(words, pa.string())]), nothing=())
