"""From a table and a mapping to canonical events, without a row ever being a Python object.

DuckDB parses and cleans; Arrow carries; numpy hashes and counts what is rejected. Rows keep the
order of the file, so the rank of a rejected row is enough to find it, and its line, again.
"""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.event_sql import events_sql, text_of
from uptake.formats.identities import ids_of_texts
from uptake.formats.mapping import Mapping
from uptake.formats.plain_events import PlainEvents
from uptake.formats.records import RejectedRow
from uptake.formats.rejects import write_rejects
from uptake.formats.roles import Role
from uptake.formats.sources import broken_count
from uptake.formats.streams import Progress
from uptake.formats.table import TableSource
from uptake.formats.values import text_sql
from uptake.store.schema import CANONICAL, CODED, CONTENT_KEYED, MILLISECONDS_UTC

ROWS_PER_BATCH = 122_880
STREAMING = "SET streaming_buffer_size = '64MB'"
"""Threads read on while rows are taken away."""

DICTIONARY = pa.dictionary(pa.int32(), pa.string())

NO_TIME = "no time"
NOT_A_TIME = "not a time"
NO_PERSON = "no person"
BROKEN = "broken row"
REASONS = (NO_TIME, NOT_A_TIME, NO_PERSON, BROKEN)


@dataclass(slots=True)
class EventCounts:
    """Rows of the file so far: ``rows`` = ``good`` + everything in ``rejected`` (by reason)."""

    rows: int = 0
    good: int = 0
    rejected: dict[str, int] = field(default_factory=dict)

    @property
    def rejected_rows(self) -> int:
        """All rejected rows."""
        return sum(self.rejected.values())


