"""What the loader and bulk loads do alike: code events, leave out what is stored, write files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from uptake.store.admission import Admission, read_admission
from uptake.store.clusters import Clusters, clustered
from uptake.store.database import Database
from uptake.store.duplicates import Coming, Duplicates
from uptake.store.encode import Hashes, IdentifiedEvents, encode_identified, identified
from uptake.store.files import merge_index, write_events, write_index, write_rollup
from uptake.store.index import runs_to_merge
from uptake.store.manifest import INDEX, FileEntry, Manifest
from uptake.store.rollups import rollups_of
from uptake.store.sieve import IndexSieve
from uptake.store.terms import Dictionaries, NewTerm
from uptake.store.writer import WorkspaceWriter

ChooseRuns = Callable[[Sequence[int]], tuple[int, ...]]
"""Which runs of the index to merge, by their sizes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A workspace at one version: what it holds and what it refuses."""

    folder: Path
    manifest: Manifest
    admission: Admission

    def is_still(self, other: Standing) -> bool:
        """Whether events that were prepared for the one can be stored in the other."""
        return (self.manifest.version, self.manifest.timezone, self.admission) == (
            other.manifest.version,
            other.manifest.timezone,
            other.admission,
        )


@dataclass(frozen=True, slots=True)
class PreparedEvents:
    """Events that are not stored yet, coded, with the terms that go with them."""

    fresh: Coming
    terms: tuple[NewTerm, ...]
    duplicates: int
    refused: int


@dataclass(frozen=True, slots=True)
class WrittenEvents:
    """Files that hold the new events of a table, for one commit, and what became of its rows."""

    add: tuple[FileEntry, ...]
    retire: tuple[FileEntry, ...]
    terms: tuple[NewTerm, ...]
    stored: int
    duplicates: int
    refused: int


@dataclass(slots=True)
class _Memory:
    """What is remembered of a workspace between two writes."""

    dictionaries: Dictionaries
    version: int


class EventWriter:
    """Turns canonical events into files; keeps the dictionaries of the workspaces it has met.

    ``choose_runs`` says which runs of the index to merge at a write.
    """

    def __init__(
        self,
        database: Database,
        connection: duckdb.DuckDBPyConnection,
        choose_runs: ChooseRuns = runs_to_merge,
    ) -> None:
        self._database = database
        self._connection = connection
        self._choose_runs = choose_runs
        self._memories: dict[str, _Memory] = {}
        self._sieve = IndexSieve()

    def write(self, writer: WorkspaceWriter, events: pa.Table) -> WrittenEvents:
        """Write the events that may be stored and are not yet; the caller commits the result.

        After a failure between this and the commit, ``forget`` the workspace.
        """
        standing = self.standing(writer)
        self.recall(standing)
        duplicates = self.compare(standing, len(events))
        prepared = self.prepare(standing, identified(events), duplicates)
        written = self.write_prepared(writer, prepared)
        self.know(writer.workspace, written)
        return written

    def standing(self, writer: WorkspaceWriter) -> Standing:
        """The workspace as it is while ``writer`` holds it."""
        with self._database.reading() as session:
            admission = read_admission(session, writer.workspace)
        return Standing(writer.folder, writer.manifest, admission)

    def recall(self, standing: Standing) -> None:
        """Have the dictionaries at hand, read again when somebody else has changed them."""
        workspace = standing.manifest.workspace
        memory = self._memories.get(workspace)
        with self._database.reading() as session:
            newest = session.query(
                "SELECT COALESCE(MAX(version), 0) FROM lake_term WHERE workspace = ?", (workspace,)
            )[0][0]
            if memory is None or newest > memory.version:
                rows = session.query(
                    "SELECT kind, code, text FROM lake_term WHERE workspace = ?", (workspace,)
                )
                memory = _Memory(Dictionaries(rows), standing.manifest.version)
        self._memories[workspace] = memory

    def compare(self, standing: Standing, asked: int, coming: Coming | None = None) -> Duplicates:
        """What so many events are compared with: what is stored, and what is being written."""
        manifest, folder = standing.manifest, standing.folder
        sieve = self._sieve.of(
            manifest.workspace,
            folder,
            manifest.of_kind(INDEX),
            asked=asked,
            coming=None if coming is None else coming.ordered,
        )
        return Duplicates(self._connection, folder, manifest, sieve=sieve, coming=coming)

    def prepare(
        self, standing: Standing, events: IdentifiedEvents, duplicates: Duplicates
    ) -> PreparedEvents:
        """Code what may be stored and is not yet; needs no lock, as long as ``standing`` is."""
        manifest = standing.manifest
        dictionaries = self._memories[manifest.workspace].dictionaries
        may_be_stored = standing.admission.mask(
            events.events, dictionaries, timezone=manifest.timezone
        )
        admitted = events.only(may_be_stored)
        batch = encode_identified(admitted, dictionaries, timezone=manifest.timezone)
        repeated = duplicates.mask(batch.table, admitted)
        fresh = Coming(batch.table, admitted.ordered)
        if repeated.any():
            kept = ~repeated
            fresh = Coming(batch.table.filter(pa.array(kept)), np.sort(batch.hashes[kept]))
        self._sieve.take_in(manifest.workspace, fresh.ordered)
        return PreparedEvents(
            fresh=fresh,
            terms=batch.new_terms,
            duplicates=int(repeated.sum()),
            refused=len(events.hashes) - len(admitted.hashes),
        )

    def write_prepared(self, writer: WorkspaceWriter, prepared: PreparedEvents) -> WrittenEvents:
        """Write the files of prepared events; remembers nothing, so that another thread may."""
        add, retire = self._write_files(writer, prepared.fresh)
        return WrittenEvents(
            add=tuple(add),
            retire=tuple(retire),
            terms=prepared.terms,
            stored=len(prepared.fresh.rows),
            duplicates=prepared.duplicates,
            refused=prepared.refused,
        )

    def know(self, workspace: str, written: WrittenEvents) -> None:
        """Runs of the index that were written need not be read to know what they hold."""
        self._sieve.know(workspace, (file for file in written.add if file.kind == INDEX))

    def committed(self, workspace: str, version: int) -> None:
        """The terms of the last write are stored: they are known as of this version."""
        self._memories[workspace].version = version

    def forget(self, workspace: str) -> None:
        """A write came to nothing: read the dictionaries afresh next time."""
        self._memories.pop(workspace, None)

    def _write_files(
        self, writer: WorkspaceWriter, fresh: Coming
    ) -> tuple[list[FileEntry], list[FileEntry]]:
        """Write the files of new events; those to add and those they replace."""
        if not len(fresh.rows):
            return [], []
        with ThreadPoolExecutor(1, thread_name_prefix="write-beside") as beside:
            index = beside.submit(_write_run, writer, fresh.ordered, self._choose_runs)
            clusters = clustered(fresh.rows)
            rollups = beside.submit(_write_rollups, writer, clusters)
            events = write_events(writer.folder, writer.workspace, clusters.rows, level=0)
            runs, retire = index.result()
            return [*events, *rollups.result(), *runs], retire


def _write_rollups(writer: WorkspaceWriter, clusters: Clusters) -> list[FileEntry]:
    tables = rollups_of(clusters, timezone=writer.manifest.timezone)
    return [
        write_rollup(writer.folder, writer.workspace, name, table, level=0)
        for name, table in tables.items()
    ]


def _write_run(
    writer: WorkspaceWriter, hashes: Hashes, choose: ChooseRuns
) -> tuple[list[FileEntry], list[FileEntry]]:
    """Add hashes to the index, merging runs that have grown alike; entries to add and to retire."""
    fresh = write_index(writer.folder, writer.workspace, hashes)
    runs = [*writer.manifest.of_kind(INDEX), fresh]
    chosen = [runs[at] for at in choose([run.rows for run in runs])]
    if not chosen:
        return [fresh], []
    merged = merge_index(writer.folder, writer.workspace, chosen)
    if fresh not in chosen:
        return [fresh, merged], chosen
    (writer.folder / fresh.path).unlink()
    return [merged], [run for run in chosen if run is not fresh]
