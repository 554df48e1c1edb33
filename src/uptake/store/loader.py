"""The loader: from the inbox to files, every event exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from uptake.store import engine
from uptake.store.blob import UnreadableBlob, decode_blob
from uptake.store.database import Session
from uptake.store.event_writer import EventWriter, WrittenEvents
from uptake.store.loads import LoadReport, remember_load
from uptake.store.schema import CANONICAL
from uptake.store.segments import FOLDER as INBOX
from uptake.store.waiting import WaitingBatch, needs_loader, read_loaded, waiting_batches
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

EVENTS_AT_ONCE = 400_000
"""Events of one load at most (a batch more, if it begins below): bounds the memory."""

FILES_WRITTEN = "files written"
COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Waiting batches as one table, and those whose bytes are damaged."""

    events: pa.Table
    waiting: tuple[WaitingBatch, ...]
    readable: tuple[WaitingBatch, ...]
    damaged: tuple[WaitingBatch, ...]


def pass_by(_point: str) -> None:
    """No fault: the loader goes on."""


class Loader:
    """Loads the inbox; one at a time per workspace, whichever process it runs in.

    ``fault`` is called at the named points between two durable steps; tests kill the process there.
    """

    def __init__(
        self,
        lake: Lake,
        *,
        events_at_once: int = EVENTS_AT_ONCE,
        fault: Callable[[str], None] = pass_by,
    ) -> None:
        self._lake = lake
        self._events_at_once = events_at_once
        self._fault = fault
        self._connection: duckdb.DuckDBPyConnection = engine.connect(lake.scratch)
        self._events = EventWriter(lake.database, self._connection)
        self._clean: set[str] = set()

    def run_once(self, workspace: str | None = None) -> LoadReport:
        """Load one bounded part of the inbox of a workspace, or of every one that has any.

        A workspace that another process is writing is left for the next time.
        """
        report = LoadReport()
        for name in [workspace] if workspace else self._waiting():
            report += self._load(name, wait=workspace is not None)
        return report

    def drain(self, workspace: str | None = None) -> LoadReport:
        """Load until nothing waits."""
        report = LoadReport()
        while (part := self.run_once(workspace)).batches:
            report += part
        return report

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def load_with(self, writer: WorkspaceWriter) -> LoadReport:
        """Load one bounded part for a writer that holds the workspace already."""
        started = time.perf_counter()
        waiting = waiting_batches(
            writer.folder / INBOX, writer.loaded(), most_events=self._events_at_once
        )
        if not waiting:
            writer.collect_segments()
            return LoadReport()
        try:
            return self._store(writer, _decode(waiting), started)
        except BaseException:
            self._events.forget(writer.workspace)
            self._clean.discard(writer.workspace)
            raise

    def _waiting(self) -> list[str]:
        """The workspaces whose inbox has work for a loader."""
        with self._lake.database.reading() as session:
            loaded = {
                name: read_loaded(session, name)
                for (name,) in session.query("SELECT workspace FROM lake_workspace")
            }
        return [
            name
            for name, upto in loaded.items()
            if needs_loader(self._lake.folder(name) / INBOX, upto)
        ]

    def _load(self, workspace: str, *, wait: bool) -> LoadReport:
        with self._lake.try_writing(workspace, wait=wait) as writer:
            if writer is None:
                return LoadReport()
            if workspace not in self._clean:
                writer.collect_orphans()
                self._clean.add(workspace)
            return self.load_with(writer)

    def _store(self, writer: WorkspaceWriter, decoded: _Decoded, started: float) -> LoadReport:
        written = self._events.write(writer, decoded.events)
        self._fault(FILES_WRITTEN)
        report = LoadReport(
            stored=written.stored,
            duplicates=written.duplicates,
            rejected=written.refused + sum(row.events for row in decoded.damaged),
            files=len(written.add),
            seconds=time.perf_counter() - started,
            batches=len(decoded.waiting),
        )
        self._commit(writer, decoded, written, report)
        self._fault(COMMITTED)
        writer.collect_retired()
        writer.collect_segments()
        return report

    def _commit(
        self,
        writer: WorkspaceWriter,
        decoded: _Decoded,
        written: WrittenEvents,
        report: LoadReport,
    ) -> None:
        def also(session: Session, version: int) -> None:
            _set_aside(session, writer.workspace, decoded.damaged)
            remember_load(session, writer.workspace, version, decoded.readable, report)

        version = writer.commit(
            add=written.add,
            retire=written.retire,
            terms=written.terms,
            loaded=decoded.waiting,
            also=also,
        )
        self._events.committed(writer.workspace, version)


def _decode(waiting: Sequence[WaitingBatch]) -> _Decoded:
    batches, readable, damaged = [], [], []
    for row in waiting:
        try:
            batches.append(_events_of(row))
            readable.append(row)
        except UnreadableBlob:
            damaged.append(row)
    events = pa.Table.from_batches(batches, CANONICAL).combine_chunks()  # small ones cost the most
    return _Decoded(events, tuple(waiting), tuple(readable), tuple(damaged))


def _events_of(batch: WaitingBatch) -> pa.RecordBatch:
    if not batch.intact:
        raise UnreadableBlob(f"The waiting batch {batch.batch_id} is damaged.")
    return decode_blob(batch.blob)


def _set_aside(session: Session, workspace: str, damaged: Sequence[WaitingBatch]) -> None:
    """Keep batches that cannot be read where a person can look at them."""
    session.execute_many(
        "INSERT INTO lake_unreadable (batch, workspace, received_at, events, blob) "
        "VALUES (?, ?, ?, ?, ?)",
        [(row.batch_id, workspace, row.received_at_ms, row.events, row.blob) for row in damaged],
    )