@dataclass(slots=True)
class EventFile:
    """The events of one file. ``counts`` are final, and rejects written, once batches are read."""

    table: TableSource
    mapping: Mapping
    source_id: str
    rejects: Path | None
    received_at: datetime
    progress: Progress | None
    counts: EventCounts = field(default_factory=EventCounts)
    remarks: list[str] = field(default_factory=list)

    @property
    def content_keyed(self) -> bool:
        """Whether message ids are made from the content of rows instead of a mapped column."""
        return self.mapping.get(Role.MESSAGE_ID) is None

    @property
    def schema(self) -> pa.Schema:
        """Of the events; in the batches, texts that repeat are dictionaries (``CODED``)."""
        return CONTENT_KEYED if self.content_keyed else CANONICAL

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is uncertain about the file and the mapping; once it is read, about its rows."""
        return (*self.table.warnings, *self.mapping.warnings, *self.remarks)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield canonical record batches in the order of the file; start again for each call.

        Sources and the columns of ``CODED`` come as Arrow dictionaries.
        """
        self.counts = EventCounts()
        self.remarks.clear()
        refused = _Refused()
        broken = self.table.next_broken_table()
        constants = _Constants(self.source_id, self.received_at, self.mapping, self.schema)
        connection = self._connect()
        for batch in self._read(connection, broken):
            kept = refused.sift(batch, self.counts.rows)
            self.counts.rows += batch.num_rows
            self.counts.good += kept.num_rows
            self._tell()
            if kept.num_rows:
                yield constants.canonical(kept)
        self._finish(connection, refused, broken)

    def people_teams(self) -> pa.Table:
        """The team each person has on most of their rows: columns person and team."""
        team = self.mapping.get(Role.TEAM)
        person = self.mapping.get(Role.PERSON)
        if team is None or person is None:
            return pa.table(
                {"person": pa.array([], pa.string()), "team": pa.array([], pa.string())}
            )
        return self.table.connection.sql(
            "SELECT person, max_by(team, (n, team)) AS team FROM ("
            f"SELECT {text_of(person)} AS person, {text_of(team)} AS team, count(*) AS n "
            f"FROM {self.table.source.relation()} GROUP BY ALL) "
            "WHERE person IS NOT NULL AND team IS NOT NULL GROUP BY person ORDER BY person"
        ).to_arrow_table()

    def _read(self, connection: duckdb.DuckDBPyConnection, broken: str) -> Iterator[pa.RecordBatch]:
        if self.table.plain is not None:
            return PlainEvents(
                self.table.plain, self.table, self.mapping, connection, self._connect, broken
            ).batches()
        query = events_sql(self.table, self.mapping, self.table.source.relation(broken))
        try:
            return iter(connection.sql(query).to_arrow_reader(ROWS_PER_BATCH))
        except duckdb.Error as error:
            raise _unreadable(self.table, error) from error

    def _connect(self) -> duckdb.DuckDBPyConnection:
        connection = self.table.connection.cursor()
        _set_zone(connection, self.mapping.timezone)
        return connection.execute(STREAMING)

    def _tell(self) -> None:
        if self.progress:
            share = min(1.0, self.counts.rows / max(self.table.rows_expected, 1))
            self.progress(f"Reading {self.table.path.name}", share)

    def _finish(
        self, connection: duckdb.DuckDBPyConnection, refused: _Refused, broken: str
    ) -> None:
        lost = broken_count(connection, broken)
        self.counts.rows += lost
        self.counts.rejected = refused.counts()
        if lost:
            self.counts.rejected[BROKEN] = self.counts.rejected.get(BROKEN, 0) + lost
        if self.rejects is not None:
            write_rejects(self.rejects, self._rejected(connection, refused, broken))
        if self.counts.good == 0:
            raise MappingError(self._nothing_usable())

    def _rejected(
        self, connection: duckdb.DuckDBPyConnection, refused: _Refused, broken: str
    ) -> Iterator[RejectedRow]:
        ordinals, reasons = refused.all()
        taken: dict[int, int] = {}
        for row in self.table.source.find(connection, ordinals, broken):
            if row.ordinal is None or row.reason:
                reason = f"{BROKEN}: {row.reason}"
                taken[row.line] = row.raw.rstrip("\n").count("\n")
            else:
                reason = REASONS[reasons[np.searchsorted(ordinals, row.ordinal)]]
            yield RejectedRow(row.line, reason, row.raw)
        self.remarks.extend(_on_quotes(taken))

    def _nothing_usable(self) -> str:
        time = self.mapping.checked().get(Role.TIME)
        rejected = self.counts.rejected
        worst = max(rejected, key=lambda reason: rejected[reason], default=NO_TIME)
        named = time.columns[0] if time else ""
        seen = ", ".join(repr(sample) for sample in (time.samples if time else ())[:2])
        if worst in (NO_TIME, NOT_A_TIME):
            return (
                f"None of the {self.counts.rows} values in {named!r} can be read as a time "
                f"(such as {seen}): map time to another column."
            )
        return (
            f"None of the {self.counts.rows} rows of {self.table.path.name} can be used ({worst}): "
            "check the mapping."
        )


def read_events(
    table: TableSource,
    mapping: Mapping,
    *,
    source_id: str,
    rejects: Path | None = None,
    timezone: str | None = None,
    progress: Progress | None = None,
) -> EventFile:
    """Prepare to read events; raise now if the mapping cannot work on this file."""
    chosen = replace(mapping, timezone=timezone or mapping.timezone).checked()
    return EventFile(table, chosen, source_id, rejects, datetime.now(UTC), progress)


def _set_zone(connection: duckdb.DuckDBPyConnection, timezone: str | None) -> None:
    try:
        connection.execute(f"SET TimeZone = {text_sql(timezone or 'UTC')}")
    except duckdb.Error:
        raise MappingError(
            f"{timezone!r} is not a time zone: use a name such as Europe/Berlin."
        ) from None


def _unreadable(table: TableSource, error: duckdb.Error) -> UnusableFileError:
    first = str(error).splitlines()[0]
    return UnusableFileError(f"{table.path.name} cannot be read ({first}): export it again.")


