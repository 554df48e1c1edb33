"""Conditions over the fields of one record, as people write them: ``state = Closed and x > 0``.

A clause compares a field with a value, a list or another field, or says whether it is filled. On
the right a bare word is a field if a field of the standard has that name, and a value otherwise;
quotes make it a value.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from uptake.formats.marked_places import nearest as nearest


class Comparison(StrEnum):
    """What a clause says of its field."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    AMONG = "in"
    FILLED = "is filled"
    EMPTY = "is empty"


@dataclass(frozen=True, slots=True)
class Clause:
    """``field`` compared with ``other`` (a field) or with ``values``; neither for filled, empty."""

    field: str
    comparison: Comparison
    values: tuple[str, ...] = ()
    other: str | None = None

    def __str__(self) -> str:
        if self.comparison in (Comparison.FILLED, Comparison.EMPTY):
            return f"{self.field} {self.comparison}"
        right = self.other if self.other is not None else ", ".join(map(_quoted, self.values))
        return f"{self.field} {self.comparison} {right}"


@dataclass(frozen=True, slots=True)
class Condition:
    """All of its clauses have to hold."""

    clauses: tuple[Clause, ...]

    def __str__(self) -> str:
        return " and ".join(map(str, self.clauses))

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that is looked at, once."""
        named = [f for clause in self.clauses for f in (clause.field, clause.other) if f]
        return tuple(dict.fromkeys(named))


_COMPARISON = re.compile(r"\s*(is not filled|is filled|is empty|in\b|!=|<=|>=|==|=|<|>)\s*")
_BARE = re.compile(r"(?:(?!\s+and\s)[^,\"'])+")
_AND = re.compile(r"\s+and\s+")
_PLAIN = re.compile(r"[\w.%/@+-]+(?: [\w.%/@+-]+)*")


def parse_condition(text: str, fields: Collection[str]) -> Condition:
    """Read a condition over declared ``fields``; ValueError says what is wrong and how to say it.

    Left of a comparison stands a field, the longest declared name that fits.
    """
    clauses = []
    rest = text.strip()
    while True:
        clause, rest = _clause(rest, fields)
        clauses.append(clause)
        if not rest:
            return Condition(tuple(clauses))
        found = _AND.match(rest)
        if not found:
            raise ValueError(f"{rest.strip()!r} is left over: join clauses with and.")
        rest = rest[found.end() :]


def _clause(text: str, fields: Collection[str]) -> tuple[Clause, str]:
    named = sorted((f for f in fields if text.startswith(f)), key=len, reverse=True)
    for name in named:
        found = _COMPARISON.match(text, len(name))
        if found and (text[len(name) : len(name) + 1] in " =!<>"):
            return _right(name, found, text[found.end() :], fields)
    start = _COMPARISON.search(text)
    if start is None:
        raise ValueError(
            f"{text!r} compares nothing: write a condition such as state = Closed, amount > 0, "
            "phone is filled or stage in Won, Lost."
        )
    name = text[: start.start()].strip()
    if name in fields:
        raise ValueError(f"{text!r} cannot be read: write blanks around {start[1]}.")
    raise ValueError(f"{name!r} is not one of the fields: {nearest(name, fields)}")


def _right(
    name: str, found: re.Match[str], rest: str, fields: Collection[str]
) -> tuple[Clause, str]:
    word = {"is not filled": "is empty", "==": "="}.get(found[1], found[1])
    comparison = Comparison(word)
    if comparison in (Comparison.FILLED, Comparison.EMPTY):
        return Clause(name, comparison), rest
    value, quoted, rest = _value(rest)
    if comparison is Comparison.AMONG:
        values = [value]
        while rest.lstrip().startswith(","):
            value, _, rest = _value(rest.lstrip()[1:].lstrip())
            values.append(value)
        return Clause(name, comparison, tuple(values)), rest
    if not quoted and value in fields:
        return Clause(name, comparison, other=value), rest
    return Clause(name, comparison, (value,)), rest


def _value(text: str) -> tuple[str, bool, str]:
    """A value, whether it was in quotes, and what follows it."""
    if text[:1] in ('"', "'"):
        end = text.find(text[0], 1)
        if end < 0:
            raise ValueError(f"{text!r} opens a quote that is not closed: close it.")
        return text[1:end], True, text[end + 1 :]
    found = _BARE.match(text)
    if not found or not found[0].strip():
        raise ValueError("nothing stands on the right: write a value or another field there.")
    return found[0].strip(), False, text[found.end() :]


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value) and " and " not in f" {value} ":
        return value
    mark = "'" if '"' in value else '"'
    return f"{mark}{value}{mark}"
