"""The loader: from the inbox to files, every event exactly once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.store import engine
from uptake.store.blob import UnreadableBlob, decode_blob
from uptake.store.database import Session
from uptake.store.duplicates import Duplicates
from uptake.store.encode import EncodedBatch, encode
from uptake.store.files import merge_index, write_events, write_index, write_rollup
from uptake.store.inbox import WaitingBatch, waiting_batches, workspaces_waiting
from uptake.store.index import runs_to_merge
from uptake.store.loads import LoadReport, remember_load
from uptake.store.manifest import INDEX, FileEntry
from uptake.store.rollups import rollup_tables
from uptake.store.schema import CANONICAL
from uptake.store.terms import Dictionaries
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

EVENTS_AT_ONCE = 400_000
"""Events of one load at most (a batch more, if it begins below): bounds the memory."""

FILES_WRITTEN = "files written"
COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class _Decoded:
    """Inbox rows as one table, and the rows whose bytes are damaged."""

    events: pa.Table
    readable: tuple[WaitingBatch, ...]
    damaged: tuple[WaitingBatch, ...]


@dataclass(slots=True)
class _Memory:
    """What the loader remembers of a workspace between two loads."""

    dictionaries: Dictionaries
    version: int


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
        self._memories: dict[str, _Memory] = {}
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
        with self._lake.database.reading() as session:
            waiting = waiting_batches(session, writer.workspace, most_events=self._events_at_once)
        if not waiting:
            return LoadReport()
        try:
            return self._store(writer, _decode(waiting), started)
        except BaseException:
            self._memories.pop(writer.workspace, None)
            self._clean.discard(writer.workspace)
            raise

    def _waiting(self) -> list[str]:
        with self._lake.database.reading() as session:
            return workspaces_waiting(session)

    def _load(self, workspace: str, *, wait: bool) -> LoadReport:
        with self._lake.try_writing(workspace, wait=wait) as writer:
            if writer is None:
                return LoadReport()
            if workspace not in self._clean:
                writer.collect_orphans()
                self._clean.add(workspace)
            return self.load_with(writer)

    def _store(self, writer: WorkspaceWriter, decoded: _Decoded, started: float) -> LoadReport:
        memory = self._remember(writer)
        timezone = writer.manifest.timezone
        batch = encode(decoded.events, memory.dictionaries, timezone=timezone)
        repeated = Duplicates(self._connection, writer.folder, writer.manifest).mask(batch)
        coded = _sorted(batch.table.filter(pa.array(~repeated)))
        add, retire = self._write(writer, coded, batch.hashes[~repeated])
        self._fault(FILES_WRITTEN)
        report = LoadReport(
            stored=len(coded),
            duplicates=int(repeated.sum()),
            rejected=sum(row.events for row in decoded.damaged),
            files=len(add),
            seconds=time.perf_counter() - started,
            batches=len(decoded.readable) + len(decoded.damaged),
        )
        self._commit(writer, decoded, batch, report=report, add=add, retire=retire)
        self._fault(COMMITTED)
        writer.collect_retired()
        return report

    def _write(
        self, writer: WorkspaceWriter, coded: pa.Table, hashes: npt.NDArray[np.uint64]
    ) -> tuple[list[FileEntry], list[FileEntry]]:
        """Write the files of a load; those to add and those they replace."""
        if not len(coded):
            return [], []
        folder, workspace = writer.folder, writer.workspace
        add = write_events(folder, workspace, coded, level=0)
        rollups = rollup_tables(self._connection, coded, timezone=writer.manifest.timezone)
        for name, table in rollups.items():
            add.append(write_rollup(folder, workspace, name, table, level=0))
        runs, retire = _write_run(writer, hashes)
        return [*add, *runs], retire

    def _commit(
        self,
        writer: WorkspaceWriter,
        decoded: _Decoded,
        batch: EncodedBatch,
        *,
        report: LoadReport,
        add: list[FileEntry],
        retire: list[FileEntry],
    ) -> None:
        def also(session: Session, version: int) -> None:
            _set_aside(session, writer.workspace, decoded.damaged)
            remember_load(session, writer.workspace, version, decoded.readable, report)

        version = writer.commit(
            add=add,
            retire=retire,
            terms=batch.new_terms,
            inbox=[row.batch_id for row in (*decoded.readable, *decoded.damaged)],
            also=also,
        )
        self._memories[writer.workspace].version = version

    def _remember(self, writer: WorkspaceWriter) -> _Memory:
        """The dictionaries of the workspace, read again when somebody else has added to them."""
        workspace = writer.workspace
        memory = self._memories.get(workspace)
        with self._lake.database.reading() as session:
            newest = session.query(
                "SELECT COALESCE(MAX(version), 0) FROM lake_term WHERE workspace = ?", (workspace,)
            )[0][0]
            if memory is None or newest > memory.version:
                rows = session.query(
                    "SELECT kind, code, text FROM lake_term WHERE workspace = ?", (workspace,)
                )
                memory = _Memory(Dictionaries(rows), writer.manifest.version)
        self._memories[workspace] = memory
        return memory


def _decode(waiting: Sequence[WaitingBatch]) -> _Decoded:
    batches, readable, damaged = [], [], []
    for row in waiting:
        try:
            batches.append(decode_blob(row.blob))
            readable.append(row)
        except UnreadableBlob:
            damaged.append(row)
    events = pa.Table.from_batches(batches, CANONICAL)
    return _Decoded(events, tuple(readable), tuple(damaged))


def _sorted(coded: pa.Table) -> pa.Table:
    """Rows by day, account, person and moment, so that readers can skip what they don't need."""
    keys = ("occurred_at", "person", "account", "day")
    columns = [coded[name].combine_chunks() for name in keys]
    numbers = [
        column.cast(pa.int64() if column.type.bit_width == 64 else pa.int32()).to_numpy()
        for column in columns
    ]
    return coded.take(pa.array(np.lexsort(numbers))) if len(coded) else coded


def _write_run(
    writer: WorkspaceWriter, hashes: npt.NDArray[np.uint64]
) -> tuple[list[FileEntry], list[FileEntry]]:
    """Add hashes to the index, merging runs that have grown alike; entries to add and to retire."""
    fresh = write_index(writer.folder, writer.workspace, hashes)
    runs = [*writer.manifest.of_kind(INDEX), fresh]
    chosen = [runs[at] for at in runs_to_merge([run.rows for run in runs])]
    if not chosen:
        return [fresh], []
    merged = merge_index(writer.folder, writer.workspace, chosen)
    if fresh not in chosen:
        return [fresh, merged], chosen
    (writer.folder / fresh.path).unlink()
    return [merged], [run for run in chosen if run is not fresh]


def _set_aside(session: Session, workspace: str, damaged: Sequence[WaitingBatch]) -> None:
    """Keep batches that cannot be read where a person can look at them."""
    session.execute_many(
        "INSERT INTO lake_unreadable (id, workspace, received_at, events, blob) "
        "VALUES (?, ?, ?, ?, ?)",
        [(row.batch_id, workspace, row.received_at_ms, row.events, row.blob) for row in damaged],
    )
