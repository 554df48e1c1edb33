"""Which time an identical row comes in one pass over a file, in bounded memory.

Rows without an identity of their own are identified by their content. The first of several
identical rows keeps that identity; the k-th further one gets the MD5 of "identity#k", so the same
file read again gives the same identities, and none of its rows is lost.
"""

from __future__ import annotations

from hashlib import md5
from pathlib import Path
from typing import Protocol
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.store.encode import Hashes, IdentifiedEvents
from uptake.store.index import HashRuns, merge_runs, rows_among, runs_to_merge, write_run

Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]

FEW = 1_000
"""So many identities are looked for in any number of runs without merging these first."""

MERGED_AT_ONCE = 1 << 22
"""Identities that a merge holds in memory."""


class HashSet(Protocol):
    """Says of hashes, ascending, which it holds."""

    def contains(self, sorted_hashes: Hashes) -> Mask:
        """For each hash, whether it is in the set."""


class Occurrences:
    """Counts identities over one pass; which were seen lies in sorted runs in ``folder``.

    Only the counts of identities that repeat stay in memory. Identities are told apart by their
    64-bit hash; should two contents share one, the later row still gets an identity of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[tuple[Path, int]] = []
        self._runs_made = 0
        self._repeated: Hashes = np.empty(0, dtype=np.uint64)
        self._counts: Counts = np.empty(0, dtype=np.int64)

    def identify(self, events: IdentifiedEvents, stored: HashSet) -> IdentifiedEvents:
        """Give the rows of the next chunk their identities.

        ``stored`` holds at least the rows of the chunks before: what it does not know is new here.
        """
        rows, times = self._repeated_rows(events, stored)
        if not len(rows):
            return events
        taken = events.events["message_id"].take(pa.array(rows)).to_pylist()
        pairs = zip(taken, times.tolist(), strict=True)
        uuids = np.frombuffer(b"".join(_again(text, time) for text, time in pairs), np.uint8)
        return events.with_uuids(rows, uuids.reshape(-1, 16))

    def _repeated_rows(self, events: IdentifiedEvents, stored: HashSet) -> tuple[Rows, Counts]:
        """The rows whose identity came before them in this pass, and how often."""
        unique, counts = _counted(events.ordered)
        earlier = self._seen_and_remember(unique, counts, stored)
        comes_again = (earlier > 0) | (counts > 1)
        rows = rows_among(events.hashes, unique[comes_again])
        group = np.searchsorted(unique[comes_again], events.hashes[rows])
        times = earlier[comes_again][group] + _ranks(group)
        return rows[times > 0], times[times > 0]

    def _seen_and_remember(self, unique: Hashes, counts: Counts, stored: HashSet) -> Counts:
        """How often these were seen before this chunk, adding how often they are in it."""
        seen = stored.contains(unique)
        seen[seen] = self._seen(unique[seen])
        earlier = seen.astype(np.int64)
        if len(self._repeated):
            at = np.minimum(np.searchsorted(self._repeated, unique), len(self._repeated) - 1)
            counted = self._repeated[at] == unique
            earlier[counted] = self._counts[at[counted]]
        self._remember(unique[~seen])
        repeats = seen | (counts > 1)
        self._count(unique[repeats], (earlier + counts)[repeats])
        return earlier

    def _seen(self, unique: Hashes) -> Mask:
        """Which were seen in this pass; runs are merged only when many ask, which few files do."""
        if len(unique) > FEW:
            self._merge()
        return HashRuns([path for path, _ in self._runs]).contains(unique)

    def _remember(self, fresh: Hashes) -> None:
        path = self._next_run()
        self._runs.append((path, write_run(path, fresh, durable=False)))

    def _merge(self) -> None:
        chosen = [self._runs[at] for at in runs_to_merge([size for _, size in self._runs])]
        if not chosen:
            return
        merged = self._next_run()
        paths = [path for path, _ in chosen]
        size = merge_runs(paths, merged, block=MERGED_AT_ONCE // len(paths), durable=False)
        self._runs = [run for run in self._runs if run not in chosen] + [(merged, size)]
        for path in paths:
            path.unlink()

    def _count(self, repeated: Hashes, counts: Counts) -> None:
        if not len(repeated):
            return
        kept = ~np.isin(self._repeated, repeated, assume_unique=True)
        hashes = np.concatenate([self._repeated[kept], repeated])
        order = np.argsort(hashes)
        self._repeated = hashes[order]
        self._counts = np.concatenate([self._counts[kept], counts])[order]

    def _next_run(self) -> Path:
        self._runs_made += 1
        return self._folder / f"{self._runs_made}.run"


def _counted(ordered: Hashes) -> tuple[Hashes, Counts]:
    """Each of the hashes once, and how often it is there."""
    if not (ordered[1:] == ordered[:-1]).any():
        return ordered, np.ones(len(ordered), dtype=np.int64)
    starts = _starts(ordered)
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _starts(ordered: npt.NDArray[np.generic]) -> Counts:
    """Where values begin that differ from the one before."""
    return np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)])


def _ranks(group: Counts) -> Counts:
    """How many rows of the same group come before each row."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = _starts(ordered)
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    return ranks


def _again(identity: str | bytes, time: int) -> bytes:
    """The identity of an identical row that comes for the ``time``-th further time."""
    if isinstance(identity, bytes):
        identity = str(UUID(bytes=identity))
    return md5(f"{identity}#{time}".encode(), usedforsecurity=False).digest()
