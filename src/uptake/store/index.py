"""The index of every identity ever stored: sorted runs of 64-bit hashes in mapped files.

Eight bytes an event. A hash that is found is a question, not an answer: the full identity is
compared in the files. Runs are merged as they grow (O'Neil et al. 1996, log-structured merge), so
their number stays logarithmic in the events.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

HASH_TYPE = np.dtype("<u8")
BLOCK = 1 << 20
"""Hashes of one run that a merge holds in memory, unless it is told otherwise."""

MERGED_AT_ONCE = 1 << 19
"""Hashes of all runs together that a merge of the index holds in memory."""

GROWTH = 4
"""A run is merged with the smaller ones until it is this many times larger than they together."""


ALIKE = 8
"""So many runs of a size are merged at once where they are merged seldom."""


class HashRuns:
    """Membership in a set of runs; files are mapped only while a question is answered."""

    __slots__ = ("_paths",)

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = tuple(paths)

    def contains(self, sorted_hashes: Hashes) -> Mask:
        """For each hash (ascending), whether any run holds it."""
        found = np.zeros(len(sorted_hashes), dtype=np.bool_)
        if not len(sorted_hashes):
            return found
        for path in self._paths:
            found |= held_in(read_run(path), sorted_hashes)
        return found


def read_run(path: Path) -> Hashes:
    """A run, mapped and not read."""
    if path.stat().st_size == 0:
        return np.empty(0, dtype=HASH_TYPE)
    return np.memmap(path, dtype=HASH_TYPE, mode="r")


def held_in(run: Hashes, hashes: Hashes) -> Mask:
    """Which hashes a run holds; ascending ones are searched for by walking forward through it."""
    if not len(run):
        return np.zeros(len(hashes), dtype=np.bool_)
    at = np.searchsorted(run, hashes)
    at[at == len(run)] = len(run) - 1
    found: Mask = run[at] == hashes
    return found


def rows_among(hashes: Hashes, wanted: Hashes) -> Rows:
    """The rows, ascending, whose hash is one of those wanted (ascending)."""
    if not len(wanted):
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(held_in(wanted, hashes))


def write_run(path: Path, hashes: Hashes, *, durable: bool = True) -> int:
    """Write hashes ascending and once, on disk for good at return; gives the number written."""
    content = _ascending_once(hashes)
    with path.open("wb") as file:
        file.write(content.data)
        if durable:
            _on_disk(file.fileno())
    return len(content)


def merge_runs(
    paths: Sequence[Path], target: Path, *, block: int = BLOCK, durable: bool = True
) -> int:
    """Merge runs into one file with at most ``block`` hashes of each in memory; equal ones once."""
    written = 0
    with target.open("wb") as file:
        for piece in _merged_pieces([read_run(path) for path in paths], block):
            file.write(piece.data)
            written += len(piece)
        if durable:
            _on_disk(file.fileno())
    return written


def runs_to_merge(sizes: Sequence[int]) -> tuple[int, ...]:
    """Which runs to merge into one now, as positions in ``sizes``; empty when all is well.

    Smallest first, a run is taken in while the runs before it come to more than a ``GROWTH``-th of
    it. What is left at least multiplies from run to run, so there are O(log n) of them.
    """
    order = sorted(range(len(sizes)), key=lambda at: sizes[at])
    taken, total = 0, 0
    for count, at in enumerate(order):
        if count and total * GROWTH > sizes[at]:
            taken = count + 1
        total += sizes[at]
    return tuple(order[:taken])


def runs_alike(sizes: Sequence[int]) -> tuple[int, ...]:
    """Which runs to merge while many more are coming, as positions in ``sizes``.

    ``ALIKE`` runs of a size become one, the small ones first: every hash is then written once for
    each power of ``ALIKE``, at the price of more runs than ``runs_to_merge`` leaves.
    """
    ranks: dict[int, list[int]] = {}
    for at, size in enumerate(sizes):
        ranks.setdefault(round(math.log(max(size, 1), ALIKE)), []).append(at)
    full = [rank for rank, found in ranks.items() if len(found) >= ALIKE]
    return tuple(ranks[min(full)]) if full else ()


def _merged_pieces(runs: list[Hashes], block: int) -> Iterator[Hashes]:
    """Ascending pieces of the union: cut every run at the lowest block end, sort what is below."""
    starts = [0] * len(runs)
    while any(start < len(run) for run, start in zip(runs, starts, strict=True)):
        ends = [min(start + block, len(run)) for run, start in zip(runs, starts, strict=True)]
        live = [at for at, run in enumerate(runs) if starts[at] < len(run)]
        limit = min(runs[at][ends[at] - 1] for at in live)
        parts = []
        for at in live:
            window = runs[at][starts[at] : ends[at]]
            upto = int(np.searchsorted(window, limit, side="right"))
            parts.append(window[:upto])
            starts[at] += upto
        yield _ascending_once(np.concatenate(parts))


def _ascending_once(hashes: Hashes) -> Hashes:
    """Hashes sorted, equal ones once."""
    if (hashes[1:] > hashes[:-1]).all():
        return hashes.astype(HASH_TYPE, copy=False)
    ordered = np.sort(hashes).astype(HASH_TYPE, copy=False)
    first: Mask = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered if first.all() else ordered[first]


def _on_disk(descriptor: int) -> None:
    os.fsync(descriptor)
