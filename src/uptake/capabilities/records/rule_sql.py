"""Conditions of a standard as SQL over the cleaned columns of record versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from uptake.capabilities.records.conditions import Clause, Comparison, Condition
from uptake.capabilities.records.standard import FieldStandard, Unit, ValueKind, Within
from uptake.formats.values import list_sql, text_sql

EMAIL = r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}"
PHONE = r"\+?[0-9][0-9 ()/.-]{5,}[0-9]"
LINK = r"(?i)https?://[^\s/]+\.[^\s]+"
NUMERIC = (ValueKind.NUMBER, ValueKind.WHOLE_NUMBER)


@dataclass(frozen=True, slots=True)
class Fields:
    """Names in SQL of what is known of each field: its text, and its number or time.

    ``places``: position of each field the data holds, which names its columns ``c0``, ``n0`` and
    ``t0``. ``kinds``: what each is. ``as_of`` stands for the last moment of the data.
    """

    places: Mapping[str, int]
    kinds: Mapping[str, ValueKind]
    knows_entry: bool
    as_of: str = "last_moment_of_the_data"

    def has(self, name: str) -> bool:
        """Whether the data holds the field."""
        return name in self.places

    def text(self, name: str) -> str:
        """The cleaned text of a field, NULL where it is not filled in."""
        return f"c{self.places.get(name, 0)}"

    def number(self, name: str) -> str:
        """The field as a number."""
        if self.kinds.get(name) in NUMERIC:
            return f"n{self.places[name]}"
        return f"TRY_CAST({self.text(name)} AS DOUBLE)"

    def time(self, name: str) -> str:
        """The field as a moment."""
        if self.kinds.get(name) is ValueKind.DATE:
            return f"t{self.places[name]}"
        return f"TRY_CAST({self.text(name)} AS TIMESTAMPTZ)"

    def is_kind(self, field: FieldStandard) -> str:
        """Whether the value is of the field's kind."""
        text, number = self.text(field.name), f"n{self.places.get(field.name, 0)}"
        return {
            ValueKind.NUMBER: f"{number} IS NOT NULL",
            ValueKind.WHOLE_NUMBER: f"{number} = floor({number})",
            ValueKind.DATE: f"t{self.places.get(field.name, 0)} IS NOT NULL",
            ValueKind.EMAIL: f"regexp_full_match({text}, {text_sql(EMAIL)})",
            ValueKind.PHONE: f"regexp_full_match({text}, {text_sql(PHONE)})",
            ValueKind.LINK: f"regexp_full_match({text}, {text_sql(LINK)})",
        }.get(field.kind, "true")

    def limit_sql(self, field: FieldStandard, sign: str, limit: str) -> str:
        """Whether the value keeps to one end of its range."""
        if not self.has(field.name):
            return "false"
        if field.kind is ValueKind.DATE:
            moment = self.as_of if limit == "now" else moment_sql(limit)
            return f"{self.time(field.name)} {sign} {moment}"
        return f"{self.number(field.name)} {sign} {float(limit)!r}"

    def entered_since(self, day: date) -> str:
        """Whether the record was entered from that day on, or nobody knows when."""
        return f"coalesce(coalesce(entered, written) >= {moment_sql(day.isoformat())}, true)"


def moment_sql(text: str) -> str:
    """A date or time as SQL."""
    return f"TIMESTAMPTZ {text_sql(text)}"


def all_of(conditions: Iterable[str]) -> str:
    """All conditions together."""
    return " AND ".join(f"({condition})" for condition in conditions) or "true"


def condition_sql(condition: Condition, fields: Fields) -> str:
    """A condition as SQL that is true or false, never NULL."""
    return all_of(_clause_sql(clause, fields) for clause in condition.clauses)


def _clause_sql(clause: Clause, fields: Fields) -> str:
    text = fields.text(clause.field)
    if clause.comparison is Comparison.FILLED:
        return f"{text} IS NOT NULL"
    if clause.comparison is Comparison.EMPTY:
        return f"{text} IS NULL"
    if clause.comparison is Comparison.AMONG:
        return f"coalesce({text} IN ({list_sql(clause.values)[1:-1]}), false)"
    left, right = _sides(clause, fields)
    sign = {"=": "=", "!=": "<>"}.get(clause.comparison, str(clause.comparison))
    return f"coalesce({left} {sign} {right}, false)"


def _sides(clause: Clause, fields: Fields) -> tuple[str, str]:
    """Both sides of a comparison as one kind: moments, numbers or texts."""
    kinds = {fields.kinds.get(name) for name in (clause.field, clause.other) if name}
    ordered = clause.comparison not in (Comparison.EQUAL, Comparison.UNEQUAL)
    if clause.other is not None:
        if ValueKind.DATE in kinds:
            return fields.time(clause.field), fields.time(clause.other)
        if kinds & set(NUMERIC) or ordered:
            return fields.number(clause.field), fields.number(clause.other)
        return fields.text(clause.field), fields.text(clause.other)
    value = clause.values[0]
    if ValueKind.DATE in kinds:
        moment = fields.as_of if value == "now" else f"TRY_CAST({text_sql(value)} AS TIMESTAMPTZ)"
        return fields.time(clause.field), moment
    if kinds & set(NUMERIC) or (ordered and _is_number(value)):
        return fields.number(clause.field), f"TRY_CAST({text_sql(value)} AS DOUBLE)"
    return fields.text(clause.field), text_sql(value)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def within_sql(moment: str, within: Within) -> str:
    """The moment by which something is due; working days end at midnight, Monday to Friday.

    A weekend counts as the Friday before it; what is due on the same working day is due on Monday.
    """
    if within.unit is not Unit.WORKING_DAYS:
        seconds = {Unit.MINUTES: 60, Unit.HOURS: 3_600, Unit.DAYS: 86_400}[within.unit]
        return f"({moment} + to_microseconds({round(within.count * seconds * 1e6)}))"
    day = f"date_trunc('day', {moment})"
    weekday = f"isodow({moment})"
    friday = f"({day} - to_days(CAST(greatest({weekday} - 5, 0) AS INTEGER)))"
    whole = int(within.count)
    count = str(whole) if whole else f"CAST({weekday} > 5 AS INTEGER)"
    weekends = f"2 * ((least({weekday}, 5) - 1 + {count}) // 5)"
    return f"({friday} + to_days(CAST({count} + {weekends} + 1 AS INTEGER)))"
