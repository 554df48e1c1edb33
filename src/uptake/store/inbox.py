"""The inbox, as those who send see it: a batch is on the disk before it is acknowledged.

Each process appends to files of its own, one at a time per workspace (store/segments.py); what
lies in them is read by store/waiting.py.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from weakref import WeakSet

import pyarrow as pa

from uptake.store.batches import MOST_BYTES, canonical_batch
from uptake.store.blob import Codec, encode_blob
from uptake.store.database import now_ms
from uptake.store.errors import InvalidBatch
from uptake.store.segment_writer import SegmentWriter
from uptake.store.segments import FOLDER, Content

GROUP_BYTES = 32 * 1024 * 1024
"""Bytes that one shared write takes at most."""

MOST_OPEN = 64
"""Workspaces whose segments a process holds open; those quiet for longest are left first."""


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """Proof that a batch is stored; ``batch_id`` is None for a batch without events."""

    batch_id: str | None
    events: int
    acknowledged_at: datetime


@dataclass(slots=True)
class _Pending:
    """A batch whose thread waits for the disk."""

    content: Content
    batch_id: str | None = None
    error: BaseException | None = None
    done: bool = field(default=False)


class Inbox:
    """Accepts batches of every workspace."""

    def __init__(self, root: Path, codec: Codec = Codec.LZ4) -> None:
        self._root = root
        self._codec = codec
        self._lock = threading.Lock()
        self._logs: dict[str, WorkspaceLog] = {}
        _of_this_process.add(self)

    def append(self, workspace: str, events: pa.Table | pa.RecordBatch) -> BatchReceipt:
        """Store a batch; when this returns, it survives a crash and a power loss."""
        batch = canonical_batch(events)
        if not batch.num_rows:
            return BatchReceipt(None, 0, datetime.now(UTC))
        blob = encode_blob(batch, self._codec)
        if len(blob) > MOST_BYTES:
            raise InvalidBatch(f"A batch has at most {MOST_BYTES >> 20} MiB compressed: split it.")
        batch_id = self._log(workspace).append(Content(now_ms(), batch.num_rows, blob))
        return BatchReceipt(batch_id, batch.num_rows, datetime.now(UTC))

    def close(self) -> None:
        """Leave every segment to the loader; the next batch begins a new one."""
        for log in list(self._logs.values()):
            log.close()

    def start_afresh(self) -> None:
        """Forget, in a forked child, the segments and locks of the parent."""
        for log in self._logs.values():
            log.forget()
        self._lock, self._logs = threading.Lock(), {}

    def _log(self, workspace: str) -> WorkspaceLog:
        """The log of a workspace, as the one used last."""
        quiet: list[WorkspaceLog] = []
        with self._lock:
            log = self._logs.pop(workspace, None)
            if log is None:
                log = WorkspaceLog(SegmentWriter(self._root / workspace / FOLDER))
            self._logs[workspace] = log
            if not log.is_open:
                quiet = list(self._logs.values())[:-MOST_OPEN]
        for each in quiet:
            each.close()
        return log


class WorkspaceLog:
    """Threads that bring batches of one workspace together share one write."""

    def __init__(self, writer: SegmentWriter) -> None:
        self._writer = writer
        self._queue: list[_Pending] = []
        self._queue_lock = threading.Lock()
        self._write_lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether a segment is held open."""
        return self._writer.is_open

    def append(self, content: Content) -> str | None:
        """Queue up; whoever gets the lock first writes for everybody who queues by then."""
        pending = _Pending(content)
        with self._queue_lock:
            self._queue.append(pending)
        with self._write_lock:
            while not pending.done:
                self._write(self._next_group())
        if pending.error is not None:
            raise pending.error
        return pending.batch_id

    def close(self) -> None:
        """Leave the segment to the loader."""
        with self._write_lock:
            self._writer.close()

    def forget(self) -> None:
        """Let go of the parent's segment in a forked child, whoever held the lock."""
        self._writer.drop()

    def _next_group(self) -> list[_Pending]:
        with self._queue_lock:
            group: list[_Pending] = []
            size = 0
            for waiting in self._queue:
                size += len(waiting.content.blob)
                if group and size > GROUP_BYTES:
                    break
                group.append(waiting)
            del self._queue[: len(group)]
        return group

    def _write(self, group: Sequence[_Pending]) -> None:
        error: BaseException | None = None
        try:
            places = self._writer.append([waiting.content for waiting in group])
            for waiting, (segment, offset) in zip(group, places, strict=True):
                waiting.batch_id = f"{segment}:{offset}"
        except BaseException as caught:  # every waiting thread raises it
            error = caught
        for waiting in group:
            waiting.error, waiting.done = error, True


_of_this_process: WeakSet[Inbox] = WeakSet()


def _start_afresh() -> None:
    for inbox in list(_of_this_process):
        inbox.start_afresh()


os.register_at_fork(after_in_child=_start_afresh)
