"""The relations that every reader of the lake sees, whatever lies beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from uptake.store.schema import EVENT_FILE, ROLLUPS

_TERM_COLUMNS = ("account", "person", "product", "module", "action", "object_type")
_SQL_TYPES: dict[pa.DataType, str] = {
    pa.date32(): "DATE",
    pa.int8(): "TINYINT",
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.bool_(): "BOOLEAN",
    pa.string(): "VARCHAR",
    pa.binary(16): "BLOB",
    pa.timestamp("ms", tz="UTC"): "TIMESTAMP WITH TIME ZONE",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """What each relation is read from: any SQL that may follow FROM."""

    events: str
    person_days: str
    person_day_actions: str
    account_hours: str
    terms: str


def create_views(
    connection: duckdb.DuckDBPyConnection, sources: Sources, *, erased: Sequence[int] = ()
) -> None:
    """Create the views events, events_text, terms and the rollups, without erased people.

    ``account_hours`` names no person: whoever erases writes rows that take their events away.
    """
    living = _living(erased)
    connection.execute("SET TimeZone = 'UTC'")
    views = {
        "terms": f"SELECT kind, code, text FROM {sources.terms}",
        "events": f"SELECT {', '.join(EVENT_FILE.names)} FROM {sources.events} {living}",
        "person_days": _columns("person_days", sources.person_days) + living,
        "person_day_actions": _columns("person_day_actions", sources.person_day_actions) + living,
        "account_hours": _columns("account_hours", sources.account_hours),
        "events_text": _EVENTS_TEXT,
    }
    for name, sql in views.items():
        connection.execute(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {sql}")


def parquet(paths: Sequence[Path | str], schema: pa.Schema) -> str:
    """What follows FROM to read these files; no files are an empty relation of that schema."""
    if not paths:
        return nothing(schema)
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def nothing(schema: pa.Schema) -> str:
    """What follows FROM for a relation without rows."""
    columns = (f"NULL::{sql_type(field.type)} AS {field.name}" for field in schema)
    return f"(SELECT {', '.join(columns)} WHERE false)"


def sql_type(arrow_type: pa.DataType) -> str:
    """DuckDB's name for the type of a column of the lake."""
    return _SQL_TYPES[arrow_type]


def _columns(rollup: str, source: str) -> str:
    return f"SELECT {', '.join(ROLLUPS[rollup].names)} FROM {source} "


def _living(erased: Sequence[int]) -> str:
    if not erased:
        return ""
    return f"WHERE person NOT IN ({', '.join(str(int(code)) for code in erased)})"


def _text_of(column: str) -> str:
    return f"{column}_term.text AS {column}"


def _term_join(column: str, kind: str) -> str:
    return (
        f"LEFT JOIN (SELECT code, text FROM terms WHERE kind = '{kind}') AS {column}_term"
        f" ON {column}_term.code = events.{column}"
    )


_UUID_PIECES = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
_UUID_TEXT = " || '-' || ".join(
    f"substr(lower(hex(message_uuid)), {start}, {length})" for start, length in _UUID_PIECES
)
_EVENTS_TEXT = f"""
    SELECT day, source_term.text AS source_id,
           coalesce(message_text, {_UUID_TEXT}) AS message_id,
           received_at, occurred_at, recorded_at,
           {", ".join(map(_text_of, _TERM_COLUMNS[:5]))}, {_text_of("object_type")},
           object_id, case_id, duration_ms, quality_ok, properties
    FROM events
    {_term_join("source", "source")}
    {" ".join(_term_join(column, column) for column in _TERM_COLUMNS)}"""
