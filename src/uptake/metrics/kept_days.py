"""What is derived from the files of a rollup, kept in this process file by file.

Files of the lake never change, so what was derived from one holds for as long as it is there: after
a load only the new file is read. People erased since are left out when the rows are used.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import duckdb
import pyarrow as pa

from uptake.store.schema import ROLLUPS
from uptake.store.views import parquet

MOST_BYTES = 256 * 2**20
"""What a process keeps; the rows of files that were not asked for longest go first."""


@runtime_checkable
class FiledView(Protocol):
    """A snapshot that can say which files it reads and whom it leaves out."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with the relations of the lake as views."""

    @property
    def erased(self) -> tuple[int, ...]:
        """Codes of people who are erased and may still be in the files."""

    def files(self, relation: str) -> tuple[Path, ...]:
        """The immutable files of a relation."""


class KeptRows:
    """Rows by file and by the SQL that they come from, up to some bytes."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._bytes = 0
        self._rows: OrderedDict[tuple[Path, str], pa.Table] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, view: FiledView, relation: str, sql: str) -> pa.Table:
        """The rows of ``sql``, which reads one rollup, over each of its files by itself."""
        found = [
            self._of_file(view.connection, path, relation, sql) for path in _paths(view, relation)
        ]
        return pa.concat_tables(found)

    def _of_file(
        self, connection: duckdb.DuckDBPyConnection, path: Path | None, relation: str, sql: str
    ) -> pa.Table:
        files: Sequence[Path] = [] if path is None else [path]
        source = f"WITH {relation} AS (FROM {parquet(files, ROLLUPS[relation])})"
        text = f"{source} FROM ({sql})"
        if path is None:
            return connection.sql(text).to_arrow_table()
        with self._lock:
            rows = self._rows.get((path, sql))
            if rows is not None:
                self._rows.move_to_end((path, sql))
                return rows
        rows = connection.sql(text).to_arrow_table()
        self._keep((path, sql), rows)
        return rows

    def _keep(self, key: tuple[Path, str], rows: pa.Table) -> None:
        """Keep rows; those of files that are gone go, and the oldest ones if it is too much."""
        with self._lock:
            for old in [old for old in self._rows if not old[0].exists()]:
                self._bytes -= self._rows.pop(old).nbytes
            if key not in self._rows:
                self._rows[key] = rows
                self._bytes += rows.nbytes
            while self._bytes > self._most and len(self._rows) > 1:
                self._bytes -= self._rows.popitem(last=False)[1].nbytes


def _paths(view: FiledView, relation: str) -> Sequence[Path | None]:
    """The files; None stands for their absence, because the columns are wanted all the same."""
    return view.files(relation) or (None,)


KEPT = KeptRows()
"""The rows that this process keeps."""
