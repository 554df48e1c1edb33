"""DuckDB as the lake uses it: inside this process, bounded in memory, no network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from uptake.store.scratch import new_path

MEMORY_LIMIT = "768MiB"
"""What one engine may hold before it spills to ``scratch``; the process needs some more."""


def connect(scratch: Path, *, memory_limit: str = MEMORY_LIMIT) -> duckdb.DuckDBPyConnection:
    """An empty in-memory engine that spills into a folder of its own in ``scratch``."""
    connection = duckdb.connect(
        config={
            "memory_limit": memory_limit,
            "temp_directory": str(new_path(scratch)),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
    )
    return quiet(connection)


def quiet(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, which no longer draws progress bars over what a command prints."""
    return connection.execute("SET enable_progress_bar = false")


def rows_of(
    sql: str, parameters: Sequence[str] = ()
) -> list[tuple[Any, ...]]:  # what stands in a row, who asks knows
    """Rows that answer one short question over files.

    The module's own connection (``duckdb.execute``) refuses a second thread while one asks, and
    hangs in a process that was forked after its first question; this does neither.
    """
    here = os.getpid()
    if here not in _SHARED:
        _SHARED[here] = quiet(duckdb.connect())
    with _SHARED[here].cursor() as connection:
        rows: list[tuple[Any, ...]] = connection.execute(sql, list(parameters)).fetchall()
    return rows


_SHARED: dict[int, duckdb.DuckDBPyConnection] = {}
"""An engine by process, never given up: a forked one cannot end the threads of its parent."""
