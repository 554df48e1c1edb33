"""A sieve before the index: which hashes are certainly not stored, without looking for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from uptake.store.index import Hashes, Mask, read_run
from uptake.store.manifest import FileEntry

BITS_A_HASH = 12
LEAST_BITS_A_HASH = 6
"""Bits for each hash expected, and those below which too many hashes would pass."""

LEAST_BITS, MOST_BITS = 16, 30
MOST_HASHES = 1 << 28
"""An index of more is searched without a sieve, which would let much of it pass."""

WORTH = 64
"""So many times the hashes asked for at once, an index may hold and a sieve be made for them."""

WORD_BITS = 6
MARKS = 3
"""Bits set for each hash, all in one word of 64: one look at the memory tells."""

_AT_ONCE = 1 << 16


class Sieve:
    """A Bloom filter (Bloom 1970) in words: a hash's first bits say where, its last ones which."""

    __slots__ = ("_bits", "_words")

    def __init__(self, hashes: int) -> None:
        wanted = (hashes * BITS_A_HASH - 1).bit_length()
        self._bits = min(max(wanted, LEAST_BITS), MOST_BITS)
        self._words: Hashes = np.zeros(1 << (self._bits - WORD_BITS), dtype=np.uint64)

    def suits(self, hashes: int) -> bool:
        """Whether so many hashes leave enough bits unset, or no sieve would."""
        return hashes * LEAST_BITS_A_HASH <= 1 << self._bits or self._bits == MOST_BITS

    def add(self, ordered: Hashes) -> None:
        """Take in hashes, ascending."""
        for start in range(0, len(ordered), _AT_ONCE):
            hashes = ordered[start : start + _AT_ONCE]
            at = self._places(hashes)
            firsts = np.flatnonzero(np.append(True, at[1:] != at[:-1]))
            self._words[at[firsts]] |= np.bitwise_or.reduceat(_marks(hashes), firsts)

    def may_hold(self, hashes: Hashes) -> Mask:
        """For each hash, whether it may have been taken in; of those that were, always."""
        held = np.empty(len(hashes), dtype=np.bool_)
        for start in range(0, len(hashes), _AT_ONCE):
            rows = slice(start, start + _AT_ONCE)
            marks = _marks(hashes[rows])
            words = self._words[self._places(hashes[rows])]
            np.equal(words & marks, marks, out=held[rows])
        return held

    def _places(self, hashes: Hashes) -> npt.NDArray[np.intp]:
        return (hashes >> np.uint64(64 + WORD_BITS - self._bits)).astype(np.intp)


def _marks(hashes: Hashes) -> Hashes:
    """The bits of each hash in its word."""
    one, last = np.uint64(1), np.uint64(63)
    marks: Hashes = np.left_shift(one, hashes & last)
    for shift in range(WORD_BITS, MARKS * WORD_BITS, WORD_BITS):
        marks |= np.left_shift(one, (hashes >> np.uint64(shift)) & last)
    return marks


class IndexSieve:
    """The sieve of one workspace's index, kept from write to write."""

    __slots__ = ("_runs", "_sieve", "_workspace")

    def __init__(self) -> None:
        self._workspace = ""
        self._sieve: Sieve | None = None
        self._runs: set[str] = set()

    def of(
        self,
        workspace: str,
        folder: Path,
        runs: Sequence[FileEntry],
        *,
        asked: int,
        coming: Hashes | None = None,
    ) -> Sieve | None:
        """The sieve of an index, which ``asked`` hashes are looked for in and may be added to.

        None where looking for them in the index itself is quicker. ``coming`` are hashes, ascending
        and taken in, that are on their way into the index.
        """
        hashes = asked + sum(run.rows for run in runs)
        if workspace != self._workspace:
            self._workspace, self._sieve, self._runs = workspace, None, set()
        if hashes > MOST_HASHES or (self._sieve is None and hashes > asked * WORTH):
            return None
        if self._sieve is None or not self._sieve.suits(hashes):
            self._sieve, self._runs = Sieve(2 * hashes), set()
            self._sieve.add(np.empty(0, dtype=np.uint64) if coming is None else coming)
        for run in runs:
            if run.id not in self._runs:
                self._sieve.add(read_run(folder / run.path))
        self._runs = {run.id for run in runs}
        return self._sieve

    def take_in(self, workspace: str, ordered: Hashes) -> None:
        """Hold these hashes, ascending, as well, which are about to be written."""
        if self._sieve is not None and workspace == self._workspace:
            self._sieve.add(ordered)

    def know(self, workspace: str, runs: Iterable[FileEntry]) -> None:
        """These runs hold nothing but what was taken in and what the index held before."""
        if workspace == self._workspace:
            self._runs |= {run.id for run in runs}
