"""The lake's tables in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from select import select

import psycopg
from psycopg import IsolationLevel, errors

from uptake.store.database import Database, Exclusive, Scrub, Session, Value
from uptake.store.errors import LakeFull, LakeReadOnly, LakeUnavailable
from uptake.store.pool import Pool

Connection = psycopg.Connection[tuple]  # type: ignore[type-arg]  # columns differ per query
MIGRATION_LOCK = "migrations"


SCRUB_WAIT_MS = 2_000
TABLE_IN_USE = "A table of the lake is in use by a long query: compact again when it has ended."
AGES_OUT = (
    (
        "PostgreSQL's write-ahead log keeps what was written until its segments are recycled, and "
        "archived segments and replicas until they are removed."
    ),
    "Backups made before keep what they held until you delete them.",
)


class PostgresSession:
    """One transaction on one connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Run a statement; the number of rows it touched."""
        return self._connection.execute(_placeholders(sql), values).rowcount

    def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Run a statement once per row of values."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_placeholders(sql), rows)

    def query(self, sql: str, values: Sequence[Value] = ()) -> list[tuple]:  # type: ignore[type-arg]  # columns differ per query
        """The rows of a SELECT."""
        return self._connection.execute(_placeholders(sql), values, binary=True).fetchall()

    def stream(self, sql: str, *, size: int) -> Iterator[list[tuple]]:  # type: ignore[type-arg]  # columns differ per query
        """The rows of a SELECT, ``size`` at a time."""
        with self._connection.cursor("stream", binary=True) as cursor:
            cursor.execute(_placeholders(sql))
            while rows := cursor.fetchmany(size):
                yield rows

    def insert(self, sql: str, values: Sequence[Value]) -> int:
        """Run an INSERT ... RETURNING id; the id."""
        return int(self.query(sql, values)[0][0])


class PostgresExclusive:
    """An advisory lock; it commits on the very connection that holds it, so never without it."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction on the connection that holds the lock."""
        with naming_errors(), self._connection.transaction():
            yield PostgresSession(self._connection)


class PostgresDatabase(Database):
    """Tables in the PostgreSQL database and schema that the URL leads to."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = Pool(self._connect, _is_alive)
        self._readers = Pool(self._connect_reader, _is_alive)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction."""
        with naming_errors(), self._pool.connection() as connection, connection.transaction():
            yield PostgresSession(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading transaction on the state of one moment (repeatable read)."""
        with naming_errors(), self._readers.connection() as connection, connection.transaction():
            yield PostgresSession(connection)

    @contextmanager
    def exclusive(self, name: str, *, wait: bool) -> Iterator[Exclusive | None]:
        """Hold an advisory lock of the database; PostgreSQL frees it when its holder dies."""
        with naming_errors(), self._pool.connection() as connection:
            session = PostgresSession(connection)
            held = True
            if wait:
                session.query("SELECT pg_advisory_lock(?)", (_lock_number(name),))
            else:
                held = session.query("SELECT pg_try_advisory_lock(?)", (_lock_number(name),))[0][0]
            yield PostgresExclusive(connection) if held else None
            if held:
                session.query("SELECT pg_advisory_unlock(?)", (_lock_number(name),))

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()
        self._readers.close()

    def bytes_on_disk(self) -> int:
        """The lake's tables with their indexes."""
        tables = (
            "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)::BIGINT FROM pg_class c "
            "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace "
            "AND c.relname LIKE 'lake\\_%'"
        )
        with self.reading() as session:
            return int(session.query(tables)[0][0])

    def migrate(self) -> list[str]:
        """Bring the tables up to date, one process at a time."""
        with self.exclusive(MIGRATION_LOCK, wait=True):
            return super().migrate()

    def scrub(self) -> Scrub:
        """Write the tables with people's data anew; one that is in use for long is left alone.

        Loads wait meanwhile, so waiting for a long query must not take long either.
        """
        with naming_errors(), self._pool.connection() as connection:
            connection.execute(f"SET lock_timeout = {SCRUB_WAIT_MS}")
            try:
                for table in ("lake_inbox", "lake_term", "lake_unreadable"):
                    connection.execute(f"VACUUM (FULL) {table}")
            except errors.LockNotAvailable:
                return Scrub(False, (TABLE_IN_USE, *AGES_OUT))
            finally:
                connection.execute("RESET lock_timeout")
        return Scrub(True, AGES_OUT)

    def continue_numbering(self, session: Session, table: str) -> None:
        """Set the sequence behind the ids to the highest one."""
        session.query(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), MAX(id)) FROM {table} "
            "HAVING MAX(id) IS NOT NULL"
        )

    def _run_script(self, session: Session, statements: str) -> None:
        session.execute(statements)

    def _connect(self) -> Connection:
        return psycopg.connect(self.url, autocommit=True, application_name="uptake-lake")

    def _connect_reader(self) -> Connection:
        connection = self._connect()
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        return connection


@contextmanager
def naming_errors() -> Iterator[None]:
    """Give the errors of a full, read-only or absent server their names."""
    try:
        yield
    except (errors.DiskFull, errors.OutOfMemory) as error:
        raise LakeFull from error
    except (errors.ReadOnlySqlTransaction, errors.InsufficientPrivilege) as error:
        raise LakeReadOnly from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise LakeUnavailable(str(error).partition("\n")[0]) from error


def _is_alive(connection: Connection) -> bool:
    """Nothing to read on an idle connection: a server that went away leaves an end of file."""
    if connection.closed:
        return False
    readable, _, _ = select([connection.fileno()], [], [], 0)
    return not readable


@lru_cache(maxsize=256)
def _placeholders(sql: str) -> str:
    return sql.replace("?", "%s")


def _lock_number(name: str) -> int:
    """The 64-bit number of a named lock."""
    return int.from_bytes(
        blake2b(f"uptake-lake:{name}".encode(), digest_size=8).digest(), signed=True
    )
