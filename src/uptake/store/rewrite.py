"""Writing files anew: several merged into one, clustered by person, without erased people.

Rows stream through an engine that spills, so that memory stays bounded whatever the size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from uptake.store.files import ROW_GROUP, Span, days_of, entry, event_path, rollup_path, span_of
from uptake.store.files import writing_parquet as writing
from uptake.store.manifest import EVENTS, FileEntry
from uptake.store.rollups import ROLLUP_KEYS, ROLLUP_ORDER, merge_rollup_sql
from uptake.store.schema import ACTIONS_IN_A_MASK, EVENT_FILE, ROLLUPS
from uptake.store.views import parquet
from uptake.store.writer import WorkspaceWriter

FULL_ROWS = 32 * ROW_GROUP
"""Rows of a file at most (some four million): what one erased person makes us write again."""


@dataclass(frozen=True, slots=True)
class _Target:
    """What kind of file rows are written to, and where a new one goes."""

    kind: str
    schema: pa.Schema
    level: int
    path: Callable[[pa.Table], Path]
    span: Callable[[pa.Table], Span]


class Rewriter:
    """Writes files of one workspace anew; the caller commits them."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        writer: WorkspaceWriter,
        *,
        full_rows: int = FULL_ROWS,
    ) -> None:
        self._connection = connection
        self._writer = writer
        self.full_rows = full_rows
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")

    def merge_events(self, files: Sequence[FileEntry], *, without: str = "") -> list[FileEntry]:
        """Event files of one month as files clustered by account, person and moment.

        ``without`` is a condition on rows that are left out.
        """
        target = _Target(
            kind=EVENTS,
            schema=EVENT_FILE,
            level=1 + max(file.level for file in files),
            path=lambda rows: event_path(rows["day"][0].as_py()),
            span=span_of,
        )
        kept = f"WHERE NOT ({without or 'false'}) {self._living('AND')}"
        sql = f"FROM {self._source(files)} {kept} ORDER BY account, person, occurred_at"
        return self._write(f"SELECT {', '.join(EVENT_FILE.names)} {sql}", target)

    def merge_rollup(
        self,
        name: str,
        files: Sequence[FileEntry],
        *,
        level: int,
        first: date = date.min,
        last: date = date.max,
        less: Sequence[Path] = (),
    ) -> list[FileEntry]:
        """Files of one rollup added up, only the days from ``first`` to ``last``.

        What the files ``less`` of the same rollup count is taken away.
        """
        target = _Target(name, ROLLUPS[name], level, lambda _: rollup_path(name), days_of)
        living = self._living("AND") if "person" in ROLLUPS[name].names else ""
        days = f"day BETWEEN DATE '{first.isoformat()}' AND DATE '{last.isoformat()}'"
        source = f"(FROM {_balance(name, self._source(files), less)} WHERE {days} {living})"
        sql = f"FROM ({merge_rollup_sql(name, source)}) ORDER BY {ROLLUP_ORDER[name]}"
        return self._write(sql, target)

    def person_days(
        self, actions: Sequence[FileEntry], *, level: int, first: date, last: date
    ) -> list[FileEntry]:
        """The masks that files of ``person_day_actions`` come to, from ``first`` to ``last``."""
        name = "person_days"
        target = _Target(name, ROLLUPS[name], level, lambda _: rollup_path(name), days_of)
        days = f"day BETWEEN DATE '{first.isoformat()}' AND DATE '{last.isoformat()}'"
        sql = (
            "FROM (SELECT account, person, day, "
            f"(action // {ACTIONS_IN_A_MASK})::SMALLINT AS block, "
            f"bit_or(1::BIGINT << (action % {ACTIONS_IN_A_MASK})) AS actions "
            f"FROM {self._source(actions)} WHERE {days} GROUP BY ALL) "
            f"ORDER BY {ROLLUP_ORDER[name]}"
        )
        return self._write(sql, target) if actions else []

    def months(self, files: Sequence[FileEntry]) -> list[date]:
        """The first days of the months that rows of these files lie in."""
        if not files:
            return []
        rows = self._connection.execute(
            f"SELECT DISTINCT date_trunc('month', day)::DATE AS month FROM {self._source(files)} "
            "ORDER BY month"
        ).fetchall()
        return [month for (month,) in rows]

    def holding(self, files: Sequence[FileEntry], people: Sequence[int]) -> list[FileEntry]:
        """Those of the files in which any of the people occurs."""
        if not files or not people:
            return []
        source = self._source(files).removesuffix(")") + ", filename = true)"
        codes = ", ".join(str(code) for code in people)
        rows = self._connection.execute(
            f"SELECT DISTINCT filename FROM {source} WHERE person IN ({codes})"
        ).fetchall()
        names = {Path(name).name for (name,) in rows}
        return [file for file in files if Path(file.path).name in names]

    def people(self, files: Sequence[FileEntry]) -> list[int]:
        """The codes of everybody who occurs in these files."""
        if not files:
            return []
        rows = self._connection.execute(f"SELECT DISTINCT person FROM {self._source(files)}")
        return [int(code) for (code,) in rows.fetchall()]

    def _source(self, files: Sequence[FileEntry]) -> str:
        return parquet([self._writer.folder / file.path for file in files], EVENT_FILE)

    def _living(self, word: str = "WHERE") -> str:
        erased = self._writer.manifest.erased
        return f"{word} person NOT IN ({', '.join(map(str, erased))})" if erased else ""

    def _write(self, sql: str, target: _Target) -> list[FileEntry]:
        reader = self._connection.sql(sql).to_arrow_reader(min(ROW_GROUP, self.full_rows))
        pieces = (pa.Table.from_batches([batch]).cast(target.schema) for batch in reader)
        full = filter(len, pieces)
        return [self._write_file(first, full, target) for first in full]

    def _write_file(self, first: pa.Table, rest: Iterator[pa.Table], target: _Target) -> FileEntry:
        """One file of rows in their order, up to the most that a file holds."""
        folder, path = self._writer.folder, target.path(first)
        rows, span, piece = 0, Span(), first
        with writing(folder / path, target.schema) as file:
            while True:
                file.write_table(piece, row_group_size=ROW_GROUP)
                rows, span = rows + len(piece), span.including(target.span(piece))
                following = next(rest, None) if rows < self.full_rows else None
                if following is None:
                    break
                piece = following
        workspace = self._writer.workspace
        return entry(folder, path, workspace, target.kind, rows=rows, level=target.level, span=span)


def _balance(name: str, source: str, less: Sequence[Path]) -> str:
    """What follows FROM: the rows of a rollup, and those of ``less`` with their counts negated."""
    if not less:
        return source
    columns = ROLLUPS[name].names
    negated = [column if column in ROLLUP_KEYS[name] else f"-{column}" for column in columns]
    taken = parquet(less, ROLLUPS[name])
    return (
        f"(SELECT {', '.join(columns)} FROM {source} "
        f"UNION ALL SELECT {', '.join(negated)} FROM {taken})"
    )
