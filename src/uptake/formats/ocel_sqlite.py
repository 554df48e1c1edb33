"""Object-centric logs in the SQLite of OCEL 2.0, read without being changed.

Source: the tables as the exporters of pm4py write them. What the file declares of itself (views,
triggers, virtual tables) is not trusted: only tables are read, and no more steps are taken than a
file of its size can need.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from uptake.formats.errors import UnusableFileError
from uptake.formats.object_log import ObjectLog
from uptake.formats.object_log_building import ObjectLogBuilder
from uptake.formats.object_log_rows import BEGINNING, declared, event_rows, object_rows
from uptake.formats.object_values import Given
from uptake.formats.streams import Compression, compression_of, plain_bytes
from uptake.formats.values import name_sql

# ruff: noqa: S608  (SQL is composed from quoted names of our own making or of the file)

REQUIRED: Final = ("event", "object", "event_map_type", "object_map_type", "event_object")
STEPS_AT_ONCE: Final = 1_000_000
STEPS_AT_LEAST: Final = 1_000
"""Times ``STEPS_AT_ONCE`` steps of SQLite's machine that any file may need: some 20 seconds."""

BYTES_FOR_STEPS: Final = 1_000
"""And once more for so many bytes of the file."""

LONGEST: Final = 16 << 20
"""Bytes of one value; SQLite refuses longer ones."""

_UNREADABLE: Final = "Could not decode to UTF-8"
"""What Python says of texts that are none; such files are read again, text by text."""

_OWN: Final = frozenset({"ocel_id", "ocel_time", "ocel_changed_field"})
_AGAIN: Final = frozenset({*_OWN, "ocel:activity", "ocel:type", "ocel:timestamp"})
"""Columns that are no attributes; pm4py repeats in some what the format has elsewhere."""

_RESERVED: Final = ("object", "map_type")
_TYPES: Final = {"integer": "INTEGER", "float": "REAL", "time": "TIMESTAMP", "boolean": "BOOLEAN"}
_SAID: Final = (
    ("int", "integer"), ("bool", "boolean"), ("time", "time"), ("date", "time"),
    ("real", "float"), ("floa", "float"), ("doub", "float"),
)  # fmt: skip

Row = tuple[object, ...]
Change = tuple[str, str | None, Given | None]
Values = list[tuple[str, Given | None]]
_NOTHING: Final[tuple[str | None, Values]] = (None, [])


def read_ocel_sqlite(path: Path, zone: str | None) -> ObjectLog:
    """Read a database.

    Raises:
        UnusableFileError: it is damaged, or has not the tables of OCEL 2.0.
    """
    try:
        try:
            return _read(path, zone, str)
        except sqlite3.OperationalError as error:
            if _UNREADABLE not in str(error):
                raise
            return _read(path, zone, partial(str, encoding="utf-8", errors="replace"))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        raise UnusableFileError(
            f"{path.name} cannot be read as a database of OCEL 2.0 ({error}): export it again."
        ) from error


def _read(path: Path, zone: str | None, as_text: Callable[[bytes], str]) -> ObjectLog:
    with _opened(path) as connection:
        connection.text_factory = as_text
        tables = _tables(connection, path)
        return _Reader(connection, tables, ObjectLogBuilder(path.name, zone)).log()


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory(prefix="uptake-") as aside:
        plain = path
        if compression_of(path) is not Compression.NONE:
            plain = Path(aside) / "log.sqlite"
            with plain_bytes(path) as file, plain.open("wb") as out:
                shutil.copyfileobj(file, out, 1 << 20)
        address = f"{plain.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
            connection.set_progress_handler(_Steps(plain.stat().st_size).too_many, STEPS_AT_ONCE)
            connection.executescript("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF")
            yield connection


class _Steps:
    """Counts the steps that are taken, for a file that is made never to end."""

    def __init__(self, size: int) -> None:
        self._left = STEPS_AT_LEAST + size // BYTES_FOR_STEPS

    def too_many(self) -> bool:
        """Whether to give up."""
        self._left -= 1
        return self._left < 0


