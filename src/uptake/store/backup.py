"""Backup and restore of a lake: its rows as one SQLite file, its files as they are.

Whatever database the lake uses, the rows are kept in the same portable form, so that a backup can
be restored into either. It is taken while events arrive and are loaded: the rows are read in one
transaction, and a lease keeps the files that they name until those are copied.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from uptake.store.database import Database, Session, open_database
from uptake.store.errors import UptakeError
from uptake.store.leases import Lease
from uptake.store.manifest import EVENTS, Manifest, read_manifest, read_version
from uptake.store.sqlite import SqliteDatabase

if TYPE_CHECKING:
    from uptake.store.lake import Lake

ROWS = "lake.sqlite3"
FILES = "files"
_ROWS_AT_ONCE = 200
_NUMBERED = ("lake_inbox", "lake_load")
_CONDITIONS = {"lake_file": "WHERE retired_version IS NULL"}


class LakeNotEmpty(UptakeError):
    """A backup is to be restored where events are already, or written where something is."""


@dataclass(frozen=True, slots=True)
class LakeBackup:
    """What a backup holds: events loaded and batches waiting per workspace, files, bytes."""

    events: dict[str, int]
    waiting_batches: int
    files: int
    bytes: int


def backup(lake: Lake, target: Path) -> LakeBackup:
    """Write the lake into an empty folder; what lies there is on the disk when this returns."""
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise LakeNotEmpty(f"{target} is not empty: name a new folder for the backup.")
    (target / FILES).mkdir()
    with _leased_copy(lake, target):
        for manifest in _manifests(target):
            source, copies = lake.folder(manifest.workspace), target / FILES / manifest.workspace
            copies.mkdir()
            for file in manifest.files:
                _link(source / file.path, copies / file.path)
    os.sync()
    return describe(target)


def restore(source: Path, root: Path, database_url: str, *, replace: bool = False) -> LakeBackup:
    """Put a backup in place of an empty lake; ``replace`` removes what is there.

    Nothing else may use the lake meanwhile. Interrupted, run it again with ``replace``.
    """
    if not (source / ROWS).is_file():
        raise UptakeError(f"There is no backup of a lake in {source}: name the folder of one.")
    root.mkdir(parents=True, exist_ok=True)
    with closing(open_database(database_url)) as database:
        database.migrate()
        _make_room(root, database, replace=replace)
        shutil.copytree(source / FILES, root, dirs_exist_ok=True)
        os.sync()
        with _rows(source) as rows, rows.reading() as old, database.transaction() as new:
            _copy_tables(rows, old, new)
            for table in _NUMBERED:
                database.continue_numbering(new, table)
    return describe(source)


def describe(source: Path) -> LakeBackup:
    """What a backup holds."""
    manifests = _manifests(source)
    with _rows(source) as rows, rows.reading() as session:
        waiting = session.query("SELECT COUNT(*) FROM lake_inbox")[0][0]
    files = [file for manifest in manifests for file in manifest.files]
    return LakeBackup(
        events={m.workspace: sum(file.rows for file in m.of_kind(EVENTS)) for m in manifests},
        waiting_batches=waiting,
        files=len(files),
        bytes=sum(file.bytes for file in files) + (source / ROWS).stat().st_size,
    )


@contextmanager
def _leased_copy(lake: Lake, target: Path) -> Iterator[None]:
    """Copy the rows; inside, the files that they name stay. A workspace made meanwhile is too."""
    with ExitStack() as leases:
        leased: set[str] = set()
        while True:
            for workspace in set(lake.workspaces()) - leased:
                with lake.database.reading() as session:
                    version = read_version(session, workspace)
                leases.enter_context(closing(Lease(lake.folder(workspace), version)))
                leased.add(workspace)
            _dump(lake.database, target)
            if leased.issuperset(lake.workspaces()):
                break
        yield


def _dump(database: Database, target: Path) -> None:
    """Write the rows of one moment as a SQLite file."""
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        with closing(SqliteDatabase(Path(scratch) / ROWS)) as copy:
            copy.migrate()
            with database.reading() as old, copy.transaction() as new:
                _copy_tables(copy, old, new)
        (Path(scratch) / ROWS).replace(target / ROWS)


def _copy_tables(portable: SqliteDatabase, old: Session, new: Session) -> None:
    """Replace the rows of every table of the lake by those of another database."""
    for table, columns in portable.tables().items():
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        new.execute(f"DELETE FROM {table}")
        selected = f"SELECT {names} FROM {table} {_CONDITIONS.get(table, '')}"
        for rows in old.stream(selected, size=_ROWS_AT_ONCE):
            new.execute_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


@contextmanager
def _rows(source: Path) -> Iterator[SqliteDatabase]:
    """The rows of a backup, brought up to date in a copy: the backup itself is never touched."""
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copyfile(source / ROWS, Path(scratch) / ROWS)
        with closing(SqliteDatabase(Path(scratch) / ROWS)) as rows:
            rows.migrate()
            yield rows


def _manifests(source: Path) -> list[Manifest]:
    with _rows(source) as rows, rows.reading() as session:
        names = session.query("SELECT workspace FROM lake_workspace ORDER BY workspace")
        return [read_manifest(session, name) for (name,) in names]


def _make_room(root: Path, database: Database, *, replace: bool) -> None:
    with database.reading() as session:
        names = [name for (name,) in session.query("SELECT workspace FROM lake_workspace")]
        filled = session.query("SELECT 1 FROM lake_file") + session.query(
            "SELECT 1 FROM lake_inbox"
        )
    if filled and not replace:
        raise LakeNotEmpty(
            f"The lake in {root} holds events already: restore into an empty one, or replace it."
        )
    with database.transaction() as session:
        for table in ("lake_file", "lake_inbox"):
            session.execute(f"DELETE FROM {table}")
    for name in names:
        shutil.rmtree(root / name, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    """Files never change, so a second name is a copy; across disks the bytes are copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
