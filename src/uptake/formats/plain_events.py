"""Events from text without quotes: Arrow takes the lines apart, DuckDB does what is left to do.

Every row comes out as the one query over the whole file would give it (``events_sql``), and texts
that repeat as codes. What would come out of that query as it went in is not sent through it.
"""

# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.event_sql import (
    events_sql,
    judged_sql,
    message_sql,
    moment_sql,
    recorded_sql,
    select_sql,
    text_of,
    text_roles,
)
from uptake.formats.mapping import MappedRole, Mapping
from uptake.formats.plain_moments import in_range, plain_moments
from uptake.formats.plain_text import Piece, PlainText, is_bare
from uptake.formats.roles import Role
from uptake.formats.sources import broken_count
from uptake.formats.table import TableSource
from uptake.formats.times import TimeParser
from uptake.formats.values import name_sql
from uptake.store.schema import CODED

PIECE = "piece"
MOST_WORKERS = 4


@dataclass(frozen=True, slots=True)
class PlainEvents:
    """One pass over a file; broken rows are noted in the table ``broken``, as DuckDB notes them.

    ``connect`` gives another connection to the same DuckDB, set to the zone of the file.
    """

    plain: PlainText
    table: TableSource
    mapping: Mapping
    connection: duckdb.DuckDBPyConnection
    connect: Callable[[], duckdb.DuckDBPyConnection]
    broken: str

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The columns of ``events_sql`` in the order of the file; pieces are read side by side."""
        workers = min(os.cpu_count() or 1, MOST_WORKERS)
        connections: SimpleQueue[duckdb.DuckDBPyConnection] = SimpleQueue()
        for _ in range(workers):
            connections.put(self.connect())
        ahead: deque[tuple[Piece, Future[pa.Table | None]]] = deque()
        with ThreadPoolExecutor(workers, thread_name_prefix="read-piece") as pool:
            for piece in self.plain.pieces():
                ahead.append((piece, pool.submit(self._events, piece, connections)))
                if len(ahead) > workers:
                    yield from self._finished(*ahead.popleft())
            while ahead:
                yield from self._finished(*ahead.popleft())

    def _finished(self, piece: Piece, coming: Future[pa.Table | None]) -> list[pa.RecordBatch]:
        events = coming.result()
        if events is None:
            events = self._parsed_by_duckdb(piece)
        batches: list[pa.RecordBatch] = events.combine_chunks().to_batches()
        return batches

    def _events(
        self, piece: Piece, connections: SimpleQueue[duckdb.DuckDBPyConnection]
    ) -> pa.Table | None:
        columns = piece.columns(self.plain.dialect)
        if columns is None:
            return None
        connection = connections.get()
        try:
            return _PieceEvents(piece, columns, self.plain, self.mapping).read(connection)
        finally:
            connections.put(connection)

    def _parsed_by_duckdb(self, piece: Piece) -> pa.Table:
        """The rows of a piece in which a line is broken, by the parser that notes such lines."""
        source = self.plain.set_aside(piece)
        noted = self.table.next_broken_table()
        query = events_sql(self.table, self.mapping, source.relation(noted))
        events = self.connection.sql(query).to_arrow_table()
        if broken_count(self.connection, noted):
            self._note_broken(noted, piece.offset)
        return events

    def _note_broken(self, noted: str, offset: int) -> None:
        """Add what was noted of a piece, with the bytes counted from the beginning of the file."""
        rows = (
            f"SELECT * REPLACE (line_byte_position + {offset} AS line_byte_position) "
            f"FROM {name_sql(noted)}"
        )
        if broken_count(self.connection, self.broken):
            self.connection.execute(f"INSERT INTO {name_sql(self.broken)} {rows}")
        else:
            self.connection.execute(f"CREATE TEMP TABLE {name_sql(self.broken)} AS {rows}")


class _PieceEvents:
    """The events of one piece: what Arrow can tell, and one query for the rest."""

    def __init__(self, piece: Piece, columns: pa.Table, plain: PlainText, mapping: Mapping) -> None:
        self._piece = piece
        self._columns = columns
        self._dialect = plain.dialect
        self._mapping = mapping
        self._codes: dict[str, pa.DictionaryArray] = {}
        self._bare: dict[str, bool] = {}
        self._told: dict[str, pa.Array | pa.ChunkedArray] = {}
        self._asked: list[str] = []

    def read(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        """The columns of ``events_sql``."""
        self._texts()
        self._moment()
        self._rest()
        self._identity()
        if not self._asked:
            return pa.table(self._told)
        answer = self._ask(connection)
        return pa.table(dict(zip(answer.column_names, answer.columns, strict=True)) | self._told)

    def _texts(self) -> None:
        for name, mapped in text_roles(self._mapping).items():
            if name in CODED and len(mapped.columns) == 1:
                self._encode(mapped.columns[0])
            if self._is_bare(mapped):
                column = mapped.columns[0]
                self._told[name] = self._codes.get(column, self._columns[column])
            else:
                self._asked.append(f"{text_of(mapped)} AS {name}")

    def _moment(self) -> None:
        time = self._mapping.get(Role.TIME)
        moments = self._moments(time)
        if time is None or moments is None:
            self._asked += moment_sql(self._mapping)
        else:
            self._told["occurred_at"] = in_range(moments)
            self._told["has_time"] = pc.is_valid(self._columns[time.columns[0]])

    def _rest(self) -> None:
        recorded = self._mapping.get(Role.RECORDED)
        moments = self._moments(recorded)
        if moments is not None:
            self._told["recorded_at"] = moments
        elif recorded is not None:
            self._asked.append(recorded_sql(recorded, self._mapping, self._bare_columns()))
        self._asked += judged_sql(self._mapping)
        self._told["is_whole"] = pa.repeat(pa.scalar(True), len(self._columns))

    def _identity(self) -> None:
        """The identities themselves if they can be made from the lines, else what they are of."""
        ids = None
        if self._mapping.get(Role.MESSAGE_ID) is None:
            ids = self._piece.ids(self._columns, self._dialect)
        if ids is None:
            message = message_sql(self._columns.column_names, self._mapping)
            self._asked.append(f"{message} AS message_id")
        else:
            self._told["message_id"] = ids

    def _ask(self, connection: duckdb.DuckDBPyConnection) -> pa.Table:
        connection.register(PIECE, self._columns)
        try:
            query = select_sql(self._mapping, self._asked, PIECE, self._bare_columns())
            return connection.sql(query).to_arrow_table()
        finally:
            connection.unregister(PIECE)

    def _moments(self, mapped: MappedRole | None) -> pa.Array | None:
        """When a role says, if its texts are written in the one way that needs no parser."""
        is_utc = self._mapping.timezone in (None, "UTC")
        if mapped is None or mapped.time is None or not is_utc or len(mapped.columns) != 1:
            return None
        if mapped.time.parsers != (TimeParser.ISO,):
            return None
        return plain_moments(self._columns[mapped.columns[0]])

    def _encode(self, column: str) -> None:
        if column not in self._codes:
            self._codes[column] = self._columns[column].chunk(0).dictionary_encode()

    def _is_bare(self, mapped: MappedRole) -> bool:
        return len(mapped.columns) == 1 and self._is_bare_column(mapped.columns[0])

    def _is_bare_column(self, name: str) -> bool:
        if name not in self._bare:
            coded = self._codes.get(name)
            texts = self._columns[name].chunk(0) if coded is None else coded.dictionary
            self._bare[name] = is_bare(texts)
        return self._bare[name]

    def _bare_columns(self) -> frozenset[str]:
        mapped = {name for mapped in self._mapping.roles for name in mapped.columns}
        return frozenset(filter(self._is_bare_column, mapped))
