"""The rule builder: conditions as rows of a form, with what each may be compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from uptake.capabilities.customers.membership import COLUMNS, countable_people
from uptake.capabilities.customers.populations import DATES, Attribute, Comparison, Rule, read_rules
from uptake.capabilities.customers.templatetags.customers import ATTRIBUTE_WORDS, COMPARISON_WORDS
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid

LISTS = (Comparison.IN, Comparison.NOT_IN)
FOR_DATES = (Comparison.BEFORE, Comparison.ON_OR_AFTER)
FOR_TEXT = (Comparison.IS, Comparison.IS_NOT, Comparison.IN, Comparison.NOT_IN)
BETWEEN = ";"
MOST_SUGGESTIONS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as it is typed; ``error`` says what is wrong with it."""

    field: str = Attribute.ROLE.value
    op: str = Comparison.IS.value
    value: str = ""
    error: str = ""

    @property
    def is_date(self) -> bool:
        """Whether the value is a day."""
        return self.field in DATES

    @property
    def is_list(self) -> bool:
        """Whether several values may be given."""
        return self.op in LISTS

    @property
    def ops(self) -> tuple[tuple[str, str], ...]:
        """How the attribute can be compared, with words."""
        return tuple(
            (op.value, COMPARISON_WORDS[op]) for op in (FOR_DATES if self.is_date else FOR_TEXT)
        )


FIELDS = tuple((attribute.value, ATTRIBUTE_WORDS[attribute]) for attribute in Attribute)


@dataclass(frozen=True, slots=True)
class Built:
    """Rows as typed, and the rules they make; ``rules`` is None while a row is wrong."""

    rows: tuple[Row, ...]
    kept: tuple[dict[str, object], ...]
    rules: tuple[Rule, ...] | None


def rows_of(rules: Sequence[Mapping[str, object]]) -> Built:
    """Return kept rules as rows; without any, one empty row to begin with."""
    rows = tuple(Row(str(r["field"]), str(r["op"]), _typed(r["value"])) for r in rules)
    return Built(rows or (Row(),), tuple(dict(rule) for rule in rules), read_rules(rules))


def _typed(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"{BETWEEN} ".join(str(item) for item in value)
    return str(value)


def read_rows(sent: QueryDict) -> Built:
    """Read rows as they were sent; rows without a value are left out, but stay in the form."""
    fields, ops, values = sent.getlist("field"), sent.getlist("op"), sent.getlist("value")
    removed = sent.get("remove")
    rows: list[Row] = []
    kept: list[dict[str, object]] = []
    for place, (field, op, value) in enumerate(zip(fields, ops, values, strict=False)):
        if str(place) == removed:
            continue
        row, rule = _read(Row(field, op, value.strip()))
        rows.append(row)
        kept += [rule] if rule else []
    if "add" in sent or not rows:
        rows.append(Row())
    wrong = any(row.error for row in rows)
    return Built(tuple(rows), tuple(kept), None if wrong else read_rules(kept))


def _read(row: Row) -> tuple[Row, dict[str, object] | None]:
    """A row with an operator that fits its field, and its rule if it says anything."""
    op = row.op if row.op in {name for name, _words in row.ops} else row.ops[0][0]
    row = Row(row.field, op, row.value)
    if not row.value:
        return row, None
    if row.is_date and not _is_day(row.value):
        return Row(row.field, op, row.value, "Give a day such as 2026-03-31."), None
    value: object = _listed(row.value) if row.is_list else row.value
    rule: dict[str, object] = {"field": row.field, "op": op, "value": value}
    try:
        read_rules([rule])
    except Invalid as problem:
        return Row(row.field, op, row.value, str(problem)), None
    return row, rule


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _listed(text: str) -> list[str]:
    return [item for item in (part.strip() for part in text.split(BETWEEN)) if item]


def suggestions(actor: Actor, rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the values there are of each attribute that a row asks about."""
    found: dict[str, list[str]] = {}
    for field in {row.field for row in rows if row.field in set(Attribute) and not row.is_date}:
        column = COLUMNS[Attribute(field)]
        values = countable_people(actor).order_by(column).values_list(column, flat=True).distinct()
        found[field] = [str(value) for value in values[:MOST_SUGGESTIONS] if value]
    return found