class _Refused:
    """Ranks and reasons of rejected rows, as arrays."""

    def __init__(self) -> None:
        self._ordinals: list[np.ndarray] = []
        self._reasons: list[np.ndarray] = []

    def sift(self, batch: pa.RecordBatch, first: int) -> pa.RecordBatch:
        """Keep the rows with a time and a person; remember the others."""
        time, person = batch.column("occurred_at"), batch.column("person")
        if time.null_count == 0 and person.null_count == 0:
            return batch
        usable = pc.and_(pc.is_valid(time), pc.is_valid(person))
        bad = np.flatnonzero(~usable.to_numpy(zero_copy_only=False))
        has_time = batch.column("has_time").to_numpy(zero_copy_only=False)[bad]
        is_whole = batch.column("is_whole").to_numpy(zero_copy_only=False)[bad]
        no_moment = pc.is_null(time).to_numpy(zero_copy_only=False)[bad]
        reasons = np.select([~is_whole, ~has_time, no_moment], [3, 0, 1], 2).astype(np.int8)
        self._ordinals.append(bad + first)
        self._reasons.append(reasons)
        return batch.filter(usable)

    def all(self) -> tuple[np.ndarray, np.ndarray]:
        if not self._ordinals:
            return np.array([], dtype=np.int64), np.array([], dtype=np.int8)
        return np.concatenate(self._ordinals), np.concatenate(self._reasons)

    def counts(self) -> dict[str, int]:
        numbers = np.bincount(self.all()[1], minlength=len(REASONS))
        return {reason: int(n) for reason, n in zip(REASONS, numbers, strict=True) if n}


def _on_quotes(taken: dict[int, int]) -> Iterator[str]:
    """What to say of broken rows that took further lines, by line; of long ones not all are noted.

    Rows behind a quote that nothing closes are in no count.
    """
    line = next((line for line, more in taken.items() if more), None)
    if line is not None:
        yield (
            f"A quote in line {line} is not closed where it should be: at least "
            f"{sum(taken.values())} further lines are lost in it, perhaps all that follow. "
            "Correct it, and read the file again."
        )


class _Constants:
    """Columns that are the same on every row are built once and cut to length."""

    def __init__(
        self, source_id: str, received_at: datetime, mapping: Mapping, schema: pa.Schema
    ) -> None:
        self._schema = _coded(schema)
        texts = {"source_id": source_id}
        roles = {
            "account": mapping.get(Role.ACCOUNT) or mapping.get(Role.TEAM),
            "product": mapping.get(Role.PRODUCT),
            "module": mapping.get(Role.MODULE),
            "action": mapping.get(Role.ACTION),
        }
        for name, mapped in roles.items():
            if mapped and mapped.constant is not None:
                texts[name] = mapped.constant
        self._arrays = {
            name: pa.repeat(pa.scalar(text), ROWS_PER_BATCH).dictionary_encode()
            for name, text in texts.items()
        }
        received = pa.scalar(received_at, pa.timestamp("us", tz="UTC")).cast(
            MILLISECONDS_UTC, safe=False
        )
        self._arrays["received_at"] = pa.repeat(received, ROWS_PER_BATCH)

    def canonical(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Put the columns of the query and the constants in canonical order."""
        given = set(batch.schema.names)
        arrays = [
            _as_field(batch.column(field.name), field)
            if field.name in given
            else self._constant(field, batch.num_rows)
            for field in self._schema
        ]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def _constant(self, field: pa.Field, rows: int) -> pa.Array:
        array = self._arrays.get(field.name)
        if array is None or rows > len(array):
            length = max(rows, ROWS_PER_BATCH)
            array = pa.nulls(length, field.type) if array is None else pa.repeat(array[0], length)
            self._arrays[field.name] = array = _as_field(array, field)
        return array.slice(0, rows)


def _coded(schema: pa.Schema) -> pa.Schema:
    """The schema with dictionaries for texts that repeat."""
    fields = [
        field.with_type(DICTIONARY) if field.name in ("source_id", *CODED) else field
        for field in schema
    ]
    return pa.schema(fields)


def _as_field(array: pa.Array, field: pa.Field) -> pa.Array:
    """A column as the schema wants it; the content of rows becomes their identity."""
    if pa.types.is_timestamp(field.type):
        return pc.cast(array, MILLISECONDS_UTC, safe=False)
    if field.name == "action" and array.null_count:
        array = pc.fill_null(array, "unnamed")
    if field.name == "message_id" and field.type != array.type:
        return ids_of_texts(array.cast(pa.string()))
    if field.type == DICTIONARY and not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return array if array.type == field.type else array.cast(field.type)
