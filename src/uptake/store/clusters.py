"""Coded rows in the order in which files hold them, and where each person's action of a day begins.

One sort serves both files: events lie as compaction leaves them, by month, account and person, and
the rollups are sums over neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.store.ordering import MOST_BITS, order_of, packed, place_bits, sorted_with_places

Column = npt.NDArray[np.generic]
Columns = dict[str, Column]
Numbers = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

CLUSTER_KEYS = ("account", "person", "day", "action", "product", "module")
"""What is the same on the rows of a cluster, in the order of the clusters within a month."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Rows by month and ``CLUSTER_KEYS``, and the first row of each cluster."""

    rows: pa.Table
    starts: Rows

    def keys(self) -> Columns:
        """The keys of each cluster."""
        columns = integers(self.rows, CLUSTER_KEYS)
        if len(self.starts) == len(self.rows):
            return columns
        return {name: column[self.starts] for name, column in columns.items()}

    def total(self, column: Column) -> Numbers:
        """The sum over the rows of each cluster."""
        if not column.any():
            return np.zeros(len(self.starts), dtype=np.int64)
        return np.add.reduceat(column, self.starts, dtype=np.int64)

    def sizes(self) -> Numbers:
        """How many rows each cluster has."""
        return np.diff(np.append(self.starts, len(self.rows))).astype(np.int64)


def clustered(coded: pa.Table) -> Clusters:
    """Rows of ``EVENT_FILE``, or of some of its columns with those of ``CLUSTER_KEYS``, in order.

    Rows of one cluster keep the order they came in.
    """
    keys = integers(coded, CLUSTER_KEYS)
    months, days = months_and_days(keys["day"])
    columns = [months, *(keys | {"day": days}).values()]
    numbers = packed(columns)
    if numbers is None or numbers.bits + place_bits(len(months)) > MOST_BITS:
        order = order_of(columns)
        starts = changes([column[order] for column in columns])
    else:
        ordered, order = sorted_with_places(numbers.numbers)
        starts = changes([ordered])
    at = pa.array(order)
    rows = [column if _is_uniform(column) else column.take(at) for column in coded.columns]
    return Clusters(pa.table(rows, schema=coded.schema), starts)


def integers(coded: pa.Table, names: Sequence[str]) -> Columns:
    """Codes and days as plain numbers."""
    return {name: coded[name].cast(pa.int32()).to_numpy() for name in names}


def months_and_days(days: Column) -> tuple[Column, Column]:
    """Months since 1970 and days since their first, of days since 1970.

    Worked out once for every day between the first and the last.
    """
    if not len(days):
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    first, last = int(days.min()), int(days.max())
    calendar = np.arange(first, last + 1).astype("datetime64[D]")
    months = calendar.astype("datetime64[M]")
    in_month = (calendar - months.astype("datetime64[D]")).astype(np.int32)
    at = days.astype(np.int64) - first
    return months.astype(np.int32)[at], in_month[at]


def changes(ordered: Sequence[Column]) -> Rows:
    """Where rows begin that differ from the row before."""
    if not len(ordered[0]):
        return np.empty(0, dtype=np.intp)
    differs = np.zeros(len(ordered[0]), dtype=np.bool_)
    differs[0] = True
    for column in ordered:
        differs[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(differs)


def _is_uniform(column: pa.ChunkedArray) -> bool:
    """Whether a column is the same on every row, as far as that is told quickly."""
    if column.null_count in (0, len(column)) and not _is_content(column.type):
        bounds = pc.min_max(column)
        return bool(bounds["min"] == bounds["max"])
    return int(column.null_count) == len(column)


def _is_content(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_fixed_size_binary(kind))
