"""The manifest: which files make up a workspace, from which version to which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from uptake.store.database import Session
from uptake.store.errors import UnknownWorkspace
from uptake.store.schema import ROLLUPS

EVENTS = "events"
INDEX = "index"
FILE_KINDS = (EVENTS, *ROLLUPS, INDEX)
_EPOCH = date(1970, 1, 1)

_COLUMNS = (
    "id, workspace, kind, path, row_count, byte_count, first_day, last_day, first_at, last_at, "
    "level, created_version, retired_version"
)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of the lake; ``path`` is relative to the workspace's folder, times are in ms.

    Readers of version v see it if created_version <= v and it isn't retired by then. ``level`` is
    0 as the loader wrote it and rises with each compaction.
    """

    id: str
    workspace: str
    kind: str
    path: str
    rows: int
    bytes: int
    first_day: date | None
    last_day: date | None
    first_at: int | None
    last_at: int | None
    level: int
    created_version: int
    retired_version: int | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """A workspace at one version: its files and the codes of people erased but not yet purged."""

    workspace: str
    timezone: str
    version: int
    files: tuple[FileEntry, ...]
    erased: tuple[int, ...]

    def of_kind(self, kind: str) -> tuple[FileEntry, ...]:
        """The files of one kind: ``EVENTS``, ``INDEX`` or a rollup's name."""
        return tuple(file for file in self.files if file.kind == kind)


def read_version(session: Session, workspace: str) -> int:
    """The version of a workspace; raises ``UnknownWorkspace``."""
    rows = session.query("SELECT version FROM lake_workspace WHERE workspace = ?", (workspace,))
    if not rows:
        raise UnknownWorkspace(workspace)
    return int(rows[0][0])


def read_manifest(session: Session, workspace: str) -> Manifest:
    """The present files of a workspace; one transaction, so one moment."""
    rows = session.query(
        "SELECT timezone, version FROM lake_workspace WHERE workspace = ?", (workspace,)
    )
    if not rows:
        raise UnknownWorkspace(workspace)
    erased = session.query(
        "SELECT person FROM lake_tombstone WHERE workspace = ? ORDER BY person", (workspace,)
    )
    return Manifest(
        workspace,
        rows[0][0],
        int(rows[0][1]),
        tuple(_files(session, workspace, "retired_version IS NULL")),
        tuple(int(code) for (code,) in erased),
    )


def retired_files(session: Session, workspace: str) -> list[FileEntry]:
    """Files that newer versions no longer show and that may still lie on the disk."""
    return list(_files(session, workspace, "retired_version IS NOT NULL"))


def advance(session: Session, workspace: str, *, expected: int) -> bool:
    """Raise the version by one if it still is ``expected``; whether it was."""
    changed = session.execute(
        "UPDATE lake_workspace SET version = version + 1 WHERE workspace = ? AND version = ?",
        (workspace, expected),
    )
    return changed == 1


def register(session: Session, files: Iterable[FileEntry], version: int) -> None:
    """Make files visible from ``version`` on."""
    rows = [_row(replace(file, created_version=version)) for file in files]
    marks = ", ".join("?" * 13)
    session.execute_many(f"INSERT INTO lake_file ({_COLUMNS}) VALUES ({marks})", rows)


def retire(session: Session, files: Iterable[FileEntry], version: int) -> None:
    """Hide files from ``version`` on."""
    session.execute_many(
        "UPDATE lake_file SET retired_version = ? WHERE id = ? AND retired_version IS NULL",
        [(version, file.id) for file in files],
    )


def forget(session: Session, files: Sequence[FileEntry]) -> None:
    """Drop the rows of files that are no longer on the disk."""
    session.execute_many("DELETE FROM lake_file WHERE id = ?", [(file.id,) for file in files])


def day_number(day: date) -> int:
    """Days since 1970, as the database stores a day."""
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    """The day that the database stores as a number."""
    return _EPOCH + timedelta(days=number)


def _files(session: Session, workspace: str, condition: str) -> Iterable[FileEntry]:
    rows = session.query(
        f"SELECT {_COLUMNS} FROM lake_file WHERE workspace = ? AND {condition} "
        "ORDER BY first_day, created_version, id",
        (workspace,),
    )
    for row in rows:
        first, last = (None if number is None else day_of(number) for number in row[6:8])
        yield FileEntry(*(*row[:6], first, last, *row[8:]))


def _row(file: FileEntry) -> tuple[str | int | None, ...]:
    days = (None if day is None else day_number(day) for day in (file.first_day, file.last_day))
    return (
        *(file.id, file.workspace, file.kind, file.path, file.rows, file.bytes),
        *days,
        *(file.first_at, file.last_at, file.level, file.created_version, file.retired_version),
    )
