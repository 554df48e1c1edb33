"""Compiled questions: a metric's expression becomes SQL once, not each time a page is shown.

Building and compiling an expression takes Ibis tens of milliseconds, more than answering it from
rollups. What the SQL depends on is in the key: the expressions, the scope, and everything about the
relations that an expression can see. Neither rows nor connections are kept: the tables of relations
have the same name in all of them, and what it stands for is put in when the question is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_KEPT = 512
"""Compiled questions kept in a process."""


@dataclass(frozen=True, slots=True)
class Query:
    """SQL, the small tables that it names, and its columns."""

    sql: str
    tables: tuple[tuple[str, pa.Table], ...]
    schema: pa.Schema

    def over(self, sources: Mapping[str, str]) -> Query:
        """The same question with names in it put to what they stand for."""
        sql = self.sql
        for name, source in sources.items():
            sql = sql.replace(name, source)
        return replace(self, sql=sql)

    def run(self, connection: duckdb.DuckDBPyConnection, source: str = "") -> pa.Table:
        """The rows of the answer; ``source`` is a WITH clause in place of a relation."""
        for name, rows in self.tables:
            connection.register(name, rows)
        sql = f"{source} FROM ({self.sql})" if source else self.sql
        answer = connection.sql(sql).to_arrow_table()
        return answer if answer.schema.types == self.schema.types else answer.cast(self.schema)


def query_of(table: ir.Table) -> Query:
    """The compiled form of an expression."""
    import ibis  # takes a moment to import
    import ibis.expr.operations as ops

    small = table.op().find(ops.InMemoryTable)
    return Query(
        sql=str(ibis.to_sql(table, dialect="duckdb", pretty=False)),
        tables=tuple((op.name, op.data.to_pyarrow(op.schema)) for op in small),
        schema=table.schema().to_pyarrow(),
    )


_KEPT: dict[Hashable, Query] = {}


def compiled(key: Hashable, build: Callable[[], ir.Table]) -> Query:
    """The query kept under a key; built and compiled if there is none."""
    found = _KEPT.get(key)
    if found is None:
        found = query_of(build())
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[key] = found
    return found
