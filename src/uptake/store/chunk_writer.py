"""Stores a file chunk by chunk: while one is written, the next is made ready.

Making ready (identities, codes, what is stored already) takes as long as writing, so both go on at
once and the workspace is free in between. A chunk is made ready for the version that the chunk
before it leaves. Whoever writes first in between, be it the loader, an erasure or a compaction,
makes another version; the chunk is then made ready again, alone with the workspace.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from uptake.store.duplicates import Duplicates
from uptake.store.encode import IdentifiedEvents, identified
from uptake.store.event_writer import EventWriter, PreparedEvents, Standing, WrittenEvents
from uptake.store.files import merge_index
from uptake.store.index import runs_to_merge
from uptake.store.leases import Lease
from uptake.store.loads import LoadReport
from uptake.store.manifest import INDEX
from uptake.store.occurrences import Occurrences
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

FILES_WRITTEN = "files written"
COMMITTED = "committed"


def no_fault(_point: str) -> None:
    """Nothing happens between two durable steps."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Events that are ready to be written to the version they were compared with."""

    events: IdentifiedEvents
    prepared: PreparedEvents
    started: float


@dataclass(frozen=True, slots=True)
class _Held:
    """A version whose files stay as long as the lease is kept."""

    standing: Standing
    lease: Lease


@dataclass(frozen=True, slots=True)
class _Stored:
    """A chunk that is in the lake, and the version that it left."""

    written: WrittenEvents
    after: _Held


@dataclass(frozen=True, slots=True)
class _Settled:
    """What became of the chunk before, if there was one, and whether another writer came first."""

    reports: tuple[LoadReport, ...] = ()
    was_overtaken: bool = False


class ChunkWriter:
    """One pass over a file; ``occurrences`` tells identical rows apart where they are all kept."""

    def __init__(
        self,
        lake: Lake,
        workspace: str,
        events: EventWriter,
        occurrences: Occurrences | None,
        *,
        fault: Callable[[str], None] = no_fault,
    ) -> None:
        self._lake = lake
        self._workspace = workspace
        self._events = events
        self._occurrences = occurrences
        self._fault = fault
        self._held: _Held | None = None
        self._writing: tuple[_Chunk, Future[_Stored | None]] | None = None

    def reports(self, tables: Iterator[pa.Table]) -> Generator[LoadReport]:
        """Store tables one after the other; what became of each, once it is in the lake."""
        try:
            self._begin()
            with ThreadPoolExecutor(1, thread_name_prefix="write-chunk") as beside:
                for events in tables:
                    chunk = self._made_ready(events)
                    before = self._settle()
                    yield from before.reports
                    if before.was_overtaken:
                        yield self._store_alone(chunk)
                    else:
                        self._writing = chunk, beside.submit(self._store, chunk, self._standing)
                yield from self._settle().reports
        finally:
            self._hold(None)
        self._finish()

    @property
    def _standing(self) -> Standing:
        if self._held is None:
            raise RuntimeError("a pass has to begin first")
        return self._held.standing

    def _hold(self, held: _Held | None) -> None:
        """Keep the files of another version than before."""
        before, self._held = self._held, held
        if before is not None:
            before.lease.close()

    def _begin(self) -> None:
        with self._lake.writing(self._workspace) as writer:
            writer.collect_orphans()
            self._hold(self._held_by(writer))
            self._events.recall(self._standing)

    def _finish(self) -> None:
        """Leave the index in few runs, and nothing that has been replaced."""
        with self._lake.writing(self._workspace) as writer:
            runs = writer.manifest.of_kind(INDEX)
            chosen = [runs[at] for at in runs_to_merge([run.rows for run in runs])]
            if chosen:
                merged = merge_index(writer.folder, self._workspace, chosen)
                self._fault(FILES_WRITTEN)
                writer.commit(add=[merged], retire=chosen)
            writer.collect_retired()

    def _made_ready(self, events: pa.Table) -> _Chunk:
        started = time.perf_counter()
        duplicates = self._compared_with(len(events))
        known = identified(events)
        if self._occurrences is not None:
            known = self._occurrences.identify(known, duplicates.stored)
        return _Chunk(known, self._events.prepare(self._standing, known, duplicates), started)

    def _compared_with(self, rows: int) -> Duplicates:
        coming = None if self._writing is None else self._writing[0].prepared.fresh
        return self._events.compare(self._standing, rows, coming)

    def _settle(self) -> _Settled:
        """Wait for the chunk that is being written, if there is one."""
        if self._writing is None:
            return _Settled()
        (chunk, coming), self._writing = self._writing, None
        stored = coming.result()
        if stored is not None:
            return _Settled((self._remember(chunk, stored),))
        self._events.forget(self._workspace)
        return _Settled((self._store_alone(chunk),), was_overtaken=True)

    def _store(self, chunk: _Chunk, expected: Standing) -> _Stored | None:
        """Store a chunk unless it was made ready for what is no more; runs beside the rest."""
        with self._lake.writing(self._workspace) as writer:
            if not self._events.standing(writer).is_still(expected):
                return None
            return self._commit(writer, chunk.prepared)

    def _store_alone(self, chunk: _Chunk) -> LoadReport:
        """Make a chunk ready again and store it while nobody else can write."""
        with self._lake.writing(self._workspace) as writer:
            self._hold(self._held_by(writer))
            self._events.recall(self._standing)
            duplicates = self._compared_with(len(chunk.events.hashes))
            prepared = self._events.prepare(self._standing, chunk.events, duplicates)
            stored = self._commit(writer, prepared)
        return self._remember(chunk, stored)

    def _commit(self, writer: WorkspaceWriter, prepared: PreparedEvents) -> _Stored:
        """Files first, then the transaction that makes them count."""
        written = self._events.write_prepared(writer, prepared)
        self._fault(FILES_WRITTEN)
        if written.add or written.terms:
            writer.commit(add=written.add, retire=written.retire, terms=written.terms)
        self._fault(COMMITTED)
        writer.collect_retired()
        return _Stored(written, self._held_by(writer))

    def _held_by(self, writer: WorkspaceWriter) -> _Held:
        standing = self._events.standing(writer)
        return _Held(standing, Lease(writer.folder, standing.manifest.version))

    def _remember(self, chunk: _Chunk, stored: _Stored) -> LoadReport:
        written = stored.written
        self._hold(stored.after)
        self._events.know(self._workspace, written)
        self._events.committed(self._workspace, self._standing.manifest.version)
        return LoadReport(
            stored=written.stored,
            duplicates=written.duplicates,
            rejected=written.refused,
            files=len(written.add),
            seconds=time.perf_counter() - chunk.started,
        )
