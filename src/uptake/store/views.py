"""The relations that every reader of the lake sees, whatever lies beneath them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from uptake.store.aliases import ALIAS_TABLE
from uptake.store.schema import EVENT_FILE, ROLLUPS

_PERSONAL = ("person_days", "person_day_actions")
_HOURS = ROLLUPS["account_hours"].names
_OWN_CODES = "SELECT text, code FROM terms WHERE kind = 'person'"
_PERSON_CODES = (
    "SELECT terms.text, coalesce(alias.same_as, terms.code) AS code FROM terms "
    f"LEFT JOIN {ALIAS_TABLE} AS alias ON alias.person = terms.code WHERE terms.kind = 'person'"
)
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
    connection: duckdb.DuckDBPyConnection,
    sources: Sources,
    *,
    erased: Sequence[int] = (),
    aliased: bool = False,
) -> None:
    """Create the views events, events_text, terms, person_codes and the rollups.

    They are without erased people, and with ``aliased`` a person is whom the code stands for in the
    relation ``ALIAS_TABLE``. ``person_codes`` (text, code) says under which code an identifier's
    doings are. ``account_hours`` names no person: whoever erases takes events away in it.
    """
    connection.execute("SET TimeZone = 'UTC'")

    def personal(source: str, columns: Sequence[str]) -> str:
        return f"SELECT {', '.join(columns)} FROM {people_of(source, erased, aliased=aliased)}"

    views = {
        "terms": f"SELECT kind, code, text FROM {sources.terms}",
        "person_codes": _PERSON_CODES if aliased else _OWN_CODES,
        "events": personal(sources.events, EVENT_FILE.names),
        **{name: personal(getattr(sources, name), ROLLUPS[name].names) for name in _PERSONAL},
        "account_hours": f"SELECT {', '.join(_HOURS)} FROM {sources.account_hours}",
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


def people_of(source: str, erased: Sequence[int], *, aliased: bool) -> str:
    """What follows FROM for a relation of people, without those erased.

    With ``aliased``, the person of a row is whom its code stands for in ``ALIAS_TABLE``.
    """
    codes = ", ".join(str(int(code)) for code in erased)
    living = f" WHERE stored.person NOT IN ({codes})" if codes else ""
    if aliased:
        return (
            "(SELECT stored.* REPLACE (coalesce(alias.same_as, stored.person) AS person) "
            f"FROM {source} AS stored LEFT JOIN {ALIAS_TABLE} AS alias "
            f"ON alias.person = stored.person{living})"
        )
    return f"(SELECT * FROM {source} AS stored{living})" if living else source


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
