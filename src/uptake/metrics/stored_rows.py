"""Rows that relations keep beside the lake: temporary tables, made once on a connection.

A name says what a table holds, so connections that are used again never mix two of them up.
"""

from __future__ import annotations

import hashlib

import duckdb
import pyarrow as pa

from uptake.metrics.compiled import Query
from uptake.metrics.kept_days import KEPT, FiledView
from uptake.metrics.relations import LakeView


def store_rows(connection: duckdb.DuckDBPyConnection, what: str, rows: pa.Table) -> str:
    """The name of a temporary table of rows: it has statistics, and serves every query."""
    digest = hashlib.sha256(str(rows.schema).encode())
    for batch in rows.combine_chunks().to_batches():
        digest.update(batch.serialize())
    name = _named(what, digest.hexdigest())
    _create(connection, name, rows)
    return name


def keep_rows(view: LakeView, what: str, query: Query, rollup: str) -> str:
    """The name of a temporary table of the rows of a query about one rollup.

    Of a view of files each is read by itself and what comes of it is kept.
    """
    name = _named(what, hashlib.sha256(query.sql.encode()).hexdigest())
    if isinstance(view, FiledView):
        _create(view.connection, name, KEPT.of(view, rollup, query))
    else:
        view.connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS {query.sql}")
    return name


def _named(what: str, digest: str) -> str:
    return f"uptake_{what}_{digest[:24]}"


def _create(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    connection.register(f"{name}_rows", rows)
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {name} AS FROM {name}_rows")
    connection.unregister(f"{name}_rows")
