"""From a table and a mapping to typed records; what cannot be read is rejected with its line."""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import duckdb
import numpy as np

from uptake.formats.errors import MappingError
from uptake.formats.record_fields import (
    DECISION_WORDS,
    PERIOD_WORDS,
    FieldKind,
    is_price_per_seat,
    span_in_name,
)
from uptake.formats.record_mapping import MappedField, RecordMapping
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    PersonRecord,
    ProductRecord,
    RecordKind,
    RejectedRow,
    RenewalDecision,
)
from uptake.formats.roles import plain_name
from uptake.formats.table import TableSource
from uptake.formats.values import name_sql

Record = AccountRecord | PersonRecord | ContractRecord | ProductRecord
Value = str | int | bool | date | Decimal | None
RECORDS: dict[RecordKind, Callable[..., Record]] = {
    RecordKind.ACCOUNTS: AccountRecord,
    RecordKind.PEOPLE: PersonRecord,
    RecordKind.CONTRACTS: ContractRecord,
    RecordKind.PRODUCTS: ProductRecord,
}

DAYS_OF_A_WEEK = 7
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class RecordFile:
    """Everything a file of records says: the records, what was rejected, and remarks."""

    kind: RecordKind
    records: tuple[Record, ...]
    rejects: tuple[RejectedRow, ...]
    remarks: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return len(self.records) + len(self.rejects)


class _Unusable(Exception):
    """A value that cannot be read; its text is the reason."""


def read_records(table: TableSource, kind: RecordKind, mapping: RecordMapping) -> RecordFile:
    """Read the whole file; an empty optional field is ``None``, a wrong one rejects its row."""
    mapping.checked()
    connection = table.connection.cursor()
    broken = table.next_broken_table()
    query = _records_sql(table, mapping, broken)
    try:
        rows = connection.execute(query).fetchall()
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise MappingError(f"{table.path.name} cannot be read ({first}).") from error
    records: list[Record] = []
    rejects: list[RejectedRow] = []
    everything = np.arange(len(rows), dtype=np.int64)
    for found in table.source.find(connection, everything, broken):
        if found.ordinal is None or found.reason:
            rejects.append(RejectedRow(found.line, f"broken row: {found.reason}", found.raw))
            continue
        try:
            records.append(_record(mapping, rows[found.ordinal], found.line))
        except _Unusable as problem:
            rejects.append(RejectedRow(found.line, str(problem), found.raw))
    return RecordFile(kind, tuple(records), tuple(rejects), _remarks(table, mapping, records))


def _records_sql(table: TableSource, mapping: RecordMapping, broken: str) -> str:
    """Two columns a field: the text as it stands, and the date it means if it should mean one."""
    pieces = []
    for mapped in mapping.fields:
        column = f"trim({name_sql(mapped.column.name)}::VARCHAR)"
        pieces.append(column)
        if mapped.time and mapped.column.name in table.source.native_types:
            column = name_sql(mapped.column.name)
        pieces.append(f"({mapped.time.sql(column)})::DATE" if mapped.time else "NULL")
    return f"SELECT {', '.join(pieces)} FROM {table.source.relation(broken)}"


def _record(mapping: RecordMapping, row: tuple[object, ...], line: int) -> Record:
    values: dict[str, object] = {"line": line}
    for i, mapped in enumerate(mapping.fields):
        text, moment = row[2 * i], row[2 * i + 1]
        value = _value(mapped, str(text) if text else None, moment)
        if value is None and mapped.field.required:
            raise _Unusable(f"{mapped.column.name} is empty")
        values[mapped.field.name] = value
    if mapping.kind is RecordKind.CONTRACTS:
        values.update(_price_meaning(mapping, values))
    _check_span(values)
    return RECORDS[mapping.kind](**values)


def _value(mapped: MappedField, text: str | None, moment: object) -> Value:
    if text is None:
        return None
    if mapped.field.kind is FieldKind.DATE:
        if isinstance(moment, datetime | date):
            return moment.date() if isinstance(moment, datetime) else moment
        raise _Unusable(f"{mapped.column.name} {text!r} is not a date")
    return _READERS[mapped.field.kind](mapped, text)


def _read_text(mapped: MappedField, text: str) -> Value:
    del mapped
    return text


