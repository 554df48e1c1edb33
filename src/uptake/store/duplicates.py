"""Which events of a batch are stored already: exact over all history.

The hash index says quickly which identities are certainly new. The others are compared in full,
source and message id, with the rows of the files: first those of the event's own day, where a
repeated message nearly always lies, then the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.store.encode import Hashes, IdentifiedEvents
from uptake.store.index import HashRuns, held_in, rows_among
from uptake.store.manifest import EVENTS, INDEX, FileEntry, Manifest
from uptake.store.sieve import Sieve
from uptake.store.views import parquet

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]

_NONE: Hashes = np.empty(0, dtype=np.uint64)
_NO_ROWS: Rows = np.empty(0, dtype=np.int64)
_IDENTITY = ("source", "message_uuid", "message_text")
_SAME = (
    "c.source = f.source AND c.message_uuid IS NOT DISTINCT FROM f.message_uuid "
    "AND c.message_text IS NOT DISTINCT FROM f.message_text"
)


@dataclass(frozen=True, slots=True)
class Coming:
    """Coded events on their way into the files, and their hashes, ascending."""

    rows: pa.Table
    ordered: Hashes


class Duplicates:
    """Finds repeated events against the files of one manifest, and what comes into them next."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        manifest: Manifest,
        *,
        sieve: Sieve | None = None,
        coming: Coming | None = None,
    ) -> None:
        self._connection = connection
        self._folder = folder
        self._coming = coming
        runs = [folder / file.path for file in manifest.of_kind(INDEX)]
        self.stored = StoredHashes(runs, sieve, _NONE if coming is None else coming.ordered)
        self._events = manifest.of_kind(EVENTS)

    def mask(self, table: pa.Table, known: IdentifiedEvents) -> Mask:
        """True for each row that repeats an earlier row of the table or a stored event."""
        ordered = known.ordered
        twins = rows_among(known.hashes, ordered[1:][ordered[1:] == ordered[:-1]])
        repeated = np.zeros(len(ordered), dtype=np.bool_)
        repeated[self._repeated_within(table, twins)] = True
        found = rows_among(known.hashes, ordered[self.stored.contains(ordered)])
        for look in (self._in_what_comes, self._stored):
            repeated[look(table, found[~repeated[found]])] = True
        return repeated

    def _repeated_within(self, table: pa.Table, suspects: Rows) -> Rows:
        """Those of the rows whose identity stands earlier in the same batch."""
        if not len(suspects):
            return suspects
        first = self._ask(
            _candidates(table, suspects),
            f"SELECT min(row) FROM candidates GROUP BY {', '.join(_IDENTITY)}",
        )
        return np.setdiff1d(suspects, first, assume_unique=True)

    def _in_what_comes(self, table: pa.Table, suspects: Rows) -> Rows:
        """Those of the rows whose identity is on its way into the files."""
        if not len(suspects) or self._coming is None:
            return _NO_ROWS
        self._connection.register("coming", self._coming.rows.select(_IDENTITY))
        try:
            sql = f"SELECT DISTINCT c.row FROM candidates c JOIN coming f ON {_SAME}"
            return self._ask(_candidates(table, suspects), sql)
        finally:
            self._connection.unregister("coming")

    def _stored(self, table: pa.Table, suspects: Rows) -> Rows:
        """Those of the rows whose identity is in the files."""
        if not len(suspects):
            return suspects
        near = self._in_files(table, suspects, self._covering(table, suspects), same_day=True)
        rest = np.setdiff1d(suspects, near, assume_unique=True)
        if not len(rest):
            return near
        return np.append(near, self._in_files(table, rest, self._events, same_day=False))

    def _covering(self, table: pa.Table, rows: Rows) -> Sequence[FileEntry]:
        days = pc.unique(table["day"].take(pa.array(rows))).to_pylist()
        return [file for file in self._events if _covers(file, days)]

    def _in_files(
        self, table: pa.Table, rows: Rows, files: Sequence[FileEntry], *, same_day: bool
    ) -> Rows:
        if not files:
            return _NO_ROWS
        source = parquet([self._folder / file.path for file in files], pa.schema([]))
        near = "WHERE f.day IN (SELECT DISTINCT day FROM candidates)" if same_day else ""
        return self._ask(
            _candidates(table, rows),
            f"SELECT DISTINCT c.row FROM candidates c JOIN "
            f"(SELECT {', '.join(_IDENTITY)} FROM {source} f {near}) f ON {_SAME}",
        )

    def _ask(self, candidates: pa.Table, sql: str) -> Rows:
        self._connection.register("candidates", candidates)
        try:
            found = self._connection.execute(sql).fetchnumpy()
        finally:
            self._connection.unregister("candidates")
        (rows,) = found.values()
        return np.sort(np.asarray(rows, dtype=np.int64))


class StoredHashes:
    """The index of a workspace; the same question asked twice in a row is answered once."""

    def __init__(self, paths: Sequence[Path], sieve: Sieve | None, coming: Hashes) -> None:
        self._runs = HashRuns(paths)
        self._sieve = sieve
        self._coming = coming
        self._asked: Hashes = _NONE
        self._answer: Mask = np.empty(0, dtype=np.bool_)

    def contains(self, sorted_hashes: Hashes) -> Mask:
        """For each hash (ascending), whether an event with it is stored."""
        if not np.array_equal(sorted_hashes, self._asked):
            self._asked, self._answer = sorted_hashes, self._look(sorted_hashes)
        return self._answer.copy()

    def _look(self, sorted_hashes: Hashes) -> Mask:
        if self._sieve is None:
            return self._holds(sorted_hashes)
        found = self._sieve.may_hold(sorted_hashes)
        found[found] = self._holds(sorted_hashes[found])
        return found

    def _holds(self, sorted_hashes: Hashes) -> Mask:
        return self._runs.contains(sorted_hashes) | held_in(self._coming, sorted_hashes)


def _candidates(table: pa.Table, rows: Rows) -> pa.Table:
    taken = table.select([*_IDENTITY, "day"]).take(pa.array(rows))
    return taken.append_column("row", pa.array(rows, pa.int64()))


def _covers(file: FileEntry, days: Iterable[date]) -> bool:
    return any(file.first_day <= day <= file.last_day for day in days)  # type: ignore[operator]  # event files have days
