"""What the loader and bulk loads do alike: code events, leave out what is stored, write files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.store.admission import Admission, read_admission
from uptake.store.database import Database
from uptake.store.duplicates import Duplicates
from uptake.store.encode import EncodedBatch, encode
from uptake.store.files import merge_index, write_events, write_index, write_rollup
from uptake.store.index import runs_to_merge
from uptake.store.localtime import MILLISECONDS_IN_A_DAY
from uptake.store.manifest import INDEX, FileEntry
from uptake.store.occurrences import HashSet
from uptake.store.ordering import order_of
from uptake.store.rollups import rollup_tables
from uptake.store.sieve import IndexSieve
from uptake.store.terms import Dictionaries, NewTerm
from uptake.store.writer import WorkspaceWriter

Identify = Callable[[pa.Table, EncodedBatch, HashSet], EncodedBatch]
"""May give rows of an encoded batch another identity; is shown the events they came from, and
asks which identities are stored."""


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


def as_they_are(_events: pa.Table, batch: EncodedBatch, _stored: HashSet) -> EncodedBatch:
    """Rows keep the identity that their message ids give them."""
    return batch


class EventWriter:
    """Turns canonical events into files; keeps the dictionaries of the workspaces it has met."""

    def __init__(self, database: Database, connection: duckdb.DuckDBPyConnection) -> None:
        self._database = database
        self._connection = connection
        self._memories: dict[str, _Memory] = {}
        self._sieve = IndexSieve()

    def write(
        self, writer: WorkspaceWriter, events: pa.Table, *, identify: Identify = as_they_are
    ) -> WrittenEvents:
        """Write the events that may be stored and are not yet; the caller commits the result.

        After a failure between this and the commit, ``forget`` the workspace.
        """
        admission = self._prepare(writer)
        dictionaries = self._memories[writer.workspace].dictionaries
        timezone = writer.manifest.timezone
        admitted = admission.admit(events, dictionaries, timezone=timezone)
        duplicates = self._duplicates(writer, len(admitted))
        encoded = encode(admitted, dictionaries, timezone=timezone)
        batch = identify(admitted, encoded, duplicates.stored)
        repeated = duplicates.mask(batch)
        fresh = batch.table.filter(pa.array(~repeated)) if repeated.any() else batch.table
        coded = _sorted(fresh)
        add, retire = self._write_files(writer, coded, batch.hashes[~repeated])
        return WrittenEvents(
            add=tuple(add),
            retire=tuple(retire),
            terms=batch.new_terms,
            stored=len(coded),
            duplicates=int(repeated.sum()),
            refused=len(events) - len(admitted),
        )

    def committed(self, workspace: str, version: int) -> None:
        """The terms of the last write are stored: they are known as of this version."""
        self._memories[workspace].version = version

    def forget(self, workspace: str) -> None:
        """A write came to nothing: read the dictionaries afresh next time."""
        self._memories.pop(workspace, None)

    def _duplicates(self, writer: WorkspaceWriter, asked: int) -> Duplicates:
        runs = writer.manifest.of_kind(INDEX)
        sieve = self._sieve.of(writer.workspace, writer.folder, runs, asked=asked)
        return Duplicates(self._connection, writer.folder, writer.manifest, sieve)

    def _prepare(self, writer: WorkspaceWriter) -> Admission:
        """Have the dictionaries at hand, read again when somebody else has changed them."""
        workspace = writer.workspace
        memory = self._memories.get(workspace)
        with self._database.reading() as session:
            newest = session.query(
                "SELECT COALESCE(MAX(version), 0) FROM lake_term WHERE workspace = ?", (workspace,)
            )[0][0]
            if memory is None or newest > memory.version:
                rows = session.query(
                    "SELECT kind, code, text FROM lake_term WHERE workspace = ?", (workspace,)
                )
                memory = _Memory(Dictionaries(rows), writer.manifest.version)
            admission = read_admission(session, workspace)
        self._memories[workspace] = memory
        return admission

    def _write_files(
        self, writer: WorkspaceWriter, coded: pa.Table, hashes: npt.NDArray[np.uint64]
    ) -> tuple[list[FileEntry], list[FileEntry]]:
        """Write the files of new events; those to add and those they replace."""
        if not len(coded):
            return [], []
        with ThreadPoolExecutor(1, thread_name_prefix="write-events") as beside:
            events = beside.submit(write_events, writer.folder, writer.workspace, coded, level=0)
            rollups = _write_rollups(writer, coded)
            runs, retire = _write_run(writer, hashes)
            self._sieve.take_in(writer.workspace, hashes, runs)
            return [*events.result(), *rollups, *runs], retire


def _write_rollups(writer: WorkspaceWriter, coded: pa.Table) -> list[FileEntry]:
    tables = rollup_tables(coded, timezone=writer.manifest.timezone)
    return [
        write_rollup(writer.folder, writer.workspace, name, table, level=0)
        for name, table in tables.items()
    ]


def _sorted(coded: pa.Table) -> pa.Table:
    """Rows by day, account, person and moment, so that readers can skip what they don't need."""
    names = ("day", "account", "person")
    keys = [coded[name].cast(pa.int32()).to_numpy() for name in names]
    moments = coded["occurred_at"].cast(pa.int64()).to_numpy()
    in_day = moments - keys[0].astype(np.int64) * MILLISECONDS_IN_A_DAY
    order = pa.array(order_of([*keys, in_day]))
    columns = [column if _is_uniform(column) else column.take(order) for column in coded.columns]
    return pa.table(columns, schema=coded.schema)


def _is_uniform(column: pa.ChunkedArray) -> bool:
    """Whether a column is the same on every row, as far as that is told quickly."""
    if column.null_count in (0, len(column)) and pa.types.is_int32(column.type):
        bounds = pc.min_max(column)
        return bool(bounds["min"].as_py() == bounds["max"].as_py())
    return int(column.null_count) == len(column)


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
