"""A standard proposed from the data: what nearly all records keep to already.

A proposal says what is usual, not what is right: people have to read it, change it and agree on
it. Every threshold is a constant here.
"""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import permutations

from uptake.capabilities.records.conditions import Clause, Comparison, Condition
from uptake.capabilities.records.rule_sql import EMAIL
from uptake.capabilities.records.standard import (
    Check,
    Entry,
    FieldStandard,
    Note,
    RecordRole,
    Standard,
    Unique,
    Unit,
    ValueKind,
    Within,
)
from uptake.capabilities.records.versions import FieldSource, field_source
from uptake.formats.columns import ColumnProfile
from uptake.formats.table import TableSource
from uptake.formats.values import name_sql, text_sql
from uptake.methods.quality.placeholders import PLACEHOLDERS

USUALLY_FILLED = 0.95
SELDOM_FILLED = 0.5
NEARLY_ALL = 0.95
ALL_BUT_SLIPS = 0.995
FEWEST = 50
MOST_CHOICES = 12
ROWS_A_CHOICE = 20
MOST_CHECKS = 6
MOST_CONDITIONAL = 4
WORDS_OF_A_NOTE = 6
WORD = r" [^ ]*\p{L}[^ ]*"
"""What stands after a blank and holds a letter: no group of digits of a telephone number."""

SPANS = (
    *(Within(n, Unit.HOURS) for n in (1, 4, 24)),
    *(Within(n, Unit.DAYS) for n in (3, 7, 14)),
)
STANDING = "standing"
"""Temporary table: each record as it stands, placeholders taken out."""


@dataclass(frozen=True, slots=True)
class _Column:
    """What a field's values look like over records as they stand."""

    profile: ColumnProfile
    source: FieldSource
    filled: int
    records: int
    distinct: int
    words: float

    @property
    def name(self) -> str:
        return self.profile.name

    @property
    def fill(self) -> float:
        return self.filled / self.records if self.records else 0.0

    @property
    def is_choice(self) -> bool:
        """Whether a few values come again and again."""
        few = 2 <= self.distinct <= MOST_CHOICES
        return few and self.filled >= ROWS_A_CHOICE * self.distinct

    @property
    def is_moment(self) -> bool:
        guess = self.profile.time
        return guess is not None and guess.share >= NEARLY_ALL and not guess.is_plain_number


def propose_standard(
    table: TableSource,
    profiles: tuple[ColumnProfile, ...],
    columns: dict[RecordRole, str],
    *,
    name: str,
) -> Standard:
    """Propose a standard for the records in an opened file; ``columns`` are its roles."""
    _keep_standing(table, profiles, columns)
    hidden = {columns.get(RecordRole.AUTHOR), columns.get(RecordRole.AT)}
    asked = [profile for profile in profiles if profile.name not in hidden]
    looked = [_look(table, profile) for profile in asked]
    choices = _choices(table, looked)
    fields = [_field(table, column, choices) for column in looked]
    fields = _with_conditions(table, looked, fields)
    standard = Standard(
        name=name,
        fields=tuple(fields),
        columns=columns,
        checks=tuple(_checks(table, looked)),
        entry=_entry(table, profiles, columns),
        unique=_unique(fields),
        note=_note(looked),
        is_proposed=True,
    )
    table.connection.execute(f"DROP TABLE {STANDING}")
    return standard


def _keep_standing(
    table: TableSource, profiles: tuple[ColumnProfile, ...], columns: dict[RecordRole, str]
) -> None:
    empty = ", ".join(map(text_sql, sorted(PLACEHOLDERS - {"0", "other"})))
    cleaned = ", ".join(
        f"CASE WHEN lower(trim({name}::VARCHAR)) IN ({empty}) THEN NULL "
        f"ELSE trim({name}::VARCHAR) END AS {name}"
        for name in map(name_sql, table.columns)
    )
    rows = (
        f"SELECT *, row_number() OVER () AS place_in_file FROM {table.source.relation()} "
        f"WHERE {table.source.whole_sql}"
    )
    last = ""
    if RecordRole.RECORD in columns:
        record = name_sql(columns[RecordRole.RECORD])
        written = _written(table, profiles, columns)
        last = (
            f" QUALIFY row_number() OVER (PARTITION BY {record} "
            f"ORDER BY {written} DESC NULLS LAST, place_in_file DESC) = 1"
        )
    table.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {STANDING} AS SELECT {cleaned} "
        f"FROM (SELECT * FROM ({rows}){last})"
    )


