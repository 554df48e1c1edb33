"""Which column of a file of accounts, people, contracts or products fills which field."""

from __future__ import annotations

import re
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from uptake.formats.columns import ColumnProfile, profile_columns
from uptake.formats.errors import MappingError
from uptake.formats.record_fields import FIELDS, FieldKind, RecordField
from uptake.formats.records import RecordKind
from uptake.formats.roles import plain_name
from uptake.formats.table import TableSource
from uptake.formats.times import TimeFormat
from uptake.formats.whole_files import write_whole

LEAST_CONFIDENCE = 0.3


@dataclass(frozen=True, slots=True)
class MappedField:
    """The column that fills a field, with what the proposal rests on."""

    field: RecordField
    column: ColumnProfile
    confidence: float
    reason: str

    @property
    def time(self) -> TimeFormat | None:
        """How dates in the column are written; day numbers are no dates without an origin."""
        guess = self.column.time
        if guess is None or self.field.kind is not FieldKind.DATE or guess.format.is_day_number:
            return None
        return guess.format


@dataclass(frozen=True, slots=True)
class RecordMapping:
    """What the columns of a file of records mean."""

    kind: RecordKind
    fields: tuple[MappedField, ...]
    columns: tuple[ColumnProfile, ...]

    def get(self, name: str) -> MappedField | None:
        """The mapping of one field, if it has one."""
        return next((mapped for mapped in self.fields if mapped.field.name == name), None)

    @property
    def unused_columns(self) -> tuple[str, ...]:
        """Columns that no field takes."""
        used = {mapped.column.name for mapped in self.fields}
        return tuple(column.name for column in self.columns if column.name not in used)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is uncertain about dates, in sentences."""
        return tuple(
            f"{mapped.column.name}: {mapped.column.time.warning}."
            for mapped in self.fields
            if mapped.time and mapped.column.time and mapped.column.time.warning
        )

    def override(self, pairs: Pairs[str, str]) -> RecordMapping:
        """Change fields as ``{"team": "department", "location": ""}``; empty unmaps."""
        fields = {mapped.field.name: mapped for mapped in self.fields}
        for name, column in pairs.items():
            field = self._field(name)
            if column.strip():
                fields[field.name] = self._mapped(field, column.strip())
            else:
                fields.pop(field.name, None)
        order = [field.name for field in FIELDS[self.kind]]
        return replace(self, fields=tuple(fields[name] for name in order if name in fields))

    def checked(self) -> RecordMapping:
        """Return the mapping, or say which required field no column fills."""
        for field in FIELDS[self.kind]:
            if field.required and self.get(field.name) is None:
                raise MappingError(
                    f"It is not clear which column is the {field.name} of {self.kind}: say "
                    f"--map {field.name}=COLUMN with one of {self._columns_in_words()}."
                )
        return self

    def dump_yaml(self, path: Path) -> None:
        """Save the mapping in a file that people can read and edit."""
        fields = {mapped.field.name: mapped.column.name for mapped in self.fields}
        document = {"kind": self.kind.value, "fields": fields}
        write_whole(path, yaml.safe_dump(document, sort_keys=False, allow_unicode=True))

    def _field(self, name: str) -> RecordField:
        fields = {field.name: field for field in FIELDS[self.kind]}
        plain = plain_name(name)
        if plain not in fields:
            raise MappingError(
                f"{name!r} is not a field of {self.kind}: use one of {', '.join(fields)}."
            )
        return fields[plain]

    def _mapped(self, field: RecordField, name: str) -> MappedField:
        for column in self.columns:
            if name == column.name or plain_name(name) == plain_name(column.name):
                return MappedField(field, column, 1.0, "as you said")
        raise MappingError(
            f"There is no column {name!r}: the columns are {self._columns_in_words()}."
        )

    def _columns_in_words(self) -> str:
        return ", ".join(column.name for column in self.columns)


def propose_record_mapping(table: TableSource, kind: RecordKind) -> RecordMapping:
    """Guess which column fills which field, surest first, each column once."""
    columns = profile_columns(table)
    taken: dict[str, MappedField] = {}
    ranked = sorted(
        (
            (_confidence(field, column), -i, -j, field, column)
            for i, field in enumerate(FIELDS[kind])
            for j, column in enumerate(columns)
        ),
        key=lambda rank: rank[:3],
        reverse=True,
    )
    used: set[str] = set()
    for confidence, _, _, field, column in ranked:
        if confidence < LEAST_CONFIDENCE or field.name in taken or column.name in used:
            continue
        taken[field.name] = MappedField(field, column, confidence, _reason(column, confidence))
        used.add(column.name)
    order = [field.name for field in FIELDS[kind] if field.name in taken]
    return RecordMapping(kind, tuple(taken[name] for name in order), columns)


def _confidence(field: RecordField, column: ColumnProfile) -> float:
    named = max(_name_score(field, name) for name in _spellings(column.name))
    return round(min(0.99, named * _fit(field.kind, column)), 2)


def _spellings(name: str) -> tuple[str, str]:
    return plain_name(name), plain_name(name.rsplit(".", 1)[-1])


def _name_score(field: RecordField, plain: str) -> float:
    scores = (score for score, expression in field.names if re.fullmatch(expression, plain))
    return next(scores, 0.0)


def _fit(kind: FieldKind, column: ColumnProfile) -> float:
    """How well content fits; an empty column fits its name, since nothing speaks against it."""
    if column.filled == 0:
        return 1.0
    if kind is FieldKind.DATE:
        known = column.time is not None and not column.time.format.is_day_number
        return column.time.share if column.time and known else 0.0
    if kind in (FieldKind.COUNT, FieldKind.MONEY, FieldKind.DAYS):
        return max(column.numeric_share, 0.5)
    if kind is FieldKind.TRUTH:
        return 1.0 if column.is_truth else 0.4
    return 1.0


def _reason(column: ColumnProfile, confidence: float) -> str:
    sure = "the name says so" if confidence > 0.8 else "the name hints at it"
    return f"{sure}, {column.distinct} values on {column.filled} rows"
