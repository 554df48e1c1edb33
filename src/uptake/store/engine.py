"""DuckDB as the lake uses it: inside this process, bounded in memory, no network."""

from __future__ import annotations

from pathlib import Path

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
