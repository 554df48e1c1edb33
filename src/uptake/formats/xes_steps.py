"""Events of cases from a log in XES: the standard's attributes as roles."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_columns import EMPTY, TEXTS, coded_of, joined_texts, kept_words
from uptake.formats.case_log import MOST_REJECTED, NO_MOMENT, NOBODY, Coded, Moments, Performer
from uptake.formats.case_mapping import JOIN, column_called
from uptake.formats.case_roles import PERFORMERS, STAMPS, CaseRole, proposed_roles, role_named
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.event_log import CASE, EventLog
from uptake.formats.iso_moments import moment_of
from uptake.formats.records import RejectedRow
from uptake.formats.steps import Flags, Ranks, Steps, rows_of
from uptake.formats.xes import read_xes
from uptake.formats.xes_columns import MILLISECONDS

NAME: Final = "concept:name"
STANDARD: Final = {
    CaseRole.ACTIVITY: NAME,
    CaseRole.COMPLETED: "time:timestamp",
    CaseRole.STARTED: "start_timestamp",
    CaseRole.RESOURCE: "org:resource",
    CaseRole.ROLE: "org:role",
    CaseRole.GROUP: "org:group",
    CaseRole.ORGANISATION: "org:organisation",
    CaseRole.LIFECYCLE: "lifecycle:transition",
    CaseRole.INSTANCE: "concept:instance",
}
GUESSED: Final = frozenset({CaseRole.ACTIVITY, CaseRole.COMPLETED, CaseRole.ORGANISATION})
"""Roles that are proposed from names where the standard's attribute is missing."""


def xes_steps(path: Path, choices: CaseChoices) -> Steps:
    """Read the events of a log, in the order of the file.

    Raises:
        UnusableFileError: it is no log in XES.
        MappingError: no attribute says the activity, or a choice names one that there is not.
    """
    log = read_xes(path)
    names = tuple(name for name in log.events.column_names if name != CASE)
    roles = _roles(names, log, choices)
    if not roles.get(CaseRole.ACTIVITY):
        raise MappingError(
            f"No attribute of {path.name} says the activity: say activity=ATTRIBUTE with one of "
            f"{', '.join(names[:60])}."
        )
    return _Log(path.name, log, roles).steps(choices)


def _roles(
    names: tuple[str, ...], log: EventLog, choices: CaseChoices
) -> dict[CaseRole, tuple[str, ...]]:
    said: dict[CaseRole, tuple[str, ...]] = {}
    for spelled_role, spelled in choices.columns.items():
        role = role_named(spelled_role)
        columns = tuple(log.cases.column_names) if role is CaseRole.CASE else names
        said[role] = _named(spelled.strip(), columns)
    roles = {role: (key,) for role, key in STANDARD.items() if key in names} | said
    used = {name for columns in roles.values() for name in columns}
    free = [name for name in names if name not in used]
    guessed = proposed_roles(free, lambda role, name: _fit(role, log, name))
    for role, name in guessed.items():
        if role in GUESSED and role not in roles:
            roles[role] = (name,)
    return roles


def _named(spelled: str, names: tuple[str, ...]) -> tuple[str, ...]:
    if not spelled:
        return ()
    if (whole := column_called(spelled, names)) is not None:
        return (whole,)
    found = [column_called(part.strip(), names) for part in spelled.split(JOIN)]
    if None in found:
        raise MappingError(f"There is no attribute {spelled!r}: there are {', '.join(names[:60])}.")
    return tuple(name for name in found if name is not None)


def _fit(role: CaseRole, log: EventLog, name: str) -> float:
    is_moment = pa.types.is_timestamp(log.events.schema.field(name).type)
    return float(is_moment == (role in STAMPS))


