"""Bulk loads: a file's events straight to Parquet, chunk by chunk, without the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pyarrow as pa

from uptake.store import engine
from uptake.store.chunk_writer import ChunkWriter, no_fault
from uptake.store.database import now_ms
from uptake.store.event_writer import EventWriter
from uptake.store.index import runs_alike
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
"""The first chunk of a file is this part of the largest; each is twice the one before, up to it."""

Progress = Callable[[LoadReport], None]


def no_progress(_report: LoadReport) -> None:
    """Nobody watches."""


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
        occurrences = Occurrences(folder) if content_keyed else None
        events = EventWriter(lake.database, connection, runs_alike)
        writer = ChunkWriter(lake, workspace, events, occurrences, fault=fault)
        report = LoadReport()
        with closing(writer.reports(read_ahead(chunks(batches, rows=chunk_rows)))) as reports:
            for part in reports:
                report += part
                (progress or no_progress)(report)
    _remember_import(lake, workspace, import_key, report)
    return report


def chunks(
    batches: Iterator[pa.RecordBatch], *, rows: int, most_bytes: int = CHUNK_BYTES
) -> Iterator[pa.Table]:
    """Batches gathered to tables of at least ``rows`` rows or ``most_bytes`` bytes.

    The first ones are smaller, so that storing begins soon.
    """
    held: list[pa.RecordBatch] = []
    wanted = -(-rows // FIRST_PART)
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            held.append(batch.slice(start, rows))
            if sum(b.num_rows for b in held) >= wanted or sum(b.nbytes for b in held) >= most_bytes:
                yield pa.Table.from_batches(held)
                held, wanted = [], min(2 * wanted, rows)
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
