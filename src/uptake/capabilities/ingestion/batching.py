"""Events of many requests to one batch of columns, and one durable append for all of them.

A request of one event costs as much to store as one of fifty: building columns and the commit are
paid per batch. So requests that arrive while another's batch is being stored are stored together
with the next one. Each is answered only when its own events are on disk.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import numpy as np
import pyarrow as pa

from uptake.capabilities.ingestion.columns import Arrays, Columns, texts, times
from uptake.store import Lake
from uptake.store.errors import InvalidBatch

MOST_TOGETHER = 20_000
"""Events that one append takes at most."""


@dataclass(slots=True)
class Submission:
    """The events of one request, and what became of them."""

    workspace: str
    source: str
    received_ms: int
    events: Columns | Arrays
    done: bool = False
    error: Exception | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)


class Appender:
    """Stores what many threads submit, together."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._queue: deque[Submission] = deque()
        self._lock = threading.Lock()
        self._is_storing = False

    def append(self, submission: Submission) -> None:
        """Store the events; when this returns, they survive a crash and a power loss.

        One thread stores what has queued up, its own events included; the others sleep until
        theirs are stored, or until it is their turn to store.
        """
        submission.turn.acquire()
        with self._lock:
            self._queue.append(submission)
            waits = self._is_storing
            self._is_storing = True
        if waits:
            submission.turn.acquire()
        while not submission.done:
            self._store_next()
        if submission.error is not None:
            raise submission.error

    def _store_next(self) -> None:
        """Store a group, wake those whose events were in it, and somebody to go on."""
        group = self._next_group()
        self._store(group)
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._is_storing = following is not None
        for stored in group:
            stored.done = True
            stored.turn.release()
        if following is not None:
            following.turn.release()

    def _next_group(self) -> list[Submission]:
        """The submissions of one workspace at the head of the queue, as far as one append goes."""
        with self._lock:
            group = [self._queue.popleft()]
            size = len(group[0].events)
            while self._queue and self._queue[0].workspace == group[0].workspace:
                size += len(self._queue[0].events)
                if size > MOST_TOGETHER:
                    break
                group.append(self._queue.popleft())
        return group

    def _store(self, group: Sequence[Submission]) -> None:
        try:
            store(self._lake, group)
        except InvalidBatch as refused:
            if len(group) == 1:
                group[0].error = refused
                return
            for waiting in group:
                self._store([waiting])
        except Exception as failed:  # every waiting thread raises it
            for waiting in group:
                waiting.error = failed


def store(lake: Lake, group: Sequence[Submission]) -> None:
    """Append the events of submissions of one workspace; they are on disk when this returns."""
    batch = canonical(group)
    for start in range(0, batch.num_rows, MOST_TOGETHER):
        lake.append(group[0].workspace, batch.slice(start, MOST_TOGETHER))


def canonical(group: Sequence[Submission]) -> pa.RecordBatch:
    """The events of all submissions as one batch of ``CANONICAL``."""
    parts = [_stored(each, each.events) for each in group if isinstance(each.events, Arrays)]
    lists = [each for each in group if not isinstance(each.events, Arrays)]
    if lists:
        parts.append(_stored_together(lists))
    return parts[0] if len(parts) == 1 else pa.concat_batches(parts)


def _stored(submission: Submission, events: Arrays) -> pa.RecordBatch:
    sources = pa.repeat(pa.scalar(submission.source), len(events))
    return events.batch(sources, times(np.full(len(events), submission.received_ms)))


def _stored_together(group: Sequence[Submission]) -> pa.RecordBatch:
    """Submissions of a few events each: columns are made once for all of them."""
    merged = Columns()
    for submission in group:
        if isinstance(submission.events, Columns):
            merged.extend(submission.events)
    sizes = [len(submission.events) for submission in group]
    sources = _each([submission.source for submission in group], sizes)
    received = _each([submission.received_ms for submission in group], sizes)
    return merged.arrays().batch(texts(sources), times(received))


def _each(values: Iterable[Any], sizes: Iterable[int]) -> list[Any]:  # of one type per column
    """Each value as often as its submission has events."""
    return list(chain.from_iterable(map(repeat, values, sizes)))
