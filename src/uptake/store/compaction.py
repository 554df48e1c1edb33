"""Compaction: many small files become few, clustered by person; what is read stays the same.

Each step writes its files first and then swaps them in with one transaction; a crash leaves
orphans, which the next writer removes. Replaced files go when nobody reads them any more. Between
two steps the workspace is free, so that what arrives meanwhile is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from uptake.store import engine
from uptake.store.database import Database, Session, now_ms
from uptake.store.files import merge_index
from uptake.store.index import runs_to_merge
from uptake.store.localtime import month_after, month_of
from uptake.store.manifest import EVENTS, INDEX, FileEntry, read_manifest
from uptake.store.rewrite import FULL_ROWS, Rewriter
from uptake.store.schema import ROLLUPS
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

MANY_LOADS = 8
"""New files of a rollup that are worth merging before somebody asks for it."""

GIVE_WAY_SECONDS = 2.0
"""How long a compaction waits between two steps for a loader that has something to do."""

GLANCE_SECONDS = 0.02

ACCOUNT_HOURS = "account_hours"

FILES_WRITTEN = "files written"
COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class CompactionReport:
    """What a compaction did: files and bytes of the workspace before and after, people purged."""

    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int
    people_purged: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Purge:
    """Erased people taken out of the files: their codes, the files that held them, what remains.

    ``remains`` are sentences about copies beyond the lake's reach, such as a database's logs.
    """

    people: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    remains: tuple[str, ...] = ()


def no_fault(_point: str) -> None:
    """Nothing happens between two durable steps."""


def compact(
    lake: Lake,
    workspace: str,
    *,
    thorough: bool = False,
    full_rows: int = FULL_ROWS,
    fault: Callable[[str], None] = no_fault,
) -> CompactionReport:
    """Merge files where their number calls for it, or with ``thorough`` wherever it can be done.

    Erased people are removed from every file in either case.
    """
    started = time.perf_counter()
    before = _files(lake, workspace)
    people = 0
    with engine.connect(lake.scratch) as connection:

        def turn() -> AbstractContextManager[Compaction]:
            return _turn(
                lake, workspace, connection, thorough=thorough, full_rows=full_rows, fault=fault
            )

        with turn() as compaction:
            people = len(compaction.tidy().people)
            months = compaction.months()
        patience = GIVE_WAY_SECONDS
        for step in _merges(months):
            if not _give_way(lake, workspace, seconds=patience):
                patience = 0.0  # nobody loads
            with turn() as compaction:
                step(compaction)
    after = _files(lake, workspace)
    return CompactionReport(
        files_before=len(before),
        files_after=len(after),
        bytes_before=sum(file.bytes for file in before),
        bytes_after=sum(file.bytes for file in after),
        people_purged=people,
        seconds=time.perf_counter() - started,
    )


def _files(lake: Lake, workspace: str) -> tuple[FileEntry, ...]:
    with lake.database.reading() as session:
        return read_manifest(session, workspace).files


@contextmanager
def _turn(
    lake: Lake,
    workspace: str,
    connection: duckdb.DuckDBPyConnection,
    *,
    thorough: bool,
    full_rows: int,
    fault: Callable[[str], None],
) -> Iterator[Compaction]:
    """Be the workspace's writer for one step."""
    with lake.writing(workspace) as writer:
        rewriter = Rewriter(connection, writer, full_rows=full_rows)
        yield Compaction(lake.database, writer, rewriter, thorough=thorough, fault=fault)
        writer.collect_retired()


def _merges(months: Sequence[date]) -> list[Callable[[Compaction], None]]:
    """The steps of a compaction, each a merge that is committed on its own."""
    return [
        *(partial(Compaction.merge_month, month=month) for month in months),
        *(partial(Compaction.merge_rollup, name=name) for name in ROLLUPS),
        Compaction.merge_runs,
    ]


def _give_way(lake: Lake, workspace: str, *, seconds: float) -> bool:
    """While batches wait, leave a loader the time to take its turn; whether none is left out."""
    version, deadline = lake.status(workspace).version, time.monotonic() + seconds
    while True:
        status = lake.status(workspace)
        if not status.inbox.batches or status.version != version:
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(GLANCE_SECONDS)


