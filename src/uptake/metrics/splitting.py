"""Rows of an answer group by group, and rows of several files put together."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pyarrow as pa


def split(
    rows: pa.Table,
    keys: list[str],
) -> dict[tuple[Any, ...], pa.Table]:  # values of any column
    """The rows of each combination of values of the key columns, in order."""
    if not len(rows):
        return {}
    if not keys:
        return {(): rows}
    ordered = rows.sort_by([(key, "ascending") for key in keys])
    codes = [ordered[key].combine_chunks().dictionary_encode().indices for key in keys]
    changed = np.zeros(len(ordered), dtype=bool)
    changed[0] = True
    for code in codes:
        values = code.fill_null(-1).to_numpy()
        changed[1:] |= np.diff(values) != 0
    starts = np.append(np.flatnonzero(changed), len(ordered))
    return {
        tuple(ordered[key][start].as_py() for key in keys): ordered.slice(start, end - start)
        for start, end in itertools.pairwise(starts.tolist())
    }


def added_up(rows: pa.Table, keys: list[str]) -> pa.Table:
    """The events of rows with the same keys together; files may each have some of them."""
    found = rows.group_by(keys, use_threads=False).aggregate([("events", "sum")])
    return found.rename_columns({"events_sum": "events"})
