"""A sieve before the index: which hashes are certainly not stored, without looking for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from uptake.store.index import Hashes, Mask, read_run
from uptake.store.manifest import FileEntry

BITS_A_HASH = 12
LEAST_BITS_A_HASH = 6
"""Bits for each hash expected, and those below which too many hashes would pass."""

LEAST_BITS, MOST_BITS = 16, 30
MOST_HASHES = 1 << 29
"""An index of more is searched without a sieve, which would let most of it pass."""

WORTH = 64
"""So many times the hashes asked for at once, an index may hold and still be worth sieving."""

_AT_ONCE = 1 << 20


class Sieve:
    """One bit for each beginning that a hash can have: set if any hash begins so."""

    __slots__ = ("_bits", "_marks")

    def __init__(self, hashes: int) -> None:
        wanted = (hashes * BITS_A_HASH - 1).bit_length()
        self._bits = min(max(wanted, LEAST_BITS), MOST_BITS)
        self._marks: npt.NDArray[np.uint8] = np.zeros(1 << (self._bits - 3), dtype=np.uint8)

    def suits(self, hashes: int) -> bool:
        """Whether so many hashes leave enough bits unset, or no sieve would."""
        return hashes * LEAST_BITS_A_HASH <= 1 << self._bits or self._bits == MOST_BITS

    def add(self, ordered: Hashes) -> None:
        """Take in hashes, ascending."""
        for start in range(0, len(ordered), _AT_ONCE):
            places = ordered[start : start + _AT_ONCE] >> np.uint64(64 - self._bits)
            at = (places >> np.uint64(3)).astype(np.intp)
            bits = np.uint8(1) << (places & np.uint64(7)).astype(np.uint8)
            firsts = np.flatnonzero(np.append(True, at[1:] != at[:-1]))
            self._marks[at[firsts]] |= np.bitwise_or.reduceat(bits, firsts)

    def may_hold(self, hashes: Hashes) -> Mask:
        """For each hash, whether it may have been taken in; of those that were, always."""
        places = hashes >> np.uint64(64 - self._bits)
        marks = self._marks[(places >> np.uint64(3)).astype(np.intp)]
        marks >>= (places & np.uint64(7)).astype(np.uint8)
        marks &= np.uint8(1)
        return marks.view(np.bool_)


class IndexSieve:
    """The sieve of one workspace's index, kept from write to write."""

    __slots__ = ("_runs", "_sieve", "_workspace")

    def __init__(self) -> None:
        self._workspace = ""
        self._sieve: Sieve | None = None
        self._runs: set[str] = set()

    def of(
        self, workspace: str, folder: Path, runs: Sequence[FileEntry], *, asked: int
    ) -> Sieve | None:
        """The sieve of an index, which ``asked`` hashes are looked for in and may be added to.

        None where looking for them in the index itself is quicker.
        """
        hashes = asked + sum(run.rows for run in runs)
        if hashes > min(asked * WORTH, MOST_HASHES):
            return None
        if self._sieve is None or workspace != self._workspace or not self._sieve.suits(hashes):
            self._workspace, self._sieve, self._runs = workspace, Sieve(2 * hashes), set()
        for run in runs:
            if run.id not in self._runs:
                self._sieve.add(read_run(folder / run.path))
        self._runs = {run.id for run in runs}
        return self._sieve

    def take_in(self, workspace: str, hashes: Hashes, runs: Sequence[FileEntry]) -> None:
        """Hashes were written to these runs, with nothing but what the index held before."""
        if self._sieve is not None and workspace == self._workspace:
            self._sieve.add(np.sort(hashes))
            self._runs |= {run.id for run in runs}
