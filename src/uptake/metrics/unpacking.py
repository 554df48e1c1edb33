"""From bit masks, as the database sends them, to matrices of people by days."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts, Flags
from uptake.metrics.measurement import Window
from uptake.store.schema import ACTIONS_IN_A_MASK

BITS = ACTIONS_IN_A_MASK


def unpacked(
    mask: Counts, block: Counts, row: Counts, people: int, first: int, count: int
) -> Flags:
    """People x ``count`` flags from bit ``first`` on; ``row`` is the person of each mask."""
    lowest = first // BITS
    blocks = (first + count - 1) // BITS - lowest + 1
    flags = np.zeros((people, blocks * BITS), dtype=bool)
    for number in range(blocks):
        here = np.flatnonzero(block == lowest + number)
        columns = slice(number * BITS, (number + 1) * BITS)
        flags[row[here], columns] |= _bits(mask[here])
    start = first - lowest * BITS
    return flags[:, start : start + count]


def _bits(masks: Counts) -> Flags:
    """Masks x 62 flags, lowest bit first."""
    octets = masks.astype("<i8").view(np.uint8).reshape(len(masks), 8)
    return np.unpackbits(octets, axis=1, bitorder="little")[:, :BITS].astype(bool)


def unpacked_days(
    rows: pa.Table, keys: list[str], window: Window
) -> dict[tuple[object, ...], Flags]:
    """People x days of a window for each combination of the key columns.

    ``rows`` have the keys, person, block and days (a mask of the days of the block).
    """
    first = (window.first - date(1970, 1, 1)).days
    found: dict[tuple[object, ...], Flags] = {}
    for key, part in split(rows, keys).items():
        people, row = np.unique(part["person"].to_numpy(), return_inverse=True)
        mask, block = part["days"].to_numpy(), part["block"].to_numpy()
        size = {"people": len(people), "first": first, "count": window.days}
        found[key] = unpacked(mask, block, row.ravel(), **size)
    return found


def split(rows: pa.Table, keys: list[str]) -> dict[tuple[object, ...], pa.Table]:
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
