"""The expressions that turn the columns of a file into those of events."""

# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import re
from collections.abc import Iterable

from uptake.formats.columns import ColumnProfile, number_sql
from uptake.formats.errors import MappingError
from uptake.formats.identities import SEPARATOR
from uptake.formats.mapping import MappedRole, Mapping
from uptake.formats.roles import Role, plain_name
from uptake.formats.table import TableSource
from uptake.formats.times import in_range_sql
from uptake.formats.values import name_sql, text_sql


def events_sql(table: TableSource, mapping: Mapping, relation: str) -> str:
    """The one query that turns the file into events; every mapped role is a column of its own."""
    recorded = mapping.get(Role.RECORDED)
    wanted = [
        f"{message_sql(table.columns, mapping)} AS message_id",
        *moment_sql(mapping),
        f"{table.source.whole_sql} AS is_whole",
        *(f"{text_of(mapped)} AS {name}" for name, mapped in text_roles(mapping).items()),
        *([recorded_sql(recorded, mapping)] if recorded else []),
        *judged_sql(mapping),
    ]
    return select_sql(mapping, wanted, relation)


def select_sql(
    mapping: Mapping, wanted: Iterable[str], relation: str, bare: frozenset[str] = frozenset()
) -> str:
    """Select expressions; ``t`` is when the event took place, as the file has it.

    ``bare`` columns have no blanks around their values.
    """
    time = _time_sql(_required(mapping, Role.TIME), mapping, bare)
    return f"SELECT {', '.join(wanted)} FROM (SELECT *, {time} AS t FROM {relation})"


def moment_sql(mapping: Mapping) -> tuple[str, str]:
    """When the event took place if that can be, and whether anything is said about it."""
    time = _required(mapping, Role.TIME)
    return (
        f"CASE WHEN {in_range_sql('t')} THEN t END AS occurred_at",
        f"{name_sql(time.columns[0])} IS NOT NULL AS has_time",
    )


def text_roles(mapping: Mapping) -> dict[str, MappedRole]:
    """The canonical columns that are texts of the file, and what each is read from."""
    roles = {
        "person": _required(mapping, Role.PERSON),
        "account": mapping.get(Role.ACCOUNT) or mapping.get(Role.TEAM),
        "product": mapping.get(Role.PRODUCT),
        "module": mapping.get(Role.MODULE),
        "action": mapping.get(Role.ACTION),
        "object_id": mapping.get(Role.OBJECT),
        "case_id": mapping.get(Role.CASE),
    }
    return {
        name: mapped
        for name, mapped in roles.items()
        if mapped and (mapped.columns or name == "person")
    }


def recorded_sql(recorded: MappedRole, mapping: Mapping, bare: frozenset[str] = frozenset()) -> str:
    """When the record was written."""
    return f"{_time_sql(recorded, mapping, bare)} AS recorded_at"


def judged_sql(mapping: Mapping) -> list[str]:
    """How long it took and whether it was right, as far as that is mapped."""
    pieces = []
    duration = mapping.get(Role.DURATION)
    if duration:
        pieces.append(f"{_duration_sql(duration, mapping)} AS duration_ms")
    quality = mapping.get(Role.QUALITY)
    if quality:
        pieces.append(f"{truth_sql(name_sql(quality.columns[0]))} AS quality_ok")
    return pieces


def message_sql(columns: Iterable[str], mapping: Mapping) -> str:
    """The mapped id, or the MD5 of the row's values where a row has none.

    Where no id is mapped, these values themselves, to make the identities of all rows from.
    """
    values = ", ".join(f"coalesce({name_sql(name)}::VARCHAR, '')" for name in columns)
    content = f"concat_ws(chr({ord(SEPARATOR)}), {values})"
    mapped = mapping.get(Role.MESSAGE_ID)
    if mapped is None:
        return content
    return f"coalesce({text_of(mapped)}, md5_number({content})::UUID::VARCHAR)"


def text_of(mapped: MappedRole) -> str:
    """The text that a role is read from, without blanks around it; NULL if nothing is left."""
    if mapped.constant is not None:
        return text_sql(mapped.constant)
    if len(mapped.columns) == 1:
        return f"nullif(trim({name_sql(mapped.columns[0])}::VARCHAR), '')"
    joined = ", ".join(f"trim({name_sql(name)}::VARCHAR)" for name in mapped.columns)
    return f"nullif(concat_ws(' ', {joined}), '')"


def _time_sql(mapped: MappedRole, mapping: Mapping, bare: frozenset[str]) -> str:
    column = name_sql(mapped.columns[0])
    if len(mapped.columns) > 1:
        column = "concat_ws(' ', " + ", ".join(map(name_sql, mapped.columns)) + ")"
    if mapped.time is None:
        raise MappingError(f"{mapped.columns[0]!r} has no time format: map another column.")
    if "native" not in mapped.time.parsers and not bare.issuperset(mapped.columns):
        column = f"trim({column})"
    return mapped.time.sql(column, origin=mapping.origin)


def _required(mapping: Mapping, role: Role) -> MappedRole:
    mapped = mapping.checked().get(role)
    if mapped is None:  # checked() has raised already
        raise MappingError("Map a time and a person.")
    return mapped


UNITS_MS = (
    ("(.*_)?(ms|msec|millis|milliseconds)", 1),
    ("(.*_)?(min|mins|minutes)", 60_000),
    ("(.*_)?(h|hrs|hours)", 3_600_000),
)


def _duration_sql(mapped: MappedRole, mapping: Mapping) -> str:
    """Milliseconds; the unit is in the column's name, else it is seconds."""
    profile: ColumnProfile = next(
        column for column in mapping.columns if column.name == mapped.columns[0]
    )
    plain = plain_name(profile.name)
    unit = next((ms for expression, ms in UNITS_MS if re.fullmatch(expression, plain)), 1_000)
    number = number_sql(name_sql(profile.name), decimal_comma=profile.decimal_comma)
    return f"TRY_CAST(round({number} * {unit}) AS BIGINT)"


def truth_sql(column: str) -> str:
    """A yes or no in several languages as BOOLEAN; anything else is NULL."""
    return (
        f"CASE WHEN lower(trim({column}::VARCHAR)) IN "
        "('true', 'yes', 'y', '1', 't', 'ja', 'oui', 'si', 'ok', 'passed', 'valid') THEN true "
        f"WHEN lower(trim({column}::VARCHAR)) IN "
        "('false', 'no', 'n', '0', 'f', 'nein', 'non', 'failed', 'invalid') THEN false END"
    )
