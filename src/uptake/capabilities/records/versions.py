"""Where record versions come from: a table in a file, or the events of the lake; all as SQL."""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uptake.capabilities.records.conditions import nearest
from uptake.capabilities.records.standard import RecordRole, Standard
from uptake.formats.columns import ColumnProfile, number_sql
from uptake.formats.errors import MappingError
from uptake.formats.table import TableSource
from uptake.formats.times import TimeFormat
from uptake.formats.values import list_sql, name_sql, text_sql

MOMENTS = (RecordRole.AT, RecordRole.ENTERED, RecordRole.OCCURRED)


@dataclass(frozen=True, slots=True)
class FieldSource:
    """One field: SQL of its value, whether that is a moment already, else how to read one."""

    value: str
    is_moment: bool = False
    time: TimeFormat | None = None
    decimal_comma: bool = False

    def moment_of(self, cleaned: str) -> str:
        """SQL of the moment a value means."""
        if self.is_moment:
            return f"{self.value}::TIMESTAMPTZ"
        if self.time is None:
            return f"TRY_CAST({cleaned} AS TIMESTAMPTZ)"
        return self.time.sql(cleaned)

    def number_of(self, cleaned: str) -> str:
        """SQL of the number a value means."""
        return number_sql(cleaned, decimal_comma=self.decimal_comma)


@dataclass(frozen=True, slots=True)
class Versions:
    """One row a version. ``roles``: SQL of texts and, for the three moments, of TIMESTAMPTZ.

    ``each_occurs``: every version tells of a moment of its own (an event), so its entry is judged
    by its own times; otherwise the first version's count for the whole record. ``touches``:
    everything done to records, opening them included, as a relation of record, author, moment and
    team; where there is none, later versions alone show who came back.
    """

    relation: str
    roles: Mapping[RecordRole, str]
    fields: Mapping[str, FieldSource]
    only: str = "true"
    each_occurs: bool = False
    touches: str | None = None


def versions_of_table(
    table: TableSource,
    columns: tuple[ColumnProfile, ...],
    standard: Standard,
    broken: str | None = None,
) -> Versions:
    """Versions in an opened file; ``standard.columns`` says which column plays which role."""
    profiles = {column.name: column for column in columns}
    for role, name in standard.columns.items():
        if name not in profiles:
            raise MappingError(
                f"{role} is to be read from {name!r}, which {table.path.name} does not have: "
                f"{nearest(name, table.columns)} Say --map {role}=COLUMN, or --map {role}= to go "
                "without."
            )
    native = table.source.native_types
    roles = {
        role: _role_sql(role, profiles[name], name in native)
        for role, name in standard.columns.items()
    }
    return Versions(
        relation=table.source.relation(broken),
        roles=roles,
        fields={name: field_source(profiles[name], native) for name in table.columns},
        only=table.source.whole_sql,
    )


def field_source(column: ColumnProfile, native: Mapping[str, str]) -> FieldSource:
    """How a column of a file is read as a field."""
    kind = native.get(column.name, "")
    return FieldSource(
        value=name_sql(column.name),
        is_moment=kind.startswith(("TIMESTAMP", "DATE")),
        time=column.time.format if column.time and column.name not in native else None,
        decimal_comma=column.decimal_comma,
    )


def _role_sql(role: RecordRole, column: ColumnProfile, is_native: bool) -> str:
    name = name_sql(column.name)
    if role not in MOMENTS:
        return f"{name}::VARCHAR"
    if is_native:
        return f"{name}::TIMESTAMPTZ"
    if column.time is None:
        seen = ", ".join(map(repr, column.samples)) or "nothing"
        raise MappingError(
            f"No value of {column.name!r} can be read as a time (it holds {seen}): name another "
            f"column for {role}."
        )
    return column.time.format.sql(name)


def versions_of_events(
    fields: tuple[str, ...],
    *,
    object_type: str,
    relation: str = "events_text",
    group: str = "account",
) -> Versions:
    """Versions in the lake's events about objects of one type; properties hold the fields.

    An event that does not say when it was recorded was recorded when it occurred.
    """
    paths = list_sql(_path(name) for name in fields)
    properties = f"json_extract_string(properties, {paths})" if fields else "[]"
    written = "coalesce(recorded_at, occurred_at)::TIMESTAMPTZ"
    return Versions(
        relation=(
            f"(SELECT *, {properties} AS found FROM {relation} WHERE object_id IS NOT NULL "
            f"AND properties IS NOT NULL AND object_type = {text_sql(object_type)})"
        ),
        roles={
            RecordRole.RECORD: "object_id",
            RecordRole.AUTHOR: "person",
            RecordRole.AT: written,
            RecordRole.ENTERED: written,
            RecordRole.OCCURRED: "occurred_at::TIMESTAMPTZ",
            RecordRole.GROUP: group,
        },
        fields={name: FieldSource(f"found[{i}]") for i, name in enumerate(fields, start=1)},
        each_occurs=True,
        touches=(
            "SELECT object_id AS record, person AS author, occurred_at::TIMESTAMPTZ AS moment, "
            f"{group} AS team FROM {relation} WHERE object_type = {text_sql(object_type)}"
        ),
    )


def _path(name: str) -> str:
    return '$."' + name.replace('"', "") + '"'