def _tables(connection: sqlite3.Connection, path: Path) -> dict[str, str]:
    """The names of real tables by their names in small letters."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    ).fetchall()
    tables = {str(name).lower(): str(name) for (name,) in rows}
    missing = [name for name in REQUIRED if name not in tables]
    if missing:
        raise UnusableFileError(
            f"{path.name} is a database, but no log of OCEL 2.0: it has no table {missing[0]}."
        )
    return tables


class _Reader:
    """One pass over the tables: things in their order, beside them the rows of their types."""

    def __init__(
        self, connection: sqlite3.Connection, tables: dict[str, str], builder: ObjectLogBuilder
    ) -> None:
        self._connection, self._tables, self._builder = connection, tables, builder

    def log(self) -> ObjectLog:
        """Everything in the database."""
        connected = self._relations("object", "object_object", "source", "target")
        for place, name, kind, tables in self._things("object"):
            changes = [each for table in tables for each in table.changes(place)]
            self._builder.add_object(name, kind, changes, connected.pairs(place))
        related = self._relations("event", "event_object", "event", "object")
        for place, name, kind, tables in self._things("event"):
            time, values = next(filter(None, [table.event(place) for table in tables]), _NOTHING)
            self._builder.add_event(name, kind, time, values, related.pairs(place))
        return self._builder.log()

    def _things(self, of: str) -> Iterator[tuple[int, str, str, list[_TypeRows]]]:
        """Place, name, type and the tables of the type, of every event or object."""
        tables: dict[str, list[_TypeRows]] = {}
        for kind, table in self._types(of):
            tables.setdefault(kind, []).append(self._of_type(of, kind, table))
        for place, name, kind in self._connection.execute(
            f"SELECT rowid, ocel_id, ocel_type FROM {of} ORDER BY rowid"
        ):
            spelled = str(kind or "")
            yield place, str(name), spelled, tables.get(spelled, [])

    def _types(self, of: str) -> list[tuple[str, str]]:
        rows = self._connection.execute(
            f"SELECT ocel_type, ocel_type_map FROM {of}_map_type ORDER BY rowid"
        ).fetchall()
        found = []
        for kind, written in rows:
            table = self._tables.get(f"{of}_{written}".lower())
            if table is None:
                self._builder.trouble(f"There is no table for a type of {of}")
            else:
                found.append((str(kind), table))
                self._declare(of, str(kind), table)
        return found

    def _declare(self, of: str, kind: str, table: str) -> None:
        columns = self._connection.execute(f"PRAGMA table_info({name_sql(table)})").fetchall()
        attributes = [
            (str(name), _kind_of(str(written)))
            for _, name, written, *_ in columns
            if name not in _AGAIN
        ]
        self._builder.declare(of, kind, attributes)

    def _of_type(self, of: str, kind: str, table: str) -> _TypeRows:
        cursor = self._connection.execute(
            f"SELECT e.rowid, t.* FROM {of} e JOIN {name_sql(table)} t "
            "ON t.ocel_id = e.ocel_id WHERE e.ocel_type = ? ORDER BY e.rowid, t.rowid",
            [kind],
        )
        return _TypeRows(cursor, [column[0] for column in cursor.description])

    def _relations(self, of: str, table: str, source: str, target: str) -> _Joined:
        if table not in self._tables:
            return _Joined(iter(()))
        return _Joined(
            self._connection.execute(
                f"SELECT e.rowid, r.ocel_{target}_id, coalesce(r.ocel_qualifier, '') FROM {of} e "
                f"JOIN {table} r ON r.ocel_{source}_id = e.ocel_id ORDER BY e.rowid, r.rowid"
            )
        )


class _Joined:
    """Rows in the order of the places that they begin with, taken as these come along."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next: Row | None = next(rows, None)

    def of(self, place: int) -> list[Row]:
        """Those of the thing at a place; places are asked for in their order."""
        found: list[Row] = []
        row = self._next
        while row is not None and row[0] <= place:  # type: ignore[operator]  # a rowid
            if row[0] == place:
                found.append(row)
            row = next(self._rows, None)
        self._next = row
        return found

    def pairs(self, place: int) -> list[tuple[str, str]]:
        """Relations of the thing at a place: names and qualifiers."""
        return [(str(name), str(word)) for _, name, word in self.of(place)]


class _TypeRows:
    """What the table of a type says of each thing; the first column is the thing's place."""

    def __init__(self, rows: Iterator[Row], columns: list[str]) -> None:
        self._rows = _Joined(rows)
        self._place = {name: at for at, name in enumerate(columns) if at}
        self._attributes = [(name, at) for name, at in self._place.items() if name not in _AGAIN]

    def event(self, place: int) -> tuple[str | None, Values] | None:
        """Time and attributes by the first row of an event; None where it has none."""
        rows = self._rows.of(place)
        if not rows:
            return None
        first = rows[0]
        return self._time(first), [(name, _given(first[at])) for name, at in self._attributes]

    def changes(self, place: int) -> Iterator[Change]:
        """What rows of an object say: one changed field, or everything that is filled in."""
        field = self._place.get("ocel_changed_field", 0)
        for row in self._rows.of(place):
            since = self._time(row)
            changed = str(row[field]) if field and row[field] else ""
            if changed in self._place:
                yield changed, since, _given(row[self._place[changed]])
            else:
                yield from ((name, since, _given(row[at])) for name, at in self._attributes)

    def _time(self, row: Row) -> str | None:
        at = self._place.get("ocel_time", 0)
        return None if not at or row[at] is None else str(row[at])


def _given(value: object) -> Given | None:
    return value if isinstance(value, (str, int, float)) else None


