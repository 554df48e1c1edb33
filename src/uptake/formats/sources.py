"""The shapes of table a file can hold, each as SQL that DuckDB reads without Python's help."""

# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, Self

import duckdb
import numpy as np

from uptake.formats.dialect import QUOTE, Dialect, clean_names
from uptake.formats.lines import BrokenRow, FoundRow, Positions, RowFinder
from uptake.formats.values import PLACEHOLDERS, list_sql, name_sql, text_sql

LONGEST_LINE = 16 << 20
NEVER_IN_JSON = "\x01"
IS_JSON = "uptake_line_is_json"

BROKEN_REASONS = {
    "MISSING COLUMNS": "too few values",
    "TOO MANY COLUMNS": "too many values",
    "UNQUOTED VALUE": "a quote is not closed, or text follows it",
    "LINE SIZE OVER MAXIMUM": "longer than 16 MiB",
    "INVALID ENCODING": "not valid text",
}
NOT_JSON = "not JSON"


class Source(Protocol):
    """One table in a file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, unique."""

    @property
    def native_types(self) -> dict[str, str]:
        """DuckDB types of the columns that are more than text."""

    def taking_only(self, placeholders: tuple[str, ...]) -> Self:
        """The same table, where only these texts say that nothing was filled in."""

    @property
    def whole_sql(self) -> str:
        """A condition that tells, in the relation, whether a row could be taken apart."""

    def relation(self, broken: str | None = None) -> str:
        """SQL to put after FROM; broken rows are noted in the table called ``broken``."""

    def find(
        self, connection: duckdb.DuckDBPyConnection, ordinals: Positions, broken: str
    ) -> Iterator[FoundRow]:
        """Find rows again by their rank among those the relation yields, and all broken ones."""


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """CSV and its relatives."""

    path: Path
    dialect: Dialect
    placeholders: tuple[str, ...] = PLACEHOLDERS

    def taking_only(self, placeholders: tuple[str, ...]) -> Self:
        """The same table, where only these texts say that nothing was filled in."""
        return replace(self, placeholders=placeholders)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return self.dialect.columns

    @property
    def native_types(self) -> dict[str, str]:
        """None: everything in a text file is text."""
        return {}

    @property
    def whole_sql(self) -> str:
        """Always: the parser notes broken rows itself."""
        return "true"

    @property
    def _placeholders(self) -> tuple[str, ...]:
        return tuple(text for text in self.placeholders if self.dialect.escape not in text)

    def relation(self, broken: str | None = None) -> str:
        """``read_csv`` with nothing left to guess."""
        fields = ", ".join(f"{text_sql(name)}: 'VARCHAR'" for name in self.columns)
        return (
            f"read_csv({text_sql(str(self.path))}, auto_detect=false, columns={{{fields}}}, "
            f"delim={text_sql(self.dialect.separator)}, quote={text_sql(QUOTE)}, "
            f"escape={text_sql(self.dialect.escape)}, "
            f"header={str(self.dialect.has_header).lower()}, skip={self.dialect.skipped_lines}, "
            f"nullstr={list_sql(self._placeholders)}, max_line_size={LONGEST_LINE}, "
            f"{_rejects_sql(broken)})"
        )

    def find(
        self, connection: duckdb.DuckDBPyConnection, ordinals: Positions, broken: str
    ) -> Iterator[FoundRow]:
        """Count line ends and quotes."""
        finder = RowFinder(
            self.path,
            first_line=self.dialect.skipped_lines + self.dialect.has_header,
            separator=self.dialect.separator.encode(),
            quote=QUOTE.encode(),
        )
        return finder.find(ordinals, _broken_rows(connection, broken, len(self.columns)))