class _Log:
    """A log that was read, on its way to being steps."""

    def __init__(self, name: str, log: EventLog, roles: dict[CaseRole, tuple[str, ...]]) -> None:
        self._name, self._log, self._roles = name, log, roles

    def steps(self, choices: CaseChoices) -> Steps:
        """The events that have an activity; cases without an event are left out and counted."""
        events = self._log.events
        case = events[CASE].to_numpy().astype(np.int32)
        activity = self._coded(CaseRole.ACTIVITY)
        if activity is None or not (activity.codes != NOBODY).any():
            raise UnusableFileError(f"No event of {self._name} has an activity.")
        rows = np.flatnonzero(activity.codes != NOBODY)
        used, codes = np.unique(case[rows], return_inverse=True)
        names, unnamed = self._case_names(used)
        whole = len(rows) == len(case)
        return Steps(
            case=codes.astype(np.int32),
            case_names=names,
            case_attributes=self._case_attributes(used, choices),
            activity=activity if whole else kept_words(activity, rows),
            completed=self._moments(CaseRole.COMPLETED)[rows],
            started=self._moments(CaseRole.STARTED)[rows],
            performers=self._performers(rows, whole=whole),
            row=rows + 1,
            midnight=self._midnight()[rows],
            event_attributes=self._event_attributes(rows, choices),
            source=self._name,
            lifecycle=self._some(CaseRole.LIFECYCLE, rows, whole=whole),
            instance=self._some(CaseRole.INSTANCE, rows, whole=whole),
            order=self._order(rows),
            warnings=(
                *self._log.warnings,
                *self._notes(used, names, unnamed, len(case) - len(rows)),
            ),
            rejected=_refused(activity),
        )

    def _coded(self, role: CaseRole) -> Coded | None:
        names = self._roles.get(role, ())
        if not names:
            return None
        columns = [self._log.events[name] for name in names]
        is_text = len(columns) == 1 and pa.types.is_dictionary(columns[0].type)
        return coded_of(columns[0] if is_text else joined_texts(columns, JOIN), EMPTY)

    def _some(self, role: CaseRole, rows: Ranks, *, whole: bool) -> Coded | None:
        coded = self._coded(role)
        return coded if coded is None or whole else kept_words(coded, rows)

    def _performers(self, rows: Ranks, *, whole: bool) -> dict[Performer, Coded]:
        found = {who: self._some(role, rows, whole=whole) for role, who in PERFORMERS.items()}
        return {who: coded for who, coded in found.items() if coded is not None}

    def _moments(self, role: CaseRole) -> Moments:
        names = self._roles.get(role, ())
        if not names:
            return np.full(len(self._log.events), NO_MOMENT)
        column = self._log.events[names[0]]
        if pa.types.is_dictionary(column.type):
            column = _moments_in_words(column)
        if not pa.types.is_timestamp(column.type) or column.null_count == len(column):
            raise MappingError(f"{names[0]!r} is not an attribute of dates: map another to {role}.")
        filled = column.cast(pa.int64()).fill_null(NO_MOMENT)
        moments: Moments = filled.to_numpy().astype(np.int64)
        return moments

    def _order(self, rows: Ranks) -> npt.NDArray[np.float64] | None:
        """Numbers that people say tell which event was first; what is none comes last."""
        names = self._roles.get(CaseRole.ORDER, ())
        if not names:
            return None
        column = self._log.events[names[0]]
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise MappingError(
                f"{names[0]!r} is not an attribute of numbers: map another to order."
            )
        numbers: npt.NDArray[np.float64] = column.cast(pa.float64()).fill_null(np.inf).to_numpy()
        return numbers[rows]

    def _midnight(self) -> Flags:
        for role in (CaseRole.COMPLETED, CaseRole.STARTED):
            names = self._roles.get(role, ())
            if names and names[0] in self._log.midnights:
                return self._log.midnights[names[0]]
        return np.zeros(len(self._log.events), dtype=bool)

    def _case_names(self, used: Ranks) -> tuple[pa.Array, int]:
        """Names of the cases; one without a name is called by its place in the file."""
        keys = self._roles.get(CaseRole.CASE) or (NAME,)
        joined = joined_texts([self._log.cases[key] for key in keys], JOIN)
        names = joined.take(pa.array(used)).combine_chunks()
        missing = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(names), ""), True)
        places = pa.array([f"#{place + 1}" for place in used])
        return pc.if_else(missing, places, names), pc.sum(missing).as_py() or 0

    def _case_attributes(self, used: Ranks, choices: CaseChoices) -> pa.Table:
        keys = self._roles.get(CaseRole.CASE) or (NAME,)
        others = [name for name in self._log.cases.column_names if name not in keys]
        return _as_texts(rows_of(self._log.cases.select(_wanted(others, choices)), used))

    def _event_attributes(self, rows: Ranks, choices: CaseChoices) -> pa.Table:
        used = {name for columns in self._roles.values() for name in columns} | {CASE}
        kept = [name for name in self._log.events.column_names if name not in used]
        return _as_texts(rows_of(self._log.events.select(_wanted(kept, choices)), rows))

    def _notes(self, used: Ranks, names: pa.Array, unnamed: int, refused: int) -> list[str]:
        notes = []
        if empty := len(self._log.cases) - len(used):
            notes.append(f"{empty:,} cases have no event and were left out")
        if unnamed:
            notes.append(f"{unnamed:,} cases have no name and are called by their place: #1, #2")
        if repeated := len(names) - pc.count_distinct(names).as_py():
            notes.append(f"{repeated:,} cases have the name of another case and are kept apart")
        if refused:
            notes.append(f"{refused:,} events have no activity and are in no case")
        return notes


def _wanted(names: list[str], choices: CaseChoices) -> list[str]:
    wanted = choices.attributes
    return names if wanted is None else [name for name in names if name in wanted]


def _moments_in_words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates that a log declares to be texts."""
    words = column.combine_chunks()
    moments = pa.array([moment_of(word) for word in words.dictionary.to_pylist()], pa.int64())
    return pa.chunked_array([moments.take(words.indices).cast(MILLISECONDS)])


def _refused(activity: Coded) -> tuple[RejectedRow, ...]:
    rows = np.flatnonzero(activity.codes == NOBODY)[:MOST_REJECTED]
    return tuple(RejectedRow(int(row) + 1, "no activity") for row in rows)


def _as_texts(table: pa.Table) -> pa.Table:
    """Texts as dictionaries: the words of a log repeat."""
    schema = pa.schema(
        [f.with_type(TEXTS) if pa.types.is_string(f.type) else f for f in table.schema]
    )
    return table.cast(schema).combine_chunks() if len(schema) else table
