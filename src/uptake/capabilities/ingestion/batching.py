"""Events of many requests to one batch of columns, and one durable append for all of them.

A request of one event costs as much to store as one of fifty: building columns and the commit are
paid per batch. So requests that arrive while another's batch is being stored are stored together
with the next one. Each is answered only when its own events are on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import pyarrow as pa

from uptake.capabilities.ingestion.reading import Event, Rare
from uptake.store import Lake
from uptake.store.errors import InvalidBatch
from uptake.store.schema import CANONICAL, MILLISECONDS_UTC

MOST_TOGETHER = 20_000
"""Events that one append takes at most."""

_NO_RARE = Rare(
    object_type=None,
    object_id=None,
    case_id=None,
    duration_ms=None,
    quality_ok=None,
    recorded_ms=None,
)


@dataclass(slots=True)
class Submission:
    """The events of one request, and what became of them."""

    workspace: str
    source: str
    received_ms: int
    events: Sequence[Event]
    error: Exception | None = None
    done: bool = field(default=False)


class Appender:
    """Stores what many threads submit, together."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._queue: list[Submission] = []
        self._queue_lock = threading.Lock()
        self._turn = threading.Lock()

    def append(self, submission: Submission) -> None:
        """Store the events; when this returns, they survive a crash and a power loss.

        Whoever gets the turn stores for everybody who queues by then.
        """
        with self._queue_lock:
            self._queue.append(submission)
        with self._turn:
            while not submission.done:
                self._store(self._next_group())
        if submission.error is not None:
            raise submission.error

    def _next_group(self) -> list[Submission]:
        """Submissions of one workspace, in order, as many as one append takes."""
        with self._queue_lock:
            workspace = self._queue[0].workspace
            group: list[Submission] = []
            size = 0
            for waiting in self._queue:
                if waiting.workspace != workspace:
                    continue
                size += len(waiting.events)
                if group and size > MOST_TOGETHER:
                    break
                group.append(waiting)
            taken = set(map(id, group))
            self._queue = [waiting for waiting in self._queue if id(waiting) not in taken]
        return group

    def _store(self, group: Sequence[Submission]) -> None:
        error: Exception | None = None
        try:
            store(self._lake, group)
        except InvalidBatch as refused:
            if len(group) > 1:
                for waiting in group:
                    self._store([waiting])
                return
            error = refused
        except Exception as failed:  # every waiting thread raises it
            error = failed
        for waiting in group:
            waiting.error, waiting.done = error, True


def store(lake: Lake, group: Sequence[Submission]) -> None:
    """Append the events of submissions of one workspace; they are on disk when this returns."""
    batch = canonical(group)
    for start in range(0, batch.num_rows, MOST_TOGETHER):
        lake.append(group[0].workspace, batch.slice(start, MOST_TOGETHER))


def canonical(group: Sequence[Submission]) -> pa.RecordBatch:
    """The events of all submissions as one batch of ``CANONICAL``."""
    sizes = [len(submission.events) for submission in group]
    events = list(chain.from_iterable(submission.events for submission in group))
    columns = {
        "source_id": _texts(_each([submission.source for submission in group], sizes)),
        "message_id": _texts([event.message_id for event in events]),
        "received_at": _times(_each([submission.received_ms for submission in group], sizes)),
        "occurred_at": _times([event.occurred_ms for event in events]),
        "account": _texts([event.account for event in events]),
        "person": _texts([event.person for event in events]),
        "product": _texts([event.product for event in events]),
        "module": _texts([event.module for event in events]),
        "action": _texts([event.action for event in events]),
        "properties": _texts([event.properties for event in events]),
        **_rare_columns([event.rare for event in events]),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in CANONICAL.names], schema=CANONICAL)


def _each(values: Iterable[Any], sizes: Iterable[int]) -> list[Any]:  # of one type per column
    """Each value as often as its submission has events."""
    return list(chain.from_iterable(map(repeat, values, sizes)))


def _texts(values: list[Any]) -> pa.Array:  # texts, or properties as their bytes
    return pa.array(values, pa.string())


def _times(values: list[int | None]) -> pa.Array:
    return pa.array(values, pa.int64()).view(MILLISECONDS_UTC)


def _rare_columns(rares: Sequence[Rare | None]) -> dict[str, pa.Array]:
    names = ("object_type", "object_id", "case_id", "duration_ms", "quality_ok", "recorded_at")
    if not any(rares):
        return {name: pa.nulls(len(rares), CANONICAL.field(name).type) for name in names}
    whole = [_NO_RARE if rare is None else rare for rare in rares]
    return {
        "object_type": _texts([rare.object_type for rare in whole]),
        "object_id": _texts([rare.object_id for rare in whole]),
        "case_id": _texts([rare.case_id for rare in whole]),
        "duration_ms": pa.array([rare.duration_ms for rare in whole], pa.int64()),
        "quality_ok": pa.array([rare.quality_ok for rare in whole], pa.bool_()),
        "recorded_at": _times([rare.recorded_ms for rare in whole]),
    }