def _written(
    table: TableSource, profiles: tuple[ColumnProfile, ...], columns: dict[RecordRole, str]
) -> str:
    """When a version was recorded, as SQL."""
    for profile in profiles:
        if profile.name == columns.get(RecordRole.AT):
            name = name_sql(profile.name)
            return field_source(profile, table.source.native_types).moment_of(name)
    return "NULL"


def _look(table: TableSource, profile: ColumnProfile) -> _Column:
    column = name_sql(profile.name)
    filled, records, distinct, words = table.connection.execute(
        f"SELECT count({column}), count(*), count(DISTINCT {column}), "
        f"coalesce(avg(len(regexp_extract_all(' ' || {column}, '{WORD}'))), 0) FROM {STANDING}"
    ).fetchall()[0]
    source = field_source(profile, table.source.native_types)
    return _Column(profile, source, filled, records, distinct, words)


def _field(
    table: TableSource, column: _Column, choices: dict[str, tuple[str, ...]]
) -> FieldStandard:
    field = FieldStandard(
        column.name,
        required=column.fill >= USUALLY_FILLED,
        kind=_kind(table, column),
    )
    if field.kind is not ValueKind.TEXT:
        return field
    if column.is_choice:
        return replace(field, one_of=choices[column.name])
    return replace(field, format=_format(table, column))


def _kind(table: TableSource, column: _Column) -> ValueKind:
    if column.filled < ROWS_A_CHOICE or column.profile.is_truth:
        return ValueKind.TEXT
    if column.is_moment:
        return ValueKind.DATE
    if column.profile.numeric_share >= NEARLY_ALL:
        return ValueKind.NUMBER
    is_mail = f"regexp_full_match({name_sql(column.name)}, {text_sql(EMAIL)})"
    mails = _count(table, is_mail)
    return ValueKind.EMAIL if mails >= NEARLY_ALL * column.filled else ValueKind.TEXT


def _count(table: TableSource, condition: str) -> int:
    sql = f"SELECT count(*) FROM {STANDING} WHERE {condition}"
    return int(table.connection.execute(sql).fetchall()[0][0])


def _choices(table: TableSource, looked: list[_Column]) -> dict[str, tuple[str, ...]]:
    """The values that fields of few have in all versions, the commonest spelling of each."""
    names = [column.name for column in looked if column.is_choice]
    if not names:
        return {}
    counted = ", ".join(f"histogram(trim({name_sql(name)}::VARCHAR))" for name in names)
    row = table.connection.execute(
        f"SELECT {counted} FROM {table.source.relation()} WHERE {table.source.whole_sql}"
    ).fetchall()[0]
    return {name: _spellings(counts) for name, counts in zip(names, row, strict=True)}


def _spellings(counts: dict[str, int]) -> tuple[str, ...]:
    """One spelling of each value; none where the values are many."""
    common: dict[str, str] = {}
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        if value.casefold() not in PLACEHOLDERS - {"0", "other"}:
            common.setdefault(value.casefold(), value)
    return tuple(sorted(common.values())) if len(common) <= 2 * MOST_CHOICES else ()


def _format(table: TableSource, column: _Column) -> str | None:
    """The way nearly all values are written, where digits alone differ."""
    if column.filled < FEWEST or column.distinct < FEWEST:
        return None
    name = name_sql(column.name)
    for digits, least in (("[0-9]", ALL_BUT_SLIPS), ("[0-9]+", NEARLY_ALL)):
        shape, rows = table.connection.execute(
            f"SELECT regexp_replace({name}, '{digits}', '9', 'g') AS shape, count(*) AS rows "
            f"FROM {STANDING} WHERE {name} IS NOT NULL GROUP BY ALL "
            "ORDER BY rows DESC, shape LIMIT 1"
        ).fetchall()[0]
        if rows >= least * column.filled and "9" in shape:
            return _expression(shape, digits)
    return None


def _expression(shape: str, digits: str) -> str:
    def run(found: re.Match[str]) -> str:
        length = len(found.group())
        return digits if length == 1 else f"{digits}{{{length}}}"

    return re.sub("9+", run, re.escape(shape).replace(r"\ ", " ").replace(r"\-", "-"))