@dataclass(frozen=True, slots=True)
class JsonLines:
    """One JSON object a line; ``paths`` leads to each column, nested objects spelt with dots."""

    path: Path
    paths: tuple[tuple[str, ...], ...]
    placeholders: tuple[str, ...] = PLACEHOLDERS

    def taking_only(self, placeholders: tuple[str, ...]) -> Self:
        """The same table, where only these texts say that nothing was filled in."""
        return replace(self, placeholders=placeholders)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns: the keys on the way, joined by dots, each a name of its own."""
        return clean_names([".".join(path) for path in self.paths])

    @property
    def native_types(self) -> dict[str, str]:
        """None: values are read as text."""
        return {}

    @property
    def whole_sql(self) -> str:
        """Whether the line is JSON."""
        return IS_JSON

    def relation(self, broken: str | None = None) -> str:
        """Lines as text, then every column of a line in one parse; broken JSON is all NULL."""
        paths = list_sql("".join(map(_step_down, path)) for path in self.paths)
        nothing = _in_sql(self.placeholders)
        columns = ", ".join(
            f"CASE WHEN v[{i}] IN {nothing} THEN NULL ELSE v[{i}] END AS {name_sql(name)}"
            for i, name in enumerate(self.columns, start=1)
        )
        lines = (
            f"read_csv({text_sql(str(self.path))}, auto_detect=false, header=false, "
            f"columns={{'line': 'VARCHAR'}}, delim={text_sql(NEVER_IN_JSON)}, quote='', "
            f"escape='', max_line_size={LONGEST_LINE}, {_rejects_sql(broken)})"
        )
        return (
            f"(SELECT {columns}, {IS_JSON} FROM (SELECT json_valid(line) AS {IS_JSON}, "
            f"json_extract_string(TRY_CAST(line AS JSON), {paths}) AS v "
            f"FROM {lines} WHERE line IS NOT NULL))"
        )

    def find(
        self, connection: duckdb.DuckDBPyConnection, ordinals: Positions, broken: str
    ) -> Iterator[FoundRow]:
        """Count line ends."""
        finder = RowFinder(self.path, first_line=0, separator=NEVER_IN_JSON.encode(), quote=None)
        for row in finder.find(ordinals, _broken_rows(connection, broken, 1)):
            yield row if row.reason or _is_json(row.raw) else replace(row, reason=NOT_JSON)


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """A Parquet file, or a workbook's sheet that was turned into one.

    ``first_line`` is the line of the first row as people count: 1 in a Parquet file, the row of
    the sheet in a workbook.
    """

    path: Path
    columns: tuple[str, ...]
    types: tuple[str, ...]
    first_line: int = 1
    placeholders: tuple[str, ...] = PLACEHOLDERS

    def taking_only(self, placeholders: tuple[str, ...]) -> Self:
        """The same table, where only these texts say that nothing was filled in."""
        return replace(self, placeholders=placeholders)

    @property
    def native_types(self) -> dict[str, str]:
        """Times and numbers, which need no parsing."""
        return {
            name: kind
            for name, kind in zip(self.columns, self.types, strict=True)
            if kind.startswith(("TIMESTAMP", "DATE"))
        }

    @property
    def whole_sql(self) -> str:
        """Always."""
        return "true"

    def relation(self, broken: str | None = None) -> str:
        """``read_parquet`` with everything but times as text."""
        del broken  # rows of a Parquet file are whole
        return f"(SELECT {self._columns_sql()} FROM read_parquet({text_sql(str(self.path))}))"

    def _columns_sql(self) -> str:
        native = self.native_types
        return ", ".join(
            name_sql(name)
            if name in native
            else f"CASE WHEN {name_sql(name)}::VARCHAR IN {_in_sql(self.placeholders)} THEN NULL "
            f"ELSE {name_sql(name)}::VARCHAR END AS {name_sql(name)}"
            for name in self.columns
        )

    def find(
        self, connection: duckdb.DuckDBPyConnection, ordinals: Positions, broken: str
    ) -> Iterator[FoundRow]:
        """Ask for rows by their number in the file."""
        del broken
        numbers = np.sort(np.asarray(ordinals, dtype=np.int64))
        rows = connection.execute(
            f"SELECT file_row_number, concat_ws(',', {_texts_sql(self.columns)}) "
            f"FROM read_parquet({text_sql(str(self.path))}, file_row_number=true) "
            "WHERE file_row_number IN (SELECT unnest(?)) ORDER BY ALL",
            [numbers.tolist()],
        )
        while found := rows.fetchmany(10_000):
            for number, raw in found:
                yield FoundRow(number, number + self.first_line, raw)


def _step_down(key: str) -> str:
    """One key of a JSON pointer (RFC 6901), in which any key can be said."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _is_json(text: str) -> bool:
    try:
        json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _texts_sql(columns: tuple[str, ...]) -> str:
    return ", ".join(f"coalesce({name_sql(name)}::VARCHAR, '')" for name in columns)


def _in_sql(placeholders: tuple[str, ...]) -> str:
    return "(" + ", ".join(map(text_sql, placeholders)) + ")"


def _rejects_sql(broken: str | None) -> str:
    if broken is None:
        return "ignore_errors=true"
    return (
        f"store_rejects=true, rejects_table={text_sql(broken)}, "
        f"rejects_scan={text_sql(broken + '_scans')}"
    )


def _broken_rows(connection: duckdb.DuckDBPyConnection, table: str, width: int) -> list[BrokenRow]:
    """Read what the parser refused; a row with several errors is one row."""
    if not broken_count(connection, table):
        return []
    rows = connection.execute(
        f"SELECT line_byte_position, any_value(csv_line), min(error_type)::VARCHAR, "
        f"max(column_idx) FROM {name_sql(table)} GROUP BY ALL ORDER BY 1"
    ).fetchall()
    return [_broken_row(*row, width=width) for row in rows]


def broken_count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows the parser refused in the read that noted them in ``table``."""
    exists = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]
    ).fetchall()
    if not exists[0][0]:
        return 0
    found = connection.execute(
        f"SELECT count(DISTINCT line_byte_position) FROM {name_sql(table)}"
    ).fetchall()
    return int(found[0][0])


def _broken_row(
    position: int, text: str, kind: str, column: int | None, *, width: int
) -> BrokenRow:
    body = text.lstrip("\r\n")
    reason = BROKEN_REASONS.get(kind, kind.lower())
    if kind == "TOO MANY COLUMNS":
        reason = f"too many values: {column} where the header has {width}"
    lines = body.rstrip("\r\n").count("\n") + 1
    if lines > 1:
        reason += f"; it takes {lines} lines"
    start = position - 1 + len(text) - len(body)
    return BrokenRow(start, len(body.encode()), reason)
