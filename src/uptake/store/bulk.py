"""Bulk loads: a file's events straight to Parquet, chunk by chunk, without the inbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa

from uptake.store import engine
from uptake.store.database import now_ms
from uptake.store.event_writer import EventWriter, Identify, as_they_are
from uptake.store.loads import LoadReport
from uptake.store.occurrences import Occurrences
from uptake.store.scratch import temporary_folder

if TYPE_CHECKING:
    from uptake.store.lake import Lake

CHUNK_ROWS = 500_000
"""Events of one transaction; with what is made of them they take some 700 MiB."""

CHUNK_BYTES = 256 * 1024 * 1024
"""A chunk of long texts ends sooner."""

FIRST_PART = 4
"""The first chunk of a file is this part of the others."""

FILES_WRITTEN = "files written"
COMMITTED = "committed"

Progress = Callable[[LoadReport], None]


def no_progress(_report: LoadReport) -> None:
    """Nobody watches."""


def no_fault(_point: str) -> None:
    """Nothing happens between two durable steps."""


def bulk_load(
    lake: Lake,
    workspace: str,
    batches: Iterator[pa.RecordBatch],
    *,
    import_key: str,
    content_keyed: bool,
    progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
    fault: Callable[[str], None] = no_fault,
) -> LoadReport:
    """Store event batches; each chunk is one transaction, so a killed load runs again.

    Batches are ``CANONICAL`` or ``CONTENT_KEYED``. With ``content_keyed``, a message id is made
    from its row's content and every one of several identical rows is kept; otherwise a message id
    that comes again is a duplicate. ``import_key`` names the file in the record of imports.
    ``progress`` is told after each chunk what is done.
    """
    with (
        engine.connect(lake.scratch) as connection,
        temporary_folder(lake.scratch) as folder,
    ):
        with lake.writing(workspace) as writer:
            writer.collect_orphans()
        identify = Occurrences(folder).identify if content_keyed else as_they_are
        load = _BulkLoad(lake, EventWriter(lake.database, connection), identify, fault)
        report = LoadReport()
        for events in read_ahead(chunks(batches, rows=chunk_rows)):
            report += load.store(workspace, events)
            (progress or no_progress)(report)
    _remember_import(lake, workspace, import_key, report)
    return report


def chunks(
    batches: Iterator[pa.RecordBatch], *, rows: int, most_bytes: int = CHUNK_BYTES
) -> Iterator[pa.Table]:
    """Batches gathered to tables of at least ``rows`` rows or ``most_bytes`` bytes.

    The first is smaller, so that storing begins soon.
    """
    held: list[pa.RecordBatch] = []
    wanted = -(-rows // FIRST_PART)
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            held.append(batch.slice(start, rows))
            if sum(b.num_rows for b in held) >= wanted or sum(b.nbytes for b in held) >= most_bytes:
                yield pa.Table.from_batches(held)
                held, wanted = [], rows
    if held:
        yield pa.Table.from_batches(held)


def finished_import(lake: Lake, workspace: str, import_key: str) -> int | None:
    """When a file of this key was last loaded to its end, in ms since 1970; None if never."""
    with lake.database.reading() as session:
        rows = session.query(
            "SELECT finished_at FROM lake_import WHERE workspace = ? AND import_key = ?",
            (workspace, import_key),
        )
    return rows[0][0] if rows else None


def _remember_import(lake: Lake, workspace: str, import_key: str, report: LoadReport) -> None:
    with lake.database.transaction() as session:
        session.execute(
            "DELETE FROM lake_import WHERE workspace = ? AND import_key = ?",
            (workspace, import_key),
        )
        session.execute(
            "INSERT INTO lake_import (workspace, import_key, finished_at, stored, duplicates, "
            "rejected) VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(workspace, import_key, now_ms()),
                *(report.stored, report.duplicates, report.rejected),
            ),
        )


def read_ahead(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same tables; while one is stored, another thread reads the next."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="read-ahead") as reader:
        coming = reader.submit(next, tables, None)
        while (table := coming.result()) is not None:
            coming = reader.submit(next, tables, None)
            yield table


class _BulkLoad:
    """One pass over a file."""

    def __init__(
        self, lake: Lake, events: EventWriter, identify: Identify, fault: Callable[[str], None]
    ) -> None:
        self._lake = lake
        self._events = events
        self._identify = identify
        self._fault = fault

    def store(self, workspace: str, events: pa.Table) -> LoadReport:
        """Store one chunk: files first, then the transaction that makes them count."""
        started = time.perf_counter()
        with self._lake.writing(workspace) as writer:
            written = self._events.write(writer, events, identify=self._identify)
            self._fault(FILES_WRITTEN)
            report = LoadReport(
                stored=written.stored,
                duplicates=written.duplicates,
                rejected=written.refused,
                files=len(written.add),
                seconds=time.perf_counter() - started,
            )
            if written.add or written.terms:
                version = writer.commit(add=written.add, retire=written.retire, terms=written.terms)
                self._events.committed(workspace, version)
            self._fault(COMMITTED)
            writer.collect_retired()
        return report
