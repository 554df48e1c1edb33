"""The relations of a workspace's newest version, kept in a process for all its threads.

Whoever shows pages asks here instead of opening a snapshot each time: what one page has worked out
serves the next, until the lake's version or what the house knows about people has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from uptake.metrics.relations import Relations
from uptake.store import Lake, Snapshot
from uptake.store.manifest import read_version

Build = Callable[[Snapshot], Relations]
"""Puts relations together over a snapshot."""


@dataclass(slots=True)
class _Kept:
    """Relations over an open snapshot, and how many threads read them."""

    state: Hashable
    snapshot: Snapshot
    relations: Relations
    readers: int = 0


class KeptRelations:
    """One set of relations a workspace; an older one is closed when its last reader is done."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @contextmanager
    def reading(self, workspace: str, build: Build, *, revision: Hashable) -> Iterator[Relations]:
        """The relations of what is queryable now; they stay as they are while they are read.

        ``revision`` stands for everything that ``build`` knows besides events: people, profile,
        calendar. With another one the relations are built afresh.
        """
        kept = self._newest(workspace, build, revision)
        try:
            yield kept.relations
        finally:
            self._leave(workspace, kept)

    def close(self) -> None:
        """Let everything go that nobody reads."""
        with self._lock:
            idle = [name for name, kept in self._kept.items() if not kept.readers]
            for name in idle:
                self._kept.pop(name).snapshot.close()

    def _newest(self, workspace: str, build: Build, revision: Hashable) -> _Kept:
        with self._lock:
            turn = self._locks.setdefault(workspace, threading.Lock())
        with turn:
            with self._lake.database.reading() as session:
                state = read_version(session, workspace), revision
            kept = self._enter(workspace, state)
            return kept or self._built(workspace, build, revision)

    def _enter(self, workspace: str, state: Hashable) -> _Kept | None:
        with self._lock:
            kept = self._kept.get(workspace)
            if kept is None or kept.state != state:
                return None
            kept.readers += 1
            return kept

    def _built(self, workspace: str, build: Build, revision: Hashable) -> _Kept:
        snapshot = self._lake.snapshot(workspace)
        try:
            relations = build(snapshot)
        except BaseException:
            snapshot.close()
            raise
        kept = _Kept((snapshot.version, revision), snapshot, relations, readers=1)
        with self._lock:
            older = self._kept.get(workspace)
            self._kept[workspace] = kept
            if older is not None and not older.readers:
                older.snapshot.close()
        return kept

    def _leave(self, workspace: str, kept: _Kept) -> None:
        with self._lock:
            kept.readers -= 1
            if not kept.readers and self._kept.get(workspace) is not kept:
                kept.snapshot.close()
