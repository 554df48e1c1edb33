"""Which column of a table of events is what: proposed from names and content, or said by people."""

# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_roles import (
    STAMPS,
    CaseRole,
    case_name_score,
    proposed_roles,
    role_named,
)
from uptake.formats.errors import MappingError
from uptake.formats.roles import plain_name
from uptake.formats.times import TimeFormat, guess_time, shown_origin
from uptake.formats.values import name_sql

if TYPE_CHECKING:  # logs in XES have roles too, and nothing that is read as a table
    from uptake.formats.columns import ColumnProfile
    from uptake.formats.table import TableSource

JOIN = "+"
_ALL_DIFFERENT = 0.4
"""How well a column fits cases or activities that says something else on each row: by name only."""

SURELY_NAMED = 0.8
"""How well a name fits a role that the column must have been meant for."""

REPEATED = re.compile(r"(.+)_(\d+)")


@dataclass(frozen=True, slots=True)
class CaseColumn:
    """What one role is read from: one or more columns, and how stamps in them are written."""

    role: CaseRole
    columns: tuple[str, ...]
    time: TimeFormat | None = None
    warning: str | None = None

    @property
    def spelled(self) -> str:
        """The columns as people write them."""
        return JOIN.join(self.columns)


@dataclass(frozen=True, slots=True)
class CaseMapping:
    """What the columns of a table of events mean; ``others`` mean nothing in particular."""

    roles: tuple[CaseColumn, ...]
    others: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    def get(self, role: CaseRole) -> CaseColumn | None:
        """The columns of one role, if it has any."""
        return next((mapped for mapped in self.roles if mapped.role is role), None)


def case_mapping(table: TableSource, choices: CaseChoices) -> CaseMapping:
    """What people said, and the rest proposed.

    Raises:
        MappingError: no column says the case or the activity, or a choice names none there is.
    """
    profiles = _profiles(table)
    said = _said(table, choices)
    free = [name for name in profiles if name not in {n for names in said.values() for n in names}]
    proposed = proposed_roles(free, lambda role, name: _fit(role, profiles[name]))
    _ask_about_twins(table, {r: n for r, n in proposed.items() if r not in said})
    chosen = {role: (name,) for role, name in proposed.items()} | said
    chosen = _with_a_moment(chosen, said)
    for role in (CaseRole.CASE, CaseRole.ACTIVITY):
        if not chosen.get(role):
            raise MappingError(_missing(role, list(profiles.values()), asked=role not in said))
    roles = tuple(
        _column(table, role, chosen[role], profiles) for role in CaseRole if chosen.get(role)
    )
    used = {name for mapped in roles for name in mapped.columns}
    others = tuple(name for name in profiles if name not in used)
    notes = (*_notes(roles, choices), *_unread(chosen, said, profiles))
    return CaseMapping(roles, _kept(others, tuple(profiles), choices), notes)


def _profiles(table: TableSource) -> dict[str, ColumnProfile]:
    from uptake.formats.columns import profile_columns  # whoever has a table has imported it

    return {profile.name: profile for profile in profile_columns(table)}


def _said(table: TableSource, choices: CaseChoices) -> dict[CaseRole, tuple[str, ...]]:
    return {
        role_named(role): _named(spelled.strip(), table.columns)
        for role, spelled in choices.columns.items()
    }


