"""What is derived from the files of a rollup, kept in this process file by file.

Files of the lake never change, so what was derived from one holds for as long as it is there: after
a load only the new file is read. People erased since are left out when the rows are used; a file
is derived anew when somebody in it turns out to be somebody else.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.metrics.compiled import Query
from uptake.metrics.measurement import Window
from uptake.store.aliases import NO_ALIASES, Aliases
from uptake.store.schema import ROLLUPS
from uptake.store.views import parquet, people_of

MOST_BYTES = 256 * 2**20
"""What a process keeps; the rows of files that were not asked for longest go first."""

_UNREAD = Window(date.min, date.min, "not read yet")

Key = tuple[Path, str]
"""A file and the SQL over it."""


@runtime_checkable
class FiledView(Protocol):
    """A snapshot that can say which files it reads and whom it leaves out."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with the relations of the lake as views."""

    @property
    def erased(self) -> tuple[int, ...]:
        """Codes of people who are erased and may still be in the files."""

    @property
    def aliases(self) -> Aliases:
        """Codes in the files that stand for another person's; the connection has them, too."""

    def files(self, relation: str) -> tuple[Path, ...]:
        """The immutable files of a relation."""


class KeptRows:
    """Rows by file and by the SQL that they come from, up to some bytes; threads may share it."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._rows: OrderedDict[Key, pa.Table] = OrderedDict()
        self._spans: dict[Path, Window | None] = {}
        self._people: dict[Path, npt.NDArray[np.int32]] = {}
        self._lock = threading.Lock()

    def of(self, view: FiledView, relation: str, query: Query) -> pa.Table:
        """The rows of a query that reads one rollup, over each of its files by itself."""
        return self._together(view, relation, query, dict.fromkeys(view.files(relation), query))

    def within(
        self,
        view: FiledView,
        relation: str,
        window: Window,
        *,
        cut: Callable[[], Query],
        whole: Callable[[], Query],
    ) -> pa.Table:
        """The same over files with days in a window: ``whole`` of those that lie inside it.

        ``cut`` asks about the days of the window alone, ``whole`` about all days: its rows serve
        every window around the file.
        """
        asked: dict[Path, Query] = {}
        cut, whole = cache(cut), cache(whole)
        for path, span in self._spans_of(view.connection, view.files(relation)).items():
            if span is not None and span.first <= window.last and window.first <= span.last:
                inside = window.first <= span.first and span.last <= window.last
                asked[path] = whole() if inside else cut()
        return self._together(view, relation, next(iter(asked.values()), None) or cut(), asked)

    def _together(
        self, view: FiledView, relation: str, query: Query, asked: dict[Path, Query]
    ) -> pa.Table:
        if not asked:
            return query.run(view.connection, _source(relation, [], (), aliased=False))
        personal = "person" in query.schema.names
        counted = "person" in ROLLUPS[relation].names and not personal
        erased = view.erased if counted else ()
        met = {path: self._aliases(view, relation, path) for path in asked}
        files = (_File(relation, path, erased, aliases) for path, aliases in met.items())
        found = [self._of_file(view, asked[file.path], file) for file in files]
        rows = pa.concat_tables(found)
        return _living(rows, view.erased) if personal and view.erased else rows

    def _of_file(self, view: FiledView, query: Query, file: _File) -> pa.Table:
        key = file.path, f"{file.erased}{file.aliases.digest()} {query.sql}"
        with self._lock:
            rows = self._rows.get(key)
            if rows is not None:
                self._rows.move_to_end(key)
                return rows
        rows = query.run(view.connection, file.source)
        self._keep(key, rows)
        return rows

    def _aliases(self, view: FiledView, relation: str, path: Path) -> Aliases:
        """Those aliases that occur in a file: only they decide what is derived from it."""
        if not len(view.aliases) or "person" not in ROLLUPS[relation].names:
            return NO_ALIASES
        if path not in self._people:
            files = view.connection.sql(f"FROM {parquet([path], ROLLUPS[relation])}")
            people = files.aggregate("person").fetchnumpy()["person"]
            self._people[path] = np.sort(people.astype(np.int32))
        return view.aliases.among(self._people[path])

    def _spans_of(
        self, connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]
    ) -> dict[Path, Window | None]:
        """The first and last day of each file; None of an empty one.

        All in one statement: what a file says of itself is read in no time, a statement takes some.
        """
        spans = {path: self._spans.get(path, _UNREAD) for path in paths}
        unknown = [path for path, span in spans.items() if span is _UNREAD]
        files = (parquet([path], ROLLUPS["person_days"]) for path in unknown)
        each = (f"(FROM {file} SELECT {n}, min(day), max(day))" for n, file in enumerate(files))
        found = connection.execute(" UNION ALL ".join(each)).fetchall() if unknown else []
        for number, first, last in found:
            spans[unknown[number]] = None if first is None else Window(first, last)
        self._spans.update({path: spans[path] for path in unknown})
        return spans

    def _keep(self, key: Key, rows: pa.Table) -> None:
        """Keep rows; those of files that are gone go, and the oldest ones if it is too much."""
        with self._lock:
            gone = {path for path in {path for path, _ in self._rows} if not path.exists()}
            for old in [old for old in self._rows if old[0] in gone]:
                self._bytes -= self._rows.pop(old).nbytes
            for path in gone:
                self._spans.pop(path, None)
                self._people.pop(path, None)
            if key not in self._rows:
                self._rows[key] = rows
                self._bytes += rows.nbytes
            while self._bytes > self._most and len(self._rows) > 1:
                self._bytes -= self._rows.popitem(last=False)[1].nbytes


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a relation, people who do not count, and codes that stand for another's."""

    relation: str
    path: Path
    erased: tuple[int, ...]
    aliases: Aliases

    @property
    def source(self) -> str:
        """A WITH clause that puts the file in the place of the relation."""
        return _source(self.relation, [self.path], self.erased, aliased=len(self.aliases) > 0)


def _source(relation: str, paths: Sequence[Path], erased: tuple[int, ...], *, aliased: bool) -> str:
    """A WITH clause that puts files in the place of a relation, without people erased."""
    rows = people_of(parquet(paths, ROLLUPS[relation]), erased, aliased=aliased)
    return f"WITH {relation} AS (FROM {rows})"


def _living(rows: pa.Table, erased: tuple[int, ...]) -> pa.Table:
    codes = pa.array(erased, rows.schema.field("person").type)
    return rows.filter(pc.invert(pc.is_in(rows["person"], codes)))


KEPT = KeptRows()
"""The rows that this process keeps."""