def _read_count(mapped: MappedField, text: str) -> Value:
    number = _number(mapped, text)
    if number != number.to_integral_value() or number < 0:
        raise _Unusable(f"{mapped.column.name} {text!r} is not a whole number")
    return int(number)


def _read_money(mapped: MappedField, text: str) -> Value:
    number = _number(mapped, text)
    if number < 0:
        raise _Unusable(f"{mapped.column.name} {text!r} is less than nothing")
    return number


def _read_days(mapped: MappedField, text: str) -> Value:
    number = _number(mapped, text)
    if not 0 <= number <= DAYS_OF_A_WEEK:
        raise _Unusable(f"{mapped.column.name} {text!r} is not a number of days from 0 to 7")
    return number.quantize(HUNDREDTH)


def _number(mapped: MappedField, text: str) -> Decimal:
    bare = "".join(character for character in text if character in "0123456789.,-+eE")
    if mapped.column.decimal_comma:
        bare = bare.replace(".", "").replace(",", ".")
    else:
        bare = bare.replace(",", "")
    try:
        number = Decimal(bare)
    except InvalidOperation:
        raise _Unusable(f"{mapped.column.name} {text!r} is not a number") from None
    return number


def _read_truth(mapped: MappedField, text: str) -> Value:
    truth = _truth(text)
    if truth is None:
        raise _Unusable(f"{mapped.column.name} {text!r} is neither yes nor no")
    return truth


def _truth(text: str) -> bool | None:
    if text.lower() in {"true", "yes", "y", "1", "t", "x", "ja", "oui", "value"}:
        return True
    return False if text.lower() in {"false", "no", "n", "0", "f", "nein", "non"} else None


def _read_period(mapped: MappedField, text: str) -> Value:
    period = PERIOD_WORDS.get(text.lower())
    if period is None:
        raise _Unusable(f"{mapped.column.name} {text!r} is not month, quarter, year or term")
    return period


def _read_decision(mapped: MappedField, text: str) -> Value:
    """A decision in words, or a churn flag: true is churned, false says nothing yet."""
    decision = DECISION_WORDS.get(text.lower())
    if decision is not None:
        return decision
    truth = _truth(text)
    if truth is None or "churn" not in plain_name(mapped.column.name):
        known = ", ".join(RenewalDecision)
        raise _Unusable(f"{mapped.column.name} {text!r} is none of {known}")
    return RenewalDecision.CHURNED if truth else None


_READERS: dict[FieldKind, Callable[[MappedField, str], Value]] = {
    FieldKind.TEXT: _read_text,
    FieldKind.COUNT: _read_count,
    FieldKind.MONEY: _read_money,
    FieldKind.DAYS: _read_days,
    FieldKind.TRUTH: _read_truth,
    FieldKind.PERIOD: _read_period,
    FieldKind.DECISION: _read_decision,
}


def _price_meaning(mapping: RecordMapping, values: dict[str, object]) -> dict[str, object]:
    """What the price pays for: its column's name says, else the billing period."""
    price = mapping.get("price")
    if price is None or values.get("price") is None:
        return {}
    name = plain_name(price.column.name)
    covers = span_in_name(name) or values.get("billing_period")
    return {"price_covers": covers, "price_is_per_seat": is_price_per_seat(name)}


def _check_span(values: dict[str, object]) -> None:
    for what, prefix in (("it", ""), ("the leave", "leave_")):
        start, end = values.get(f"{prefix}start"), values.get(f"{prefix}end")
        if isinstance(start, date) and isinstance(end, date) and end < start:
            raise _Unusable(f"{what} ends ({end}) before it starts ({start})")


def _remarks(table: TableSource, mapping: RecordMapping, records: list[Record]) -> tuple[str, ...]:
    remarks = [*table.warnings, *mapping.warnings]
    ids = Counter(record.external_id for record in records if not isinstance(record, ProductRecord))
    repeated = [name for name, count in ids.items() if count > 1]
    if repeated:
        some = ", ".join(repeated[:3])
        remarks.append(f"{len(repeated)} ids stand on more than one row (such as {some}).")
    if mapping.unused_columns:
        remarks.append(f"Not used: {', '.join(mapping.unused_columns)}.")
    return tuple(remarks)
