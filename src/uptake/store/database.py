"""The lake's own thin door to its database: the same SQL on SQLite and on PostgreSQL.

SQL is written with ``?`` placeholders. Times are integers (milliseconds since 1970, UTC), days are
integers (days since 1970), so that both databases store and compare them alike.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import NamedTuple, Protocol

from uptake.store.errors import UptakeError

Value = str | int | float | bytes | None
Row = tuple[Value, ...]

MIGRATION_TABLE = (
    "CREATE TABLE IF NOT EXISTS lake_migration "
    "(number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
)


class Session(Protocol):
    """One transaction: all of it happens, or nothing."""

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement; the number of rows it touched."""

    def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement once per row of values."""

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[tuple]:  # type: ignore[type-arg]  # columns differ per query
        """The rows of a SELECT."""

    def stream(self, sql: str, *, size: int) -> Iterator[list[tuple]]:  # type: ignore[type-arg]  # columns differ per query
        """The rows of a SELECT, ``size`` at a time, without holding them all."""

    def insert(self, sql: str, values: Sequence[Value]) -> int:
        """Run an INSERT ... RETURNING id; the id."""


class Exclusive(Protocol):
    """A named lock that is held; it is lost with the process or its database connection."""

    def transaction(self) -> AbstractContextManager[Session]:
        """A transaction that can only commit while the lock is still held."""


class Scrub(NamedTuple):
    """Whether nothing deleted is left in the database's files, and sentences on what remains."""

    complete: bool
    remains: tuple[str, ...]


class Migration(NamedTuple):
    """One numbered file of statements."""

    number: int
    name: str
    statements: str


class Database(ABC):
    """A database that holds the lake's tables; safe to share between threads."""

    dialect: str

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Session]:
        """A writing transaction."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Session]:
        """A reading transaction: every query in it sees the same moment."""

    @abstractmethod
    def exclusive(self, name: str, *, wait: bool) -> AbstractContextManager[Exclusive | None]:
        """Hold the lock ``name`` across processes; None if another has it and we won't wait."""

    @abstractmethod
    def close(self) -> None:
        """Give the connections back."""

    @abstractmethod
    def bytes_on_disk(self) -> int:
        """How much room the database takes."""

    @abstractmethod
    def scrub(self) -> Scrub:
        """Overwrite what deleted rows left in the files, as far as nobody is using them."""

    @abstractmethod
    def continue_numbering(self, session: Session, table: str) -> None:
        """Number new rows of a table with ``id`` after the rows that were copied into it."""

    @abstractmethod
    def _run_script(self, session: Session, statements: str) -> None:
        """Run a file of statements inside the transaction."""

    def migrate(self) -> list[str]:
        """Bring the tables up to date; the names of the migrations that ran.

        Safe to call from several processes at once: they queue behind one writing transaction.
        """
        with self.transaction() as session:
            session.execute(MIGRATION_TABLE)
            done = {number for (number,) in session.query("SELECT number FROM lake_migration")}
            due = [step for step in migrations(self.dialect) if step.number not in done]
            for step in due:
                self._run_script(session, step.statements)
                session.execute(
                    "INSERT INTO lake_migration (number, name, applied_at) VALUES (?, ?, ?)",
                    (step.number, step.name, now_ms()),
                )
        return [step.name for step in due]


def open_database(url: str) -> Database:
    """The database of ``sqlite:////absolute/path`` or ``postgresql://user@host/name``."""
    if url.startswith("sqlite:///"):
        from uptake.store.sqlite import SqliteDatabase

        return SqliteDatabase(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        from uptake.store.postgresql import PostgresDatabase

        return PostgresDatabase(url)
    raise UptakeError(
        f"{url.partition(':')[0]!r} is no database of the lake: give sqlite:////path/to/file or "
        "postgresql://user@host/name."
    )


def migrations(dialect: str) -> Iterator[Migration]:
    """The migrations of a dialect, lowest number first."""
    folder = resources.files("uptake.store") / "migrations"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        stem, _, ending = file.name.partition(".")
        if ending == f"{dialect}.sql":
            yield Migration(int(stem.partition("_")[0]), stem, file.read_text("utf-8"))


def now_ms() -> int:
    """Milliseconds since 1970."""
    return int(datetime.now(UTC).timestamp() * 1000)
