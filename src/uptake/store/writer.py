"""The one writer of a workspace: files first, then one transaction that makes them count.

The loader, bulk loads, compaction, erasure and retention all write through it. Whoever holds it is
alone: files that no manifest row names are left-overs of a writer that died, and may be removed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from uptake.store import manifest as manifests
from uptake.store.database import Database, Exclusive, Session
from uptake.store.errors import LakeChanged
from uptake.store.leases import FOLDER as LEASES
from uptake.store.leases import oldest_lease
from uptake.store.manifest import FileEntry, Manifest
from uptake.store.segments import FOLDER as INBOX
from uptake.store.terms import NewTerm
from uptake.store.waiting import (
    WaitingBatch,
    forget_segments,
    read_loaded,
    remember_loaded,
    remove_finished,
    wipe_loaded,
)

RECORDS = "records"
"""Folder of the record files that people delivered, which no manifest names."""

OTHERS = frozenset({LEASES, INBOX, RECORDS})


class WorkspaceWriter:
    """Held for as long as the workspace's lock is; ``manifest`` is the version it builds on."""

    def __init__(
        self, database: Database, lock: Exclusive, *, folder: Path, workspace: str
    ) -> None:
        self._database = database
        self._lock = lock
        self.folder = folder
        self.workspace = workspace
        self.manifest = self._read()

    def commit(
        self,
        *,
        add: Iterable[FileEntry] = (),
        retire: Iterable[FileEntry] = (),
        terms: Iterable[NewTerm] = (),
        loaded: Sequence[WaitingBatch] = (),
        also: Callable[[Session, int], None] | None = None,
    ) -> int:
        """Make a new version of the workspace in one transaction; its number.

        ``loaded`` are the waiting batches that the new files contain; ``also`` may run more
        statements in the same transaction and is given the new version. Raises ``LakeChanged``
        when somebody else changed the workspace meanwhile; nothing has happened then.
        """
        version = self.manifest.version + 1
        with self._lock.transaction() as session:
            if not manifests.advance(session, self.workspace, expected=version - 1):
                raise LakeChanged(self.workspace)
            manifests.register(session, add, version)
            manifests.retire(session, retire, version)
            self._add_terms(session, terms, version)
            remember_loaded(session, self.workspace, loaded)
            if also is not None:
                also(session, version)
        self.manifest = self._read()
        return version

    def orphans(self) -> list[str]:
        """The files that no version names."""
        known = {file.path for file in (*self._retired(), *self.manifest.files)}
        return [file for file in stored_files(self.folder) if file not in known]

    def collect_orphans(self) -> int:
        """Remove the files that no version names: what a writer left that died; how many."""
        orphans = self.orphans()
        for path in orphans:
            (self.folder / path).unlink(missing_ok=True)
        return len(orphans)

    def collect_retired(self) -> int:
        """Remove the retired files that nobody reads any more; how many."""
        retired = self._retired()
        oldest = oldest_lease(self.folder)  # after the retirement is committed, never before
        free = [f for f in retired if oldest is None or (f.retired_version or 0) <= oldest]
        for file in free:
            (self.folder / file.path).unlink(missing_ok=True)
        if free:
            with self._lock.transaction() as session:
                manifests.forget(session, free)
        return len(free)

    def loaded(self) -> dict[str, int]:
        """Up to where each segment of the inbox is loaded."""
        with self._database.reading() as session:
            return read_loaded(session, self.workspace)

    def collect_segments(self) -> int:
        """Remove the segments of the inbox that are loaded and have no writer; how many."""
        loaded = self.loaded()
        removed = remove_finished(self.folder / INBOX, loaded)
        gone = [name for name in loaded if not (self.folder / INBOX / name).exists()]
        if gone:
            with self._lock.transaction() as session:
                forget_segments(session, self.workspace, gone)
        return len(removed)

    def wipe_segments(self) -> None:
        """Overwrite what is loaded in the segments that are still written to."""
        wipe_loaded(self.folder / INBOX, self.loaded())

    def _read(self) -> Manifest:
        with self._database.reading() as session:
            return manifests.read_manifest(session, self.workspace)

    def _retired(self) -> list[FileEntry]:
        with self._database.reading() as session:
            return manifests.retired_files(session, self.workspace)

    def _add_terms(self, session: Session, terms: Iterable[NewTerm], version: int) -> None:
        session.execute_many(
            "INSERT INTO lake_term (workspace, kind, code, text, version) VALUES (?, ?, ?, ?, ?)",
            [(self.workspace, term.kind.value, term.code, term.text, version) for term in terms],
        )


def stored_files(folder: Path) -> list[str]:
    """Every file in a workspace's folder that should be in its manifest, relative to it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    relative = (path.relative_to(folder) for path in files)
    return sorted(path.as_posix() for path in relative if path.parts[0] not in OTHERS)