class Compaction:
    """The steps of one compaction, each committed on its own."""

    def __init__(
        self,
        database: Database,
        writer: WorkspaceWriter,
        rewriter: Rewriter,
        *,
        thorough: bool = True,
        fault: Callable[[str], None] = no_fault,
    ) -> None:
        self._database = database
        self._writer = writer
        self._rewriter = rewriter
        self._thorough = thorough
        self._fault = fault

    def purge_erased(self) -> Purge:
        """Take erased people out of every file, the inbox and the database's free space.

        While the database is in use, its free space has to wait for the next time.
        """
        people = self._writer.manifest.erased
        if not people:
            return Purge()
        self._writer.collect_segments()
        self._writer.wipe_segments()
        rewritten = [
            file.path for kind in (EVENTS, *ROLLUPS) for file in self._purge_kind(kind, people)
        ]
        scrub = self._database.scrub()
        if scrub.complete:
            self._writer.commit(also=partial(_forget_tombstones, self._writer.workspace, people))
        return Purge(people, tuple(rewritten), scrub.remains)

    def tidy(self) -> Purge:
        """Remove what dead writers left, and what is loaded and need not lie in the inbox."""
        self._writer.collect_orphans()
        self._writer.collect_segments()
        self._writer.wipe_segments()
        return self.purge_erased()

    def months(self) -> list[date]:
        """The months that have event files."""
        files = self._writer.manifest.of_kind(EVENTS)
        return sorted({month_of(file.first_day) for file in files if file.first_day is not None})

    def merge_month(self, month: date) -> None:
        """Merge the event files of a month if it has too many."""
        files = self._writer.manifest.of_kind(EVENTS)
        chosen = self._due_events(
            [f for f in files if f.first_day and month_of(f.first_day) == month]
        )
        if chosen:
            self._swap(self._rewriter.merge_events(chosen), chosen)

    def merge_rollup(self, name: str) -> None:
        """Merge the new files of a rollup into those of their months."""
        files = self._writer.manifest.of_kind(name)
        fresh = [file for file in files if file.level == 0]
        if fresh and (self._thorough or len(fresh) >= MANY_LOADS):
            self._merge_fresh(name, fresh)

    def merge_runs(self) -> None:
        """Merge the runs of the index that have grown alike."""
        runs = self._writer.manifest.of_kind(INDEX)
        chosen = self._chosen(runs) if not self._thorough or len(runs) < 2 else list(runs)
        if len(chosen) > 1:
            merged = merge_index(self._writer.folder, self._writer.workspace, chosen)
            self._swap([merged], chosen)

    def _purge_kind(self, kind: str, people: Sequence[int]) -> list[FileEntry]:
        """Write the files anew in which erased people are; the files that there were."""
        files = self._writer.manifest.of_kind(kind)
        if kind == ACCOUNT_HOURS:  # rows that cancel out must vanish from the files, too
            fresh = [file for file in files if not file.level]
            self._merge_fresh(kind, fresh)
            return fresh
        held = self._rewriter.holding(files, people)
        for file in held:
            if kind == EVENTS:
                add = self._rewriter.merge_events([file])
            else:
                add = self._rewriter.merge_rollup(kind, [file], level=file.level)
            self._swap(add, [file])
        return held

    def _merge_fresh(self, name: str, fresh: Sequence[FileEntry]) -> None:
        """Merge new files of a rollup into those of their months, in one step."""
        files = self._writer.manifest.of_kind(name)
        months = self._rewriter.months(fresh)
        settled = [f for f in files if f.level and month_of(f.first_day or date.max) in months]
        add: list[FileEntry] = []
        for month in months:
            last = date.fromordinal(month_after(month).toordinal() - 1)
            inputs = [file for file in (*fresh, *settled) if _overlaps(file, month, last)]
            add += self._rewriter.merge_rollup(name, inputs, level=1, first=month, last=last)
        self._swap(add, [*fresh, *settled])

    def _due_events(self, files: Sequence[FileEntry]) -> list[FileEntry]:
        """Which files of a month to merge; files that are nearly full stay as they are."""
        small = [f for f in files if not f.level or f.rows * 2 < self._rewriter.full_rows]
        if not self._thorough:
            return self._chosen(small)
        return small if len(small) > 1 or any(not file.level for file in small) else []

    def _chosen(self, files: Sequence[FileEntry]) -> list[FileEntry]:
        return [files[at] for at in runs_to_merge([file.rows for file in files])]

    def _swap(self, add: Sequence[FileEntry], retire: Sequence[FileEntry]) -> None:
        self._fault(FILES_WRITTEN)
        self._writer.commit(add=add, retire=retire)
        self._fault(COMMITTED)
        self._writer.collect_retired()


def _forget_tombstones(
    workspace: str, people: Sequence[int], session: Session, _version: int
) -> None:
    """Nothing is left to hide: the dates of the purge take the place of the tombstones."""
    now = now_ms()
    session.execute_many(
        "UPDATE lake_erasure SET purged_at = ? WHERE workspace = ? AND person = ?",
        [(now, workspace, code) for code in people],
    )
    session.execute_many(
        "DELETE FROM lake_tombstone WHERE workspace = ? AND person = ?",
        [(workspace, code) for code in people],
    )


def _overlaps(file: FileEntry, first: date, last: date) -> bool:
    return (
        file.first_day is not None
        and file.last_day is not None
        and file.first_day <= last
        and first <= file.last_day
    )
