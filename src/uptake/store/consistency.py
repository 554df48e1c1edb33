"""Does the manifest say what the disk holds, and do the rollups say what the events say?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from uptake.store.index import BLOCK, read_run
from uptake.store.leases import Lease
from uptake.store.manifest import EVENTS, INDEX, FileEntry, Manifest, read_manifest, read_version
from uptake.store.segments import FOLDER as INBOX
from uptake.store.snapshot import Snapshot
from uptake.store.waiting import damaged_batches, read_loaded
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

ROWS_AT_ONCE = 1 << 17
_SUMS = {
    "person_day_actions": "SELECT coalesce(sum(events), 0)::BIGINT FROM person_day_actions",
    "account_hours": "SELECT coalesce(sum(events), 0)::BIGINT FROM account_hours",
}
_PERSON_DAYS = (
    "SELECT count(*) FROM (SELECT DISTINCT account, person, day FROM person_day_actions "
    "EXCEPT SELECT DISTINCT account, person, day FROM person_days)"
)


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """One thing that is not as it should be; ``subject`` is a file or a relation."""

    workspace: str
    subject: str
    problem: str


def check(lake: Lake, workspace: str) -> list[Inconsistency]:
    """Everything that is wrong with a workspace; nothing is changed.

    Left-over files can only be told from files being written while nobody writes, so they are
    looked for when the workspace is idle.
    """
    found = _damaged_files(lake, workspace)
    if not found:  # a relation over a damaged file cannot even be opened
        with lake.snapshot(workspace) as snapshot:
            found = [*_rollup_faults(snapshot), *_index_faults(snapshot.manifest)]
    found += _damaged_batches(lake, workspace)
    with lake.try_writing(workspace, wait=False) as writer:
        if writer is not None:
            found += _orphans(writer)
    return found


def _damaged_batches(lake: Lake, workspace: str) -> list[Inconsistency]:
    with lake.database.reading() as session:
        loaded = read_loaded(session, workspace)
    problem = "is a waiting batch that is damaged; the next load sets it aside"
    return [
        Inconsistency(workspace, f"{INBOX}/{batch.batch_id}", problem)
        for batch in damaged_batches(lake.folder(workspace) / INBOX, loaded)
    ]


def _damaged_files(lake: Lake, workspace: str) -> list[Inconsistency]:
    folder = lake.folder(workspace)
    with lake.database.reading() as session:
        version = read_version(session, workspace)
    with closing(Lease(folder, version)):
        with lake.database.reading() as session:
            manifest = read_manifest(session, workspace)
        return [fault for file in manifest.files for fault in _file_faults(file, folder)]


def _file_faults(file: FileEntry, folder: Path) -> Iterator[Inconsistency]:
    try:
        problem = _problem(file, folder / file.path)
    except FileNotFoundError:
        problem = "is registered but missing"
    except (OSError, ValueError, pa.ArrowException) as error:
        problem = f"cannot be read: {error}"
    if problem is not None:
        yield Inconsistency(file.workspace, file.path, problem)


def _problem(file: FileEntry, path: Path) -> str | None:
    size = path.stat().st_size
    if size != file.bytes:
        return f"has {size} bytes instead of {file.bytes}"
    rows = _rows(file, path)
    return None if rows == file.rows else f"has {rows} rows instead of {file.rows}"


def _rows(file: FileEntry, path: Path) -> int:
    """Read a whole file and count its rows; raises what shows that it is damaged."""
    if file.kind != INDEX:
        with pq.ParquetFile(path) as parquet:
            return sum(batch.num_rows for batch in parquet.iter_batches(ROWS_AT_ONCE))
    run = read_run(path)
    for start in range(0, len(run), BLOCK):
        block = run[start : start + BLOCK + 1]
        if (block[1:] <= block[:-1]).any():
            raise ValueError("it is not in order")
    return len(run)


def _rollup_faults(snapshot: Snapshot) -> Iterator[Inconsistency]:
    events = _number(snapshot.connection, "SELECT count(*) FROM events")
    for name, sql in _SUMS.items():
        counted = _number(snapshot.connection, sql)
        if counted != events:
            problem = f"counts {counted} events instead of {events}"
            yield Inconsistency(snapshot.workspace, name, problem)
    lost = _number(snapshot.connection, _PERSON_DAYS)
    if lost:
        problem = f"lacks {lost} days of people who were active"
        yield Inconsistency(snapshot.workspace, "person_days", problem)


def _index_faults(manifest: Manifest) -> Iterator[Inconsistency]:
    """The index keeps the hashes of events that are gone, but never lacks one that is there."""
    events = sum(file.rows for file in manifest.of_kind(EVENTS))
    hashes = sum(file.rows for file in manifest.of_kind(INDEX))
    if hashes < events:
        problem = f"holds {hashes} identities for {events} events"
        yield Inconsistency(manifest.workspace, INDEX, problem)


def _orphans(writer: WorkspaceWriter) -> list[Inconsistency]:
    problem = "is left over from a writer that stopped; the next load removes it"
    return [Inconsistency(writer.workspace, path, problem) for path in writer.orphans()]


def _number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(connection.execute(sql).fetchall()[0][0])
