"""The lake's tables in a SQLite file: write-ahead log, every commit on the disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from uptake.store.database import Database, Exclusive, Scrub, Session, Value
from uptake.store.disk import naming_disk_errors
from uptake.store.errors import LakeFull, LakeReadOnly, LakeUnavailable
from uptake.store.locks import file_lock, open_locked
from uptake.store.pool import Pool

PAGE_BYTES = 16_384
CHECKPOINT_PAGES = 2_000
BUSY_MS = 30_000


SCRUB_WAIT_MS = 2_000
LOG_IN_USE = (
    "A query still reads the write-ahead log of the SQLite file: compact again when it has ended."
)
OLDER_COPIES = ("Backups made before keep what they held until you delete them.",)


class SqliteSession:
    """One transaction on one connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement; the number of rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement once per row of values."""
        self._connection.executemany(sql, rows)

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[tuple]:  # type: ignore[type-arg]  # columns differ per query
        """The rows of a SELECT."""
        return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, *, size: int) -> Iterator[list[tuple]]:  # type: ignore[type-arg]  # columns differ per query
        """The rows of a SELECT, ``size`` at a time."""
        cursor = self._connection.execute(sql)
        while rows := cursor.fetchmany(size):
            yield rows

    def insert(self, sql: str, values: Sequence[Value]) -> int:
        """Run an INSERT ... RETURNING id; the id."""
        return int(self._connection.execute(sql, values).fetchone()[0])


class SqliteDatabase(Database):
    """A SQLite file; writing transactions queue behind a file lock, readers never wait.

    The file lock makes writers of all processes wait in the kernel instead of polling, which keeps
    the slowest of them fast.
    """

    dialect = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        with naming_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            with file_lock(self._lock_path("write")):
                self._connect(journal=True).close()
        self._pool = Pool(self._connect)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction, alone on this file."""
        with (
            naming_errors(),
            file_lock(self._lock_path("write")),
            self._pool.connection() as connection,
            _begun(connection, "BEGIN IMMEDIATE"),
        ):
            yield SqliteSession(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction on the state of one moment."""
        with naming_errors(), self._pool.connection() as connection, _begun(connection, "BEGIN"):
            yield SqliteSession(connection)

    @contextmanager
    def exclusive(self, name: str, *, wait: bool) -> Iterator[Exclusive | None]:
        """Hold a file lock beside the database, named after ``name``."""
        with naming_errors():
            descriptor = open_locked(self._lock_path(name), wait=wait)
        try:
            yield None if descriptor is None else self
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    def bytes_on_disk(self) -> int:
        """The file and its write-ahead log."""
        files = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def tables(self) -> dict[str, list[str]]:
        """The columns of every table of the lake, but of the record of migrations."""
        with self.reading() as session:
            names = session.query(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'lake\\_%' "
                "ESCAPE '\\' AND name <> 'lake_migration' ORDER BY name"
            )
            return {
                name: [row[1] for row in session.query(f"PRAGMA table_info({name})")]
                for (name,) in names
            }

    def scrub(self) -> Scrub:
        """Write the file anew without its free space and empty the write-ahead log.

        Other writers wait meanwhile, so waiting for a long query must not take long.
        """
        with (
            naming_errors(),
            file_lock(self._lock_path("write")),
            self._pool.connection() as connection,
        ):
            connection.execute("VACUUM")
            connection.execute(f"PRAGMA busy_timeout = {SCRUB_WAIT_MS}")
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        return Scrub(not busy, (LOG_IN_USE, *OLDER_COPIES) if busy else OLDER_COPIES)

    def continue_numbering(self, session: Session, table: str) -> None:
        """SQLite keeps the highest id by itself."""

    def _run_script(self, session: Session, statements: str) -> None:
        for statement in statements.split(";"):
            if statement.strip():
                session.execute(statement)

    def _lock_path(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{name}.lock")

    def _connect(self, *, journal: bool = False) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=BUSY_MS / 1000
        )
        if journal:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        return connection


@contextmanager
def _begun(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@contextmanager
def naming_errors() -> Iterator[None]:
    """Give the errors of a full, read-only or broken disk their names."""
    with naming_disk_errors():
        try:
            yield
        except sqlite3.OperationalError as error:
            raise _named(error) from error


def _named(error: sqlite3.OperationalError) -> Exception:
    code = (error.sqlite_errorcode or 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return LakeFull()
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return LakeReadOnly()
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY}:
        return LakeUnavailable(str(error))
    return error
