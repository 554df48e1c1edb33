"""What was worked out from files of the lake, kept in this process for as long as it is true.

Files never change, so what was worked out from some of them holds while they are there and while
the people in them are who they were: a stamp says both. What rests on a file that is gone, or on
people erased since, goes when somebody asks next.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar, cast

MOST_BYTES = 256 * 2**20
"""What a process keeps of this kind."""

IDLE_SECONDS = 1800.0
"""What was not asked for so long makes room for other things; what was does not.

Files are asked for in turn: were the oldest to go first, none would be left for the next round.
"""

SWEPT_SECONDS = 30.0
"""The same files are not compared with what is kept again so soon."""

MOST_SWEPT = 64

_SMALL = 200


class Sized(Protocol):
    """Anything that says how many bytes its arrays take."""

    @property
    def nbytes(self) -> int:
        """Bytes."""


T = TypeVar("T", bound=Sized)


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """A file and, by a digest, who of the people in it is erased or somebody else."""

    path: Path
    people: str


ANYBODY = "*"
"""In place of a digest: what is true of a file whoever the people in it are."""

Key = tuple[tuple[Stamp, ...], str]
"""The files that something was worked out from, and what was asked of them."""


class Keep:
    """Things by the files and the question that they answer; threads may share it."""

    def __init__(
        self, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most_bytes
        self._clock = clock
        self._bytes = 0
        self._found: OrderedDict[Key, tuple[Sized, float]] = OrderedDict()
        self._swept: dict[frozenset[Stamp], float] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many things are kept."""
        return len(self._found)

    @property
    def paths(self) -> set[Path]:
        """The files that something is kept of."""
        return {stamp.path for stamps, _question in self._found for stamp in stamps}

    def of(self, stamps: tuple[Stamp, ...], question: str, build: Callable[[], T]) -> T:
        """What is kept for a question about files; built if there is nothing."""
        kept = self.get(stamps, question)
        if kept is not None:
            return cast("T", kept)
        built = build()
        self.put(stamps, question, built)
        return built

    def get(self, stamps: tuple[Stamp, ...], question: str) -> Sized | None:
        """What is kept for a question about files; None if nothing is."""
        key = stamps, question
        with self._lock:
            kept = self._found.get(key)
            if kept is None:
                return None
            self._found[key] = kept[0], self._clock()
            self._found.move_to_end(key)
            return kept[0]

    def put(self, stamps: tuple[Stamp, ...], question: str, built: Sized) -> None:
        """Keep something if there is room, or if what was not asked for lately can make room."""
        key, size = (stamps, question), built.nbytes + _SMALL
        with self._lock:
            if key in self._found:
                self._drop(key)
            idle = self._clock() - IDLE_SECONDS
            while self._bytes + size > self._most and self._found:
                oldest = next(iter(self._found))
                if self._found[oldest][1] > idle:
                    return
                self._drop(oldest)
            if size <= self._most:
                self._found[key] = built, self._clock()
                self._bytes += size

    def let_go(self, now: Iterable[Stamp]) -> None:
        """Forget what rests on files that are gone, or whose people are not as ``now`` says."""
        seen = frozenset(now)
        with self._lock:
            if self._swept.get(seen, -SWEPT_SECONDS) > self._clock() - SWEPT_SECONDS:
                return
            if len(self._swept) >= MOST_SWEPT:
                self._swept.clear()
            self._swept[seen] = self._clock()
            people = {stamp.path: stamp.people for stamp in seen}
            gone = {path for path in self.paths - people.keys() if not path.exists()}
            for key in [key for key in self._found if _is_over(key, people, gone)]:
                self._drop(key)

    def _drop(self, key: Key) -> None:
        self._bytes -= self._found.pop(key)[0].nbytes + _SMALL


def _is_over(key: Key, people: dict[Path, str], gone: set[Path]) -> bool:
    return any(
        stamp.path in gone or people.get(stamp.path, stamp.people) not in (stamp.people, ANYBODY)
        if stamp.people != ANYBODY
        else stamp.path in gone
        for stamp in key[0]
    )


KEEP = Keep()
"""What this process keeps of behaviours."""
