"""Which columns of a file say which record, whose, when: proposed from names and content."""

from __future__ import annotations

import re

from uptake.capabilities.records.standard import RecordRole
from uptake.formats import Mapping, Role
from uptake.formats.columns import ColumnProfile
from uptake.formats.roles import plain_name

LEAST_CONFIDENCE = 0.5
_MADE = r"created|entered|logged|inserted|added|recorded|registered"
_ENTERED = re.compile(rf"(.*_)?({_MADE})(_at|_on|_date|_time|_?datetime)?|entry_date|date_entered")
_OCCURRED = re.compile(
    r"(.*_)?(occurred|happened|opened|met|called|performed|visited|started|completed)"
    r"(_at|_on|_date|_time)?|((event|meeting|call|visit|activity|work|incident)_(date|time|at|on))"
    r"|occurrence(_date)?|start(_date|_time)?"
)
_CHANGED = re.compile(r"(.*_)?(updated|modified|changed|edited|written)(_at|_on|_date|_time)?")
_PLAIN = frozenset({"id", "key", "guid", "uuid"})
_CHANGED_BY = re.compile(r"(.*_)?(updated|modified|changed|edited|written)_by(_id|_name)?|author")


def propose_columns(mapping: Mapping) -> dict[RecordRole, str]:
    """Propose a column for each role that one fits; ``mapping`` is that of events in the file."""
    found: dict[RecordRole, str] = {}
    moments = [column for column in mapping.columns if _is_moment(column)]
    for role, expression in (
        (RecordRole.ENTERED, _ENTERED),
        (RecordRole.OCCURRED, _OCCURRED),
        (RecordRole.AT, _CHANGED),
    ):
        name = _first(moments, expression)
        if name:
            found[role] = name
    guesses = (
        (RecordRole.RECORD, (Role.OBJECT, Role.CASE)),
        (RecordRole.AUTHOR, (Role.PERSON,)),
        (RecordRole.GROUP, (Role.TEAM, Role.ACCOUNT)),
    )
    for role, candidates in guesses:
        name = _guessed(mapping, candidates)
        if name:
            found[role] = name
    if RecordRole.RECORD not in found and (name := _numbered(mapping)):
        found[RecordRole.RECORD] = name
    author = _first(mapping.columns, _CHANGED_BY)
    if author:
        found[RecordRole.AUTHOR] = author
    if RecordRole.AT not in found and RecordRole.ENTERED not in found:
        name = _guessed(mapping, (Role.TIME,))
        if name and name != found.get(RecordRole.OCCURRED):
            found[RecordRole.AT] = name
    return {role: found[role] for role in RecordRole if role in found}


def _numbered(mapping: Mapping) -> str | None:
    """The column that is called nothing but an identifier, and says another in each row."""
    unique = (each for each in mapping.columns if each.is_unique and each.filled == each.rows)
    return next((each.name for each in unique if plain_name(each.name) in _PLAIN), None)


def _is_moment(column: ColumnProfile) -> bool:
    guess = column.time
    return guess is not None and guess.share > 0.9 and not guess.is_plain_number


def _first(
    columns: list[ColumnProfile] | tuple[ColumnProfile, ...], expression: re.Pattern[str]
) -> str | None:
    names = [column.name for column in columns if column.filled]
    return next((name for name in names if expression.fullmatch(plain_name(name))), None)


def _guessed(mapping: Mapping, roles: tuple[Role, ...]) -> str | None:
    for role in roles:
        guess = mapping.get(role)
        sure = guess is not None and guess.confidence >= LEAST_CONFIDENCE
        if guess is not None and sure and len(guess.columns) == 1:
            return guess.columns[0]
    return None