def _kind_of(written: str) -> str:
    return next((kind for part, kind in _SAID if part in written.lower()), "string")


def write_ocel_sqlite(log: ObjectLog, path: Path) -> None:
    """Write a database, event by event; a file of that name is replaced.

    Raises:
        UnusableFileError: two attributes differ in case only, which columns of SQLite cannot.
    """
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        for of in ("event", "object"):
            _create(connection, of)
        types = {of: _type_tables(connection, log, of, path) for of in ("event", "object")}
        connection.executemany(
            "INSERT INTO object_object VALUES (?, ?, ?)",
            ((row.name, *pair) for row in object_rows(log) for pair in row.related),
        )
        connection.executemany(
            "INSERT INTO event_object VALUES (?, ?, ?)",
            ((row.name, *pair) for row in event_rows(log) for pair in row.related),
        )
        _insert_objects(connection, log, types["object"])
        _insert_events(connection, log, types["event"])
        connection.commit()


def _create(connection: sqlite3.Connection, of: str) -> None:
    other = "source" if of == "object" else "event"
    target = "target" if of == "object" else "object"
    connection.executescript(
        f"CREATE TABLE {of} (ocel_id TEXT, ocel_type TEXT);"
        f"CREATE INDEX {of}_by_id ON {of} (ocel_id);"
        f"CREATE TABLE {of}_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);"
        f"CREATE TABLE {of}_object (ocel_{other}_id TEXT, ocel_{target}_id TEXT, "
        "ocel_qualifier TEXT);"
        f"CREATE INDEX {of}_object_by_id ON {of}_object (ocel_{other}_id);"
    )


def _type_tables(
    connection: sqlite3.Connection, log: ObjectLog, of: str, path: Path
) -> dict[str, tuple[str, list[str]]]:
    """A table for each type: its name and its attributes by the type."""
    taken = set(_RESERVED)
    tables: dict[str, tuple[str, list[str]]] = {}
    for kind, attributes in declared(log, of):
        names = [name for name, _ in attributes]
        small = [name.lower() for name in names]
        if len({*small, *_OWN}) < len(small) + len(_OWN) or "\x00" in "".join(names):
            raise UnusableFileError(
                f"{path.name} cannot be SQLite: attributes of {kind!r} differ in case only or have "
                "names of the format itself; write JSON or XML instead."
            )
        written = _free_name(kind, taken)
        columns = [f"{name_sql(name)} {_TYPES.get(type_, 'TEXT')}" for name, type_ in attributes]
        changed = ["ocel_changed_field TEXT"] if of == "object" else []
        fields = ", ".join(["ocel_id TEXT", "ocel_time TIMESTAMP", *changed, *columns])
        table = name_sql(f"{of}_{written}")
        connection.execute(f"CREATE TABLE {table} ({fields})")
        connection.execute(f"CREATE INDEX {name_sql(f'{of}_{written}_id')} ON {table} (ocel_id)")
        connection.execute(f"INSERT INTO {of}_map_type VALUES (?, ?)", [kind, written])
        tables[kind] = (table, names)
    return tables


def _free_name(kind: str, taken: set[str]) -> str:
    """A name for a table that no other type has, in whatever case."""
    plain = re.sub(r"[^0-9A-Za-z]", "", kind) or "type"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain}{number}"
    taken.add(name.lower())
    return name


def _insert_objects(
    connection: sqlite3.Connection, log: ObjectLog, tables: dict[str, tuple[str, list[str]]]
) -> None:
    for row in object_rows(log):
        connection.execute("INSERT INTO object VALUES (?, ?)", [row.name, row.kind])
        table, _ = tables[row.kind]
        always = [(name, value) for name, since, value in row.changes if since is None]
        fields: list[tuple[str, object]] = [("ocel_id", row.name), ("ocel_time", BEGINNING)]
        _insert(connection, table, [*fields, *always])
        for name, since, value in row.changes:
            if since is not None:
                changed = [
                    ("ocel_id", row.name),
                    ("ocel_time", since),
                    ("ocel_changed_field", name),
                ]
                _insert(connection, table, [*changed, (name, value)])


def _insert_events(
    connection: sqlite3.Connection, log: ObjectLog, tables: dict[str, tuple[str, list[str]]]
) -> None:
    for row in event_rows(log):
        connection.execute("INSERT INTO event VALUES (?, ?)", [row.name, row.kind])
        table, _ = tables[row.kind]
        _insert(connection, table, [("ocel_id", row.name), ("ocel_time", row.time), *row.values])


def _insert(
    connection: sqlite3.Connection, table: str, fields: Iterable[tuple[str, object]]
) -> None:
    pairs = list(fields)
    names = ", ".join(name_sql(name) for name, _ in pairs)
    marks = ", ".join("?" for _ in pairs)
    connection.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks})", [value for _, value in pairs]
    )