def _named(spelled: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    if not spelled:
        return ()
    if (whole := column_called(spelled, columns)) is not None:
        return (whole,)
    parts = [part.strip() for part in spelled.split(JOIN)]
    found = [column_called(part, columns) for part in parts]
    for part, name in zip(parts, found, strict=True):
        if name is None:
            raise MappingError(f"There is no column {part!r}: the columns are {_listed(columns)}.")
    return tuple(name for name in found if name is not None)


def column_called(name: str, columns: tuple[str, ...]) -> str | None:
    """The one column of this name, or of this name but for case and punctuation."""
    if name in columns:
        return name
    alike = [other for other in columns if plain_name(other) == plain_name(name)]
    return alike[0] if len(alike) == 1 else None


def _with_a_moment(
    chosen: dict[CaseRole, tuple[str, ...]], said: dict[CaseRole, tuple[str, ...]]
) -> dict[CaseRole, tuple[str, ...]]:
    """One stamp is when the step was, unless people say that it is the start."""
    if chosen.get(CaseRole.COMPLETED) or CaseRole.STARTED in said or CaseRole.COMPLETED in said:
        return chosen
    start = chosen.pop(CaseRole.STARTED, ())
    return chosen | {CaseRole.COMPLETED: start}


def _fit(role: CaseRole, column: ColumnProfile) -> float:
    """How well values fit a role, whatever the column is called."""
    if column.filled == 0:
        return 0.0
    if role in STAMPS:
        return column.time.share if column.time else 0.0
    if role is CaseRole.ORDER:
        return column.numeric_share
    guess = column.time
    if guess is not None and not guess.is_plain_number and guess.share > 0.5:
        return 0.0
    if role in (CaseRole.CASE, CaseRole.ACTIVITY):
        return _ALL_DIFFERENT if column.is_unique and column.filled > 50 else 1.0
    return 0.0 if column.is_truth else 1.0


def _ask_about_twins(table: TableSource, proposed: dict[CaseRole, str]) -> None:
    """Two columns of one name that say different things: which is meant cannot be guessed."""
    for role, name in proposed.items():
        for twin in table.columns:
            match = REPEATED.fullmatch(twin)
            if match and match[1].casefold() == name.casefold() and _differ(table, name, twin):
                raise MappingError(
                    f"Two columns are called {name!r} and differ: say {role}={name} for the first "
                    f"or {role}={twin} for the other."
                )


def _differ(table: TableSource, name: str, twin: str) -> bool:
    found = table.connection.execute(
        f"SELECT count(*) FROM {table.sample} "
        f"WHERE {name_sql(name)} IS DISTINCT FROM {name_sql(twin)}"
    ).fetchall()
    return bool(found[0][0])


def _column(
    table: TableSource, role: CaseRole, names: tuple[str, ...], profiles: dict[str, ColumnProfile]
) -> CaseColumn:
    if role not in STAMPS:
        return CaseColumn(role, names)
    guess = profiles[names[0]].time
    if len(names) > 1:
        rows = table.connection.execute(
            f"SELECT {joined_sql(names, ' ')}, count(*) FROM {table.sample} GROUP BY ALL LIMIT 3000"
        ).fetchall()
        guess = guess_time({value: count for value, count in rows if value}, [], None)
    if guess is None:
        seen = ", ".join(map(repr, profiles[names[0]].seen)) or "nothing"
        raise MappingError(
            f"No value of {JOIN.join(names)!r} can be read as a time (it holds {seen}): "
            f"say {role}=COLUMN with another column."
        )
    warning = f"{names[0]}: {guess.warning}" if guess.warning else None
    return CaseColumn(role, names, guess.format, warning)


def joined_sql(names: tuple[str, ...], between: str) -> str:
    """One column as it is, several as one text."""
    if len(names) == 1:
        return name_sql(names[0])
    texts = ", ".join(f"trim({name_sql(name)}::VARCHAR)" for name in names)
    return f"nullif(concat_ws('{between}', {texts}), '')"


def _kept(
    others: tuple[str, ...], columns: tuple[str, ...], choices: CaseChoices
) -> tuple[str, ...]:
    if choices.attributes is None:
        return others
    wanted = {name for spelled in choices.attributes for name in _named(spelled, columns)}
    return tuple(name for name in others if name in wanted)


def _notes(roles: tuple[CaseColumn, ...], choices: CaseChoices) -> tuple[str, ...]:
    notes = [mapped.warning for mapped in roles if mapped.warning]
    numbers = [
        f"{mapped.spelled} counts days, not dates: {shown_origin(choices.origin)}"
        for mapped in roles
        if mapped.time and mapped.time.is_day_number
    ]
    return (*notes, *numbers)


def _unread(
    chosen: dict[CaseRole, tuple[str, ...]],
    said: dict[CaseRole, tuple[str, ...]],
    profiles: dict[str, ColumnProfile],
) -> list[str]:
    """What is said of columns that are called like the moment of an event and hold none."""
    if any(chosen.get(role) or role in said for role in STAMPS):
        return []
    return [
        f"{column.name} holds no times (but {', '.join(map(repr, column.seen))}): write them as "
        "2025-03-31 14:05, or say time=COLUMN"
        if column.filled
        else f"{column.name} is empty: export it filled in, or say time=COLUMN"
        for column in profiles.values()
        if _is_named(CaseRole.COMPLETED, column) or _is_named(CaseRole.STARTED, column)
    ]


def _is_named(role: CaseRole, column: ColumnProfile) -> bool:
    return case_name_score(role, column.name) >= SURELY_NAMED


def _missing(role: CaseRole, profiles: list[ColumnProfile], *, asked: bool) -> str:
    empty = [each.name for each in profiles if not each.filled and _is_named(role, each)]
    if empty and asked:
        return (
            f"The column {empty[0]} is empty in every row that can be read: export it filled in, "
            f"or say {role}=COLUMN with another."
        )
    likely = sorted(
        (column for column in profiles if _fit(role, column) >= 0.5),
        key=lambda column: (-case_name_score(role, column.name), -column.repeats),
    )[:6]
    named = "; ".join(column.sampled for column in likely)
    if not named:
        names = tuple(column.name for column in profiles)
        return (
            f"No column says the {role}: export the file with one; the columns are "
            f"{_listed(names)}."
        )
    return f"It is not clear which column is the {role}: say {role}=COLUMN with one of {named}."


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names[:60]) + (", ..." if len(names) > 60 else "")
