"""Taking a delivery in: new rows become Parquet, known ones are left out, broken ones are listed.

Where versions say when they were written, a row counts as known if the same row was delivered
before, as often as it was. Where they do not, a file is a snapshot: a record counts as it stands in
the newest file that holds it, and without an identifier the newest file counts alone.
"""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from uptake.capabilities.records.standard import RecordRole
from uptake.formats import TableSource
from uptake.formats.values import name_sql, text_sql

MOST_REJECTS = 100_000
_APART, _NOTHING = "chr(31)", "chr(30)"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file brought: rows in all, new ones, known ones, and those that cannot be read."""

    rows: int
    new: int
    known: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Earlier:
    """The rows of earlier deliveries, the oldest first, and which columns say what."""

    paths: tuple[Path, ...]
    columns: dict[RecordRole, str]

    def relation(self, connection: duckdb.DuckDBPyConnection) -> str:
        """SQL of the records as the deliveries left them."""
        listed = ", ".join(text_sql(str(path)) for path in self.paths)
        every = f"read_parquet([{listed}], union_by_name = true, filename = true)"
        if RecordRole.AT in self.columns:
            return f"(SELECT * EXCLUDE (filename) FROM {every})"
        record = self.columns.get(RecordRole.RECORD)
        names = {
            column[0] for column in connection.execute(f"DESCRIBE SELECT * FROM {every}").fetchall()
        }
        if record is None or record not in names:
            return f"(SELECT * FROM read_parquet({text_sql(str(self.paths[-1]))}))"
        newest = f"rank() OVER (PARTITION BY {name_sql(record)} ORDER BY filename DESC) = 1"
        return f"(SELECT * EXCLUDE (filename) FROM {every} QUALIFY {newest})"

    @property
    def is_replaced(self) -> bool:
        """Whether a new file stands alone: it says neither when, nor which record."""
        return not {RecordRole.AT, RecordRole.RECORD} & set(self.columns)


def take_in(table: TableSource, earlier: Earlier, *, rows: Path, rejects: Path) -> Taken:
    """Keep the new rows of an opened file as Parquet, and list what cannot be read."""
    connection = table.connection
    broken = table.next_broken_table()
    texts = ", ".join(f"{name_sql(n)}::VARCHAR AS {name_sql(n)}" for n in table.columns)
    connection.execute(
        f"CREATE TEMP TABLE incoming AS SELECT {texts} FROM {table.source.relation(broken)} "
        f"WHERE {table.source.whole_sql}"
    )
    count = _count(connection, "incoming")
    if earlier.paths and not earlier.is_replaced:
        _drop_known(connection, table.columns, earlier)
    new = _count(connection, "incoming")
    rejected = _write_rejects(table, broken, rejects)
    if new:
        draft = rows.with_suffix(".draft")
        connection.execute(
            f"COPY incoming TO {text_sql(str(draft))} (FORMAT parquet, COMPRESSION zstd)"
        )
        draft.replace(rows)
    connection.execute("DROP TABLE incoming")
    return Taken(count + rejected, new, count - new, rejected)


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])


def _drop_known(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], earlier: Earlier
) -> None:
    """Leave rows that were there already, as often as they were: a twin in one file is its own."""
    before = earlier.relation(connection)
    there = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {before}").fetchall()}
    every = [*columns, *sorted(there - set(columns))]
    connection.execute(
        f"CREATE TEMP TABLE fresh AS SELECT n.* EXCLUDE (key, copy, place) FROM "
        f"({_keyed('incoming', every, set(columns))}) AS n ANTI JOIN "
        f"({_keyed(before, every, there)}) AS o ON n.key = o.key AND n.copy = o.copy "
        "ORDER BY n.place"
    )
    connection.execute("DROP TABLE incoming")
    connection.execute("ALTER TABLE fresh RENAME TO incoming")


def _keyed(relation: str, every: Sequence[str], there: Collection[str]) -> str:
    values = ", ".join(
        f"coalesce({name_sql(name)}, {_NOTHING})" if name in there else _NOTHING for name in every
    )
    return (
        "SELECT *, row_number() OVER (PARTITION BY key ORDER BY place) AS copy FROM "
        f"(SELECT *, md5(concat_ws({_APART}, {values})) AS key, row_number() OVER () AS place "
        f"FROM {relation})"
    )


def _write_rejects(table: TableSource, broken: str, path: Path) -> int:
    nothing = np.empty(0, dtype=np.int64)
    found = list(table.source.find(table.connection, nothing, broken))
    if not found:
        return 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "reason", "row"))
        writer.writerows((row.line, row.reason, row.raw) for row in found[:MOST_REJECTS])
    return len(found)


def write_stand(connection: duckdb.DuckDBPyConnection, earlier: Earlier, path: Path) -> None:
    """Write the records as the deliveries left them as one file."""
    connection.execute(
        f"COPY (SELECT * FROM {earlier.relation(connection)}) TO {text_sql(str(path))} "
        "(FORMAT parquet)"
    )
