"""A snapshot of a single file's events in memory: the same relations, without any database."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from uptake.store import engine
from uptake.store.encode import encode
from uptake.store.localtime import zone_of
from uptake.store.rollups import rollup_tables
from uptake.store.schema import EVENT_FILE, ROLLUPS, TermKind
from uptake.store.terms import Dictionaries, terms_table
from uptake.store.views import Sources, create_views, nothing

if TYPE_CHECKING:
    from ibis.backends.duckdb import Backend

ROWS_AT_ONCE = 1_000_000
"""Events that are coded together: enough to be fast, few enough to fit."""


class MemorySnapshot:
    """What one file holds, as the relations of the lake; nothing is compared with other files."""

    __slots__ = ("_scratch", "connection", "timezone", "version")

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        timezone: str,
        scratch: TemporaryDirectory[str],
    ) -> None:
        self._scratch = scratch
        self.connection = connection
        self.timezone = timezone
        self.version = 1

    def codes(self, kind: TermKind) -> dict[str, int]:
        """Code of every text of a kind."""
        return {text: code for code, text in self.texts(kind).items()}

    def texts(self, kind: TermKind) -> dict[int, str]:
        """Text of every code of a kind."""
        rows = self.connection.execute(
            "SELECT code, text FROM terms WHERE kind = ? ORDER BY code", [kind.value]
        ).fetchall()
        return dict(rows)

    def known_as(self) -> dict[str, str]:
        """In a file everybody is who they are called."""
        return {}

    def ibis(self) -> Backend:
        """An Ibis backend over the same connection."""
        import ibis  # importing it takes a second

        return ibis.duckdb.from_connection(self.connection)

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()
        self._scratch.cleanup()

    def __enter__(self) -> MemorySnapshot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def snapshot_of(batches: Iterator[pa.RecordBatch], *, timezone: str = "UTC") -> MemorySnapshot:
    """A snapshot of ``CANONICAL`` or ``CONTENT_KEYED`` batches; every row counts."""
    zone_of(timezone)
    scratch = TemporaryDirectory(prefix="uptake-")
    connection = engine.quiet(duckdb.connect(config={"temp_directory": scratch.name}))
    dictionaries = Dictionaries()
    _create_tables(connection)
    for events in _gathered(batches):
        _insert(connection, events, dictionaries, timezone)
    _insert_terms(connection, dictionaries)
    names = ("events", *ROLLUPS, "terms")
    create_views(connection, Sources(**{name: f"stored.{name}" for name in names}))
    return MemorySnapshot(connection, timezone, scratch)


def _create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE SCHEMA stored")
    for name, schema in {"events": EVENT_FILE, **ROLLUPS}.items():
        connection.execute(f"CREATE TABLE stored.{name} AS SELECT * FROM {nothing(schema)}")
    connection.execute("CREATE TABLE stored.terms (kind VARCHAR, code INTEGER, text VARCHAR)")


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Tables of about ``ROWS_AT_ONCE`` rows."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= ROWS_AT_ONCE:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if rows:
        yield pa.Table.from_batches(held)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    events: pa.Table,
    dictionaries: Dictionaries,
    timezone: str,
) -> None:
    coded = encode(events, dictionaries, timezone=timezone).table
    tables = {"events": coded, **rollup_tables(coded, timezone=timezone)}
    for name, table in tables.items():
        connection.register("arriving", table)
        connection.execute(f"INSERT INTO stored.{name} BY NAME SELECT * FROM arriving")
        connection.unregister("arriving")


def _insert_terms(connection: duckdb.DuckDBPyConnection, dictionaries: Dictionaries) -> None:
    connection.register("arriving", terms_table(dictionaries.rows()))
    connection.execute("INSERT INTO stored.terms BY NAME SELECT * FROM arriving")
    connection.unregister("arriving")
