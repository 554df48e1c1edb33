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
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import TYPE_CHECKING

from uptake.store.admission import suppression_key
from uptake.store.database import Database, Session, open_database
from uptake.store.errors import UptakeError
from uptake.store.inbox_rows import rows_left
from uptake.store.leases import Lease
from uptake.store.manifest import EVENTS, Manifest, read_manifest, read_version
from uptake.store.segments import FOLDER as INBOX
from uptake.store.segments import segments
from uptake.store.sqlite import SqliteDatabase
from uptake.store.waiting import inbox_status, read_loaded
from uptake.store.writer import RECORDS

if TYPE_CHECKING:
    from uptake.store.lake import Lake

ROWS = "lake.sqlite3"
FILES = "files"
_ROWS_AT_ONCE = 200
_NUMBERED = ("lake_load",)
_CONDITIONS = {"lake_file": "WHERE retired_version IS NULL"}


class LakeNotEmpty(UptakeError):
    """A backup is to be restored where events are already, or written where something is."""


@dataclass(frozen=True, slots=True)
class LakeBackup:
    """What a backup holds: events loaded and batches waiting per workspace, files, bytes.

    Of a restored one: how many erasures it did not know were carried over from the lake that it
    replaced, and how many could not be, because the backup is of another installation.
    """

    events: dict[str, int]
    waiting_batches: int
    files: int
    bytes: int
    erasures_carried: int = 0
    erasures_lost: int = 0


def backup(lake: Lake, target: Path) -> LakeBackup:
    """Write the lake into an empty folder; what lies there is on the disk when this returns."""
    target.mkdir(parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise LakeNotEmpty(f"{target} is not empty: name a new folder for the backup.")
    (target / FILES).mkdir()
    with _leased_copy(lake, target):
        for manifest in _manifests(target):
            source, copies = lake.folder(manifest.workspace), target / FILES / manifest.workspace
            copies.mkdir(exist_ok=True)
            for file in manifest.files:
                _link(source / file.path, copies / file.path)
            for path in sorted((source / RECORDS).rglob("*.parquet")):
                with suppress(FileNotFoundError):  # taken back just now
                    _link(path, copies / path.relative_to(source))
    os.sync()
    return describe(target)


def restore(source: Path, root: Path, database_url: str, *, replace: bool = False) -> LakeBackup:
    """Put a backup in place of an empty lake; ``replace`` removes what is there.

    Nothing else may use the lake meanwhile. Interrupted, run it again with ``replace``. Whoever was
    erased after the backup was made is refused from then on, and ``erased_among`` knows them.
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
            erased = _erasures(new)
            _copy_tables(rows, old, new)
            carried = _carry_over(new, erased)
            for table in _NUMBERED:
                database.continue_numbering(new, table)
    return replace_fields(
        describe(source), erasures_carried=carried.count(True), erasures_lost=carried.count(None)
    )


def describe(source: Path) -> LakeBackup:
    """What a backup holds."""
    manifests = _manifests(source)
    with _rows(source) as rows, rows.reading() as session:
        waiting = rows_left(session) + sum(
            inbox_status(source / FILES / name / INBOX, read_loaded(session, name)).batches
            for name in (manifest.workspace for manifest in manifests)
        )
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
            for workspace in leased:  # before the rows, which tell what of it is loaded
                _copy_inbox(lake.folder(workspace) / INBOX, target / FILES / workspace / INBOX)
            _dump(lake.database, target)
            if leased.issuperset(lake.workspaces()):
                break
        yield


def _copy_inbox(source: Path, target: Path) -> None:
    """Copy the segments of an inbox; one that is gone was loaded, and the rows will know."""
    target.mkdir(parents=True, exist_ok=True)
    for path in segments(source):
        with suppress(FileNotFoundError):
            shutil.copyfile(path, target / path.name)


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


@dataclass(frozen=True, slots=True)
class _Erasure:
    """That somebody was erased: the secret of the workspace, and the hash made with it."""

    workspace: str
    secret: str
    person_hash: str
    receipt_id: str
    erased_at: int
    events: int


def _erasures(session: Session) -> list[_Erasure]:
    rows = session.query(
        "SELECT e.workspace, k.secret, e.person_hash, e.id, e.erased_at, e.events "
        "FROM lake_erasure e JOIN lake_suppression_key k ON k.workspace = e.workspace"
    )
    return [_Erasure(*row) for row in rows]


def _carry_over(session: Session, erasures: list[_Erasure]) -> list[bool | None]:
    """Whether each erasure was new to the restored rows; ``None`` if their secret is another."""
    return [_carry(session, erasure) for erasure in erasures]


def _carry(session: Session, erasure: _Erasure) -> bool | None:
    session.execute(
        "INSERT INTO lake_suppression_key (workspace, secret) VALUES (?, ?) "
        "ON CONFLICT (workspace) DO NOTHING",
        (erasure.workspace, erasure.secret),
    )
    if suppression_key(session, erasure.workspace).hex() != erasure.secret:
        return None
    added = session.execute(
        "INSERT INTO lake_erasure (id, workspace, person_hash, erased_at, events) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            *(erasure.receipt_id, erasure.workspace, erasure.person_hash),
            *(erasure.erased_at, erasure.events),
        ),
    )
    return added == 1


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
        filled = rows_left(session) or session.query("SELECT 1 FROM lake_file LIMIT 1")
        waiting = any(
            inbox_status(root / name / INBOX, read_loaded(session, name)).batches for name in names
        )
    if (filled or waiting) and not replace:
        raise LakeNotEmpty(
            f"The lake in {root} holds events already: restore into an empty one, or replace it."
        )
    with database.transaction() as session:
        for table in ("lake_file", "lake_inbox", "lake_segment"):
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