def _with_conditions(
    table: TableSource, looked: list[_Column], fields: list[FieldStandard]
) -> list[FieldStandard]:
    """Fields filled for some values of another field and hardly for its others."""
    choices = [column for column in looked if column.is_choice and column.fill >= USUALLY_FILLED]
    conditions = 0
    for place, column in enumerate(looked):
        partly = 0.02 <= column.fill < USUALLY_FILLED and column.filled >= FEWEST
        if not partly or conditions == MOST_CONDITIONAL:
            continue
        found = next(filter(None, (_condition(table, column, by) for by in choices)), None)
        if found:
            fields[place] = replace(fields[place], required=found)
            conditions += 1
    return fields


def _condition(table: TableSource, column: _Column, by: _Column) -> Condition | None:
    if by.name == column.name:
        return None
    rows = table.connection.execute(
        f"SELECT {name_sql(by.name)}, count({name_sql(column.name)}), count(*) FROM {STANDING} "
        f"WHERE {name_sql(by.name)} IS NOT NULL GROUP BY ALL ORDER BY 1"
    ).fetchall()
    filled = [row for row in rows if row[1] >= USUALLY_FILLED * row[2] and row[2] >= ROWS_A_CHOICE]
    others = [row for row in rows if row not in filled]
    rest = sum(row[2] for row in others)
    if not filled or not rest or sum(row[1] for row in others) > SELDOM_FILLED * rest:
        return None
    values = tuple(str(row[0]) for row in filled)
    comparison = Comparison.EQUAL if len(values) == 1 else Comparison.AMONG
    return Condition((Clause(by.name, comparison, values),))


def _checks(table: TableSource, looked: list[_Column]) -> list[Check]:
    """Pairs of moments that nearly always come in one order, the nearest pairs only."""
    moments = [column for column in looked if column.is_moment and column.filled >= FEWEST]
    later = {
        (second.name, first.name)
        for first, second in permutations(moments, 2)
        if _follows(table, first, second)
    }
    direct = [
        pair
        for pair in sorted(later)
        if not any((pair[0], m.name) in later and (m.name, pair[1]) in later for m in moments)
    ]
    return [
        Check(Condition((Clause(second, Comparison.AT_LEAST, other=first),)))
        for second, first in direct[:MOST_CHECKS]
    ]


def _moment(column: _Column) -> str:
    name = name_sql(column.name)
    if column.source.is_moment:
        return f"TRY_CAST({name} AS TIMESTAMPTZ)"
    return column.source.moment_of(name)


def _follows(table: TableSource, first: _Column, second: _Column) -> bool:
    before, after = _moment(first), _moment(second)
    both, kept, apart = table.connection.execute(
        f"SELECT count(*), count(*) FILTER (b >= a), count(*) FILTER (b > a) FROM (SELECT "
        f"{before} AS a, {after} AS b FROM {STANDING}) WHERE a IS NOT NULL AND b IS NOT NULL"
    ).fetchall()[0]
    return bool(both >= FEWEST and kept >= NEARLY_ALL * both and apart >= SELDOM_FILLED * both)


def _entry(
    table: TableSource, profiles: tuple[ColumnProfile, ...], columns: dict[RecordRole, str]
) -> Entry | None:
    """The shortest usual span that nine of ten records keep to."""
    names = columns.get(RecordRole.OCCURRED), columns.get(RecordRole.ENTERED)
    known = {profile.name: profile for profile in profiles}
    if names[0] not in known or names[1] not in known:
        return None
    happened, entered = (_moment(_look(table, known[name])) for name in names if name)
    within = ", ".join(f"count(*) FILTER (hours <= {_hours(span)!r})" for span in SPANS)
    row = table.connection.execute(
        f"SELECT count(*), {within} FROM (SELECT epoch({entered} - {happened}) / 3600 AS hours "
        f"FROM {STANDING}) WHERE hours >= 0"
    ).fetchall()[0]
    if row[0] < FEWEST:
        return None
    kept = [span for span, count in zip(SPANS, row[1:], strict=True) if count >= 0.9 * row[0]]
    return Entry(kept[0]) if kept else None


def _hours(span: Within) -> float:
    return span.count * (24.0 if span.unit is Unit.DAYS else 1.0)


def _unique(fields: list[FieldStandard]) -> Unique | None:
    """Addresses that come twice: two records of one person."""
    mails = [field.name for field in fields if field.kind is ValueKind.EMAIL]
    return Unique((mails[0],), (mails[0],)) if mails else None


def _note(looked: list[_Column]) -> Note | None:
    wordy = [column for column in looked if column.words >= WORDS_OF_A_NOTE and column.filled]
    best = max(wordy, key=lambda column: column.words, default=None)
    return Note(best.name) if best else None
