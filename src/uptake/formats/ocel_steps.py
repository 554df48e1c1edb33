"""An object-centric log through the eyes of one type of object: its lives are the cases.

An event of several such objects stands in the case of each; one of none is in no case. What the
objects of other types do to the order of a case is counted and said.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_columns import EMPTY, TEXTS, coded_of, joined_texts, kept_words
from uptake.formats.case_log import NO_MOMENT, NOBODY, Coded, Codes, Moments, Performer
from uptake.formats.case_mapping import JOIN, column_called
from uptake.formats.case_roles import PERFORMERS, CaseRole, proposed_roles, role_named
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.object_log import Changes, Flags, ObjectLog, Ranks
from uptake.formats.ocel import Reader
from uptake.formats.steps import Steps, rows_of
from uptake.formats.xes_steps import STANDARD

PROPOSED = frozenset({*PERFORMERS, CaseRole.STARTED, CaseRole.LIFECYCLE})
"""Roles that attributes of events can have; the rest is in the syntax."""


def ocel_steps(path: Path, reader: Reader, choices: CaseChoices) -> Steps:
    """Read a log and see it through one type of object.

    Raises:
        UnusableFileError: it is no log of OCEL 2.0.
        MappingError: it has several types of objects and none is chosen, or another is.
    """
    return flattened(reader(path, choices.timezone), choices)


def flattened(log: ObjectLog, choices: CaseChoices) -> Steps:
    """Every event once for each of its objects of the chosen type, in the order of the file."""
    kind = _chosen(log, choices.object_type)
    is_chosen = log.object_types.codes[log.related.objects] == kind
    pairs = np.unique(
        np.stack([log.related.rows[is_chosen], log.related.objects[is_chosen]], axis=1), axis=0
    )
    named = _has_type(log)
    pairs = pairs[named[pairs[:, 0]]]
    if not len(pairs):
        word = log.object_types.words[kind]
        raise UnusableFileError(
            f"No event of {log.source} belongs to an object of the type {word}: choose another: "
            f"{_listed(log)}."
        )
    return _Flat(log, kind, pairs[:, 0], pairs[:, 1], choices).steps()


def _has_type(log: ObjectLog) -> Flags:
    empty = [code for code, word in enumerate(log.event_types.words) if not word]
    return ~np.isin(log.event_types.codes, empty)


def _chosen(log: ObjectLog, wanted: str | None) -> int:
    """The code of the type whose objects are the cases."""
    words = log.object_types.words
    if wanted is None and len(words) == 1:
        return 0
    if wanted is None:
        raise MappingError(
            f"{log.source} is about objects of several types. Say whose lives are the cases, as "
            f"object type (on the command line --object-type): {_listed(log)}."
        )
    alike = [code for code, word in enumerate(words) if word.casefold() == wanted.casefold()]
    exact = [code for code in alike if words[code] == wanted]
    if len(exact or alike) != 1:
        raise MappingError(
            f"{log.source} has no objects of the type {wanted!r}: there are {_listed(log)}."
        )
    return (exact or alike)[0]


def _listed(log: ObjectLog) -> str:
    """The types with the number of their objects and of events that belong to one."""
    objects = np.bincount(log.object_types.codes, minlength=len(log.object_types.words))
    pairs = np.unique(
        np.stack([log.related.rows, log.object_types.codes[log.related.objects]], 1), axis=0
    )
    events = np.bincount(pairs[:, 1], minlength=len(log.object_types.words))
    return "; ".join(
        f"{word} ({_many(objects[code], 'object')}, {_many(events[code], 'event')})"
        for code, word in enumerate(log.object_types.words[:30])
    )


def _many(count: int, of: str) -> str:
    return f"{count:,} {of}{'' if count == 1 else 's'}"


class _Flat:
    """Steps in the making: ``events`` and ``objects`` are rows of the log, one pair a step."""

    def __init__(
        self, log: ObjectLog, kind: int, events: Ranks, objects: Ranks, choices: CaseChoices
    ) -> None:
        self._log, self._kind, self._choices = log, kind, choices
        self._events, self._objects = events, objects
        self._type = log.object_types.words[kind]

    def steps(self) -> Steps:
        """All of it."""
        log, rows = self._log, self._events
        case, cases = _in_order(self._objects)
        activity = Coded(log.event_types.codes[rows], log.event_types.words)
        roles = self._roles()
        used = {name for names in roles.values() for name in names}
        of_cases, of_steps = self._of_objects(cases)
        own = [name for name in log.event_attributes.column_names if name not in used]
        table = _as_texts(rows_of(log.event_attributes.select(self._wanted(own)), rows))
        columns = dict(zip(table.column_names, table.columns, strict=True))
        for name, values in of_steps.items():
            columns[name if name not in columns else f"{self._type}:{name}"] = values
        return Steps(
            case=case,
            case_names=log.object_ids.take(pa.array(cases)),
            case_attributes=_as_texts(pa.table(of_cases)),
            activity=kept_words(activity, np.arange(len(rows))),
            completed=log.moments[rows],
            started=self._started(roles),
            performers=self._performers(roles),
            row=rows + 1,
            midnight=log.midnight[rows],
            event_attributes=_as_texts(pa.table(columns)),
            source=log.source,
            lifecycle=self._coded(roles.get(CaseRole.LIFECYCLE, ())),
            warnings=(*log.warnings, *self._notes(case)),
        )

    def _wanted(self, names: list[str]) -> list[str]:
        chosen = self._choices.attributes
        return names if chosen is None else [name for name in names if name in chosen]

    def _roles(self) -> dict[CaseRole, tuple[str, ...]]:
        names = tuple(self._log.event_attributes.column_names)
        said = {
            role_named(role): self._named(spelled.strip(), names)
            for role, spelled in self._choices.columns.items()
        }
        if fixed_by_syntax := sorted(set(said) - PROPOSED):
            raise MappingError(
                f"The {fixed_by_syntax[0]} of an object-centric log is not an attribute: choose "
                f"the object type instead, or map {', '.join(sorted(PROPOSED))}."
            )
        fixed = {
            role: (key,) for role, key in STANDARD.items() if role in PROPOSED and key in names
        }
        roles = fixed | said
        used = {name for columns in roles.values() for name in columns}
        free = [name for name in names if name not in used]
        for role, name in proposed_roles(free, self._fit).items():
            if role in PROPOSED and role not in roles:
                roles[role] = (name,)
        return roles

    def _fit(self, role: CaseRole, name: str) -> float:
        is_moment = pa.types.is_timestamp(self._log.event_attributes.schema.field(name).type)
        return float(is_moment == (role is CaseRole.STARTED) and role in PROPOSED)

    def _named(self, spelled: str, names: tuple[str, ...]) -> tuple[str, ...]:
        """Attributes of events, or a type of objects, that people name."""
        if not spelled:
            return ()
        for whole in (column_called(spelled, names), self._object_type(spelled)):
            if whole is not None:
                return (whole,)
        found = [column_called(part.strip(), names) for part in spelled.split(JOIN)]
        if None in found:
            raise MappingError(
                f"There is no attribute of events and no type of objects {spelled!r}: there are "
                f"{', '.join((*names, *self._log.object_types.words))}."
            )
        return tuple(name for name in found if name is not None)

    def _object_type(self, name: str) -> str | None:
        words = self._log.object_types.words
        return next((word for word in words if word.casefold() == name.casefold()), None)

    def _performers(self, roles: dict[CaseRole, tuple[str, ...]]) -> dict[Performer, Coded]:
        found = {who: self._coded(roles.get(role, ())) for role, who in PERFORMERS.items()}
        return {who: coded for who, coded in found.items() if coded is not None}

    def _coded(self, names: tuple[str, ...]) -> Coded | None:
        if not names:
            return None
        table = self._log.event_attributes
        if names[0] not in table.column_names:
            return self._other_objects(names[0])
        joined = joined_texts([table[name] for name in names], JOIN)
        return kept_words(coded_of(joined, EMPTY), self._events)

    def _other_objects(self, kind: str) -> Coded:
        """The first object of a type that each event belongs to: whoever did it, say."""
        log = self._log
        code = log.object_types.words.index(kind)
        chosen = np.flatnonzero(log.object_types.codes[log.related.objects] == code)
        events, first = np.unique(log.related.rows[chosen], return_index=True)
        of_event = np.full(len(log.event_ids), NOBODY, dtype=np.int64)
        of_event[events] = log.related.objects[chosen[first]]
        used = of_event[self._events]
        texts = log.object_ids.take(pa.array(used, mask=used == NOBODY))
        return coded_of(pa.chunked_array([texts]), EMPTY)

    def _started(self, roles: dict[CaseRole, tuple[str, ...]]) -> Moments:
        names = roles.get(CaseRole.STARTED, ())
        if not names or names[0] not in self._log.event_attributes.column_names:
            return np.full(len(self._events), NO_MOMENT)
        column = self._log.event_attributes[names[0]]
        if not pa.types.is_timestamp(column.type):
            raise MappingError(f"{names[0]!r} is no attribute of times: map another to started.")
        moments: Moments = column.cast(pa.int64()).fill_null(NO_MOMENT).to_numpy()
        return moments[self._events]

    def _of_objects(self, cases: Ranks) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
        """The first value of every attribute for cases; of those that change, for steps as well."""
        of_cases: dict[str, pa.Array] = {}
        of_steps: dict[str, pa.Array] = {}
        for (owner, name), changes in self._log.changes.items():
            if owner != self._type or not self._wanted([name]):
                continue
            timeline = _Timeline(changes)
            of_cases[name] = timeline.first(cases)
            if timeline.has_changes:
                of_steps[name] = timeline.at(self._objects, self._log.moments[self._events])
        return of_cases, of_steps

    def _notes(self, case: Codes) -> list[str]:
        log, what, notes = self._log, self._type, []
        outside = len(log.event_ids) - len(np.unique(self._events))
        if outside:
            notes.append(f"{outside:,} events belong to no {what} and are in no case")
        several = int((np.bincount(self._events) > 1).sum())
        if several:
            notes.append(
                f"{several:,} events belong to several objects of the type {what} and stand in the "
                "case of each: counts of events are higher than what happened"
            )
        if diverging := self._diverging(case):
            notes.append(
                f"In {diverging:,} cases an activity is repeated for different other objects: that "
                "is not work done again"
            )
        return notes

    def _diverging(self, case: Codes) -> int:
        """Cases in which events of one activity differ in the objects of other types."""
        log = self._log
        weights = np.random.default_rng(7).integers(1, 1 << 53, len(log.object_ids))
        weights[log.object_types.codes == self._kind] = 0
        signature = np.zeros(len(log.event_ids), dtype=np.int64)
        pairs = np.unique(np.stack([log.related.rows, log.related.objects], 1), axis=0)
        np.add.at(signature, pairs[:, 0], weights[pairs[:, 1]])
        step = np.stack([case, log.event_types.codes[self._events], signature[self._events]], 1)
        different, _ = np.unique(step, axis=0, return_index=True)
        groups, counts = np.unique(different[:, :2], axis=0, return_counts=True)
        return len(np.unique(groups[counts > 1, 0]))


class _Timeline:
    """Values of one attribute by object and then by moment."""

    def __init__(self, changes: Changes) -> None:
        order = np.lexsort((changes.moments, changes.objects))
        self._objects, self._moments = changes.objects[order], changes.moments[order]
        self._values = changes.values.take(pa.array(order))
        self.has_changes = bool((self._objects[1:] == self._objects[:-1]).any())

    def first(self, objects: Ranks) -> pa.Array:
        """The first value of each object."""
        return self._taken(objects, np.searchsorted(self._objects, objects))

    def at(self, objects: Ranks, moments: Moments) -> pa.Array:
        """The value in force at a moment; at no moment, the one from the beginning."""
        keys = np.concatenate([self._objects, objects])
        times = np.concatenate([self._moments, moments])
        asked = np.concatenate(
            [np.zeros(len(self._objects), dtype=np.int8), np.ones(len(objects), dtype=np.int8)]
        )
        order = np.lexsort((asked, times, keys))
        place = np.cumsum(asked[order] == 0) - 1
        found = np.empty(len(order), dtype=np.int64)
        found[order] = place
        return self._taken(objects, found[len(self._objects) :])

    def _taken(self, objects: Ranks, places: Ranks) -> pa.Array:
        inside = (places >= 0) & (places < len(self._objects))
        inside[inside] = self._objects[places[inside]] == objects[inside]
        return self._values.take(pa.array(places, mask=~inside))


def _in_order(objects: Ranks) -> tuple[Codes, Ranks]:
    """Codes of cases in the order in which objects first appear, and the objects."""
    found, first, codes = np.unique(objects, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(found), dtype=np.int32)
    rank[order] = np.arange(len(found), dtype=np.int32)
    return rank[codes], found[order]


def _as_texts(table: pa.Table) -> pa.Table:
    """Columns that say anything, texts as dictionaries of the words that are used."""
    columns = {
        name: table[name].cast(pa.string()).dictionary_encode().combine_chunks()
        if table[name].type in (TEXTS, pa.string())
        else table[name].combine_chunks()
        for name in table.column_names
        if table[name].null_count < len(table)
    }
    return pa.table(columns)
