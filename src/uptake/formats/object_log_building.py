"""Object-centric logs put together event by event, whatever syntax they come in."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.case_log import NO_MOMENT, Coded
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.iso_moments import EPOCH, MILLISECOND, is_midnight
from uptake.formats.object_log import KINDS, Changes, ObjectLog, Ranks, Relations
from uptake.formats.object_values import (
    Gathered,
    Given,
    ReadValues,
    Words,
    read_moments,
    read_values,
)
from uptake.formats.xes_columns import MOST_ATTRIBUTES, Columns

FROM_THE_BEGINNING: Final = 86_400_000
"""Values of objects with a stamp before this (a day after 1970 began, in any zone) always held."""

AT_ONCE: Final = 32_768
"""Events, and values of one attribute of objects, that are Python objects at one time."""

MOST_TROUBLES: Final = 50
TOO_MANY: Final = "There are too many attributes; the others were left out"


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
class _Names:
    """Names of objects as codes, and the row of each; -1 where there is no such object."""

    places: dict[str, int] = field(default_factory=dict)
    rows: array[int] = field(default_factory=lambda: array("q"))

    def code(self, name: str) -> int:
        """The code of a name, whether its object was there already or not."""
        code = self.places.get(name)
        if code is None:
            code = self.places[name] = len(self.rows)
            self.rows.append(-1)
        return code


@dataclass(slots=True)
class _Pairs:
    """Relations by the codes of the names of their objects."""

    rows: array[int] = field(default_factory=lambda: array("q"))
    names: array[int] = field(default_factory=lambda: array("q"))
    words: Words = field(default_factory=Words)

    def put(self, row: int, name: int, qualifier: str) -> None:
        """Take one."""
        self.rows.append(row)
        self.names.append(name)
        self.words.put(qualifier)

    def relations(self, names: _Names) -> tuple[Relations, int]:
        """By the rows of their objects, and how many name an object that there is not."""
        found = _whole(names.rows)[_whole(self.names)]
        kept = np.flatnonzero(found >= 0)
        words = self.words.coded()
        qualifier = Coded(words.codes[kept], words.words)
        return Relations(_whole(self.rows)[kept], found[kept], qualifier), len(found) - len(kept)


@dataclass(slots=True)
class _Changing:
    """Values of one attribute of the objects of a type: what waits, and what is read."""

    gathered: Gathered = field(default_factory=Gathered)
    parts: list[Changes] = field(default_factory=list)


class ObjectLogBuilder:
    """Takes types, objects and events in any order, and makes a log of them.

    What is taken is put into columns some ten thousand at a time.
    """

    def __init__(self, name: str, zone: str | None = None) -> None:
        self._name, self._zone = name, zone_called(zone)
        self._is_zone_said = zone is not None
        self._kinds: dict[tuple[str, str, str], str] = {}
        self._ids: list[str] = []
        self._id_parts: list[pa.Array] = []
        self._event_types, self._object_types = Words(), Words()
        self._times: list[str] = []
        self._moments, self._midnight = array("q"), array("b")
        self._given: dict[tuple[str, str], Gathered] = {}
        self._events = Columns()
        self._names = _Names()
        self._objects = array("q")
        self._related, self._connected = _Pairs(), _Pairs()
        self._changes: dict[tuple[str, str], _Changing] = {}
        self._troubles: Counter[str] = Counter()
        self._naive = 0
        self._last_since: tuple[str, int, int] = ("", NO_MOMENT, 0)

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
        row, kind = self._events.rows, kind.strip()
        self._events.rows += 1
        self._ids.append(name)
        self._event_types.put(kind)
        self._times.append(time or "")
        for key, given in attributes:
            if given is not None:
                gathered = self._given.get((kind, key))
                if gathered is None:
                    gathered = self._given[kind, key] = Gathered()
                gathered.rows.append(row)
                gathered.given.append(given)
        for other, qualifier in related:
            self._related.put(row, self._names.code(other), qualifier)
        if len(self._ids) == AT_ONCE:
            self._put_events_together()

    def add_object(
        self,
        name: str,
        kind: str,
        changes: Iterable[tuple[str, str | None, Given | None]],
        connected: Iterable[tuple[str, str]],
    ) -> None:
        """Take an object with its values (attribute, since when, value) and its relations."""
        kind, code = kind.strip(), self._names.code(name)
        row = self._names.rows[code]
        if row < 0:
            row = self._names.rows[code] = len(self._objects)
            self._objects.append(code)
            self._object_types.put(kind)
        else:
            self.trouble("An object is there twice and was taken as one")
            kind = self._object_types.listed[self._object_types.codes[row]]
        for key, time, given in changes:
            self._change(row, (kind, key), time, given)
        for other, qualifier in connected:
            self._connected.put(row, self._names.code(other), qualifier)

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
        if not self._events.rows or not self._objects:
            what = "event" if not self._events.rows else "object"
            raise UnusableFileError(f"{self._name} holds no {what}: export it again.")
        self._put_events_together()
        for key in self._changes:
            self._put_changes_together(key)
        related, lost = self._related.relations(self._names)
        connected, lost_too = self._connected.relations(self._names)
        self.trouble("A relation names an object that there is not", lost + lost_too)
        ids = pa.chunked_array(self._id_parts, pa.string())
        if repeated := len(ids) - int(pc.count_distinct(ids).as_py()):
            self.trouble("An event has the name of another", repeated)
        names = pa.array(list(self._names.places), pa.string())
        return ObjectLog(
            event_ids=ids.combine_chunks(),
            event_types=self._event_types.coded(),
            moments=_whole(self._moments),
            midnight=np.array(self._midnight, dtype=bool),
            event_attributes=pa.table(dict(sorted(self._events.columns({}).items()))),
            object_ids=names.take(pa.array(_whole(self._objects))),
            object_types=self._object_types.coded(),
            related=related,
            connected=connected,
            changes={
                key: _joined(each) for key, each in sorted(self._changes.items()) if each.parts
            },
            source=self._name,
            warnings=self._warnings(),
        )

    def _put_events_together(self) -> None:
        """Put what was taken of events into columns: names, values, then times."""
        for (kind, key), gathered in self._given.items():
            kind_of = self._kinds.get(("event", kind, key), "string")
            read = self._read(key, kind_of, gathered)
            rows = _whole(gathered.rows)[read.good]
            if len(rows) and not self._events.put_values(
                key, kind_of, rows, read.values, read.midnight
            ):
                self.trouble(TOO_MANY, len(rows))
        self._given = {}
        self._id_parts.append(pa.array(self._ids, pa.string()))
        moments = read_moments(self._times, self._moment)
        bad = sum(
            bool(text) and moment is None for text, moment in zip(self._times, moments, strict=True)
        )
        self.trouble("A time of an event cannot be read", bad)
        self._moments.extend(NO_MOMENT if moment is None else moment for moment in moments)
        self._midnight.extend(bool(text) and is_midnight(text) for text in self._times)
        self._ids, self._times = [], []

    def _read(self, key: str, kind: str, gathered: Gathered) -> ReadValues:
        return read_values(key, kind, gathered.given, moment=self._moment, trouble=self.trouble)

    def _put_changes_together(self, key: tuple[str, str]) -> None:
        """Put what was taken of one attribute of objects into an array."""
        changing = self._changes[key]
        gathered, changing.gathered = changing.gathered, Gathered()
        kind_of = self._kinds.get(("object", *key), "string")
        read = self._read(key[1], kind_of, gathered)
        rows, since = _whole(gathered.rows)[read.good], _whole(gathered.since)[read.good]
        if len(rows):
            changing.parts.append(Changes(rows, since, read.values))

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

    def _change(
        self, row: int, key: tuple[str, str], time: str | None, given: Given | None
    ) -> None:
        since = self._since(time)
        if given is None:
            return
        changing = self._changes.get(key)
        if changing is None:
            if len(self._changes) == MOST_ATTRIBUTES:
                self.trouble(TOO_MANY)
                return
            changing = self._changes[key] = _Changing()
        gathered = changing.gathered
        gathered.rows.append(row)
        gathered.since.append(since)
        gathered.given.append(given)
        if len(gathered.given) == AT_ONCE:
            self._put_changes_together(key)

    def _since(self, time: str | None) -> int:
        """Since when a value holds; most stamps are that of the value before."""
        if not time:
            return NO_MOMENT
        if time == self._last_since[0]:
            self._naive += self._last_since[2]
            return self._last_since[1]
        naive = self._naive
        since = self._moment(time)
        if since is None:
            self.trouble("A time of a value of an object cannot be read; it always held")
            return NO_MOMENT
        if since < FROM_THE_BEGINNING:
            since, self._naive = NO_MOMENT, naive
        self._last_since = time, since, self._naive - naive
        return since


def _whole(numbers: array[int]) -> Ranks:
    return np.array(numbers, dtype=np.int64)


def _joined(changing: _Changing) -> Changes:
    parts = changing.parts
    values = pa.chunked_array([part.values for part in parts]).unify_dictionaries()
    return Changes(
        np.concatenate([part.objects for part in parts]),
        np.concatenate([part.moments for part in parts]),
        values.combine_chunks(),
    )
