"""The inbox: a batch is one row, on the disk before it is acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from uptake.store.batches import MOST_BYTES, canonical_batch
from uptake.store.blob import Codec, decode_blob, encode_blob
from uptake.store.database import Database, Session, Value, now_ms
from uptake.store.errors import InvalidBatch
from uptake.store.schema import CANONICAL

GROUP_BYTES = 32 * 1024 * 1024
"""Bytes that one shared commit takes at most."""

_INSERT = (
    "INSERT INTO lake_inbox (workspace, received_at, events, bytes, blob) "
    "VALUES (?, ?, ?, ?, ?) RETURNING id"
)


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """Proof that a batch is stored; ``batch_id`` is None for a batch without events."""

    batch_id: int | None
    events: int
    acknowledged_at: datetime


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """One row of the inbox."""

    batch_id: int
    received_at_ms: int
    events: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class InboxStatus:
    """What waits in the inbox of a workspace."""

    batches: int
    events: int
    bytes: int
    oldest_ms: int | None


@dataclass(slots=True)
class _Pending:
    """A batch whose thread waits for the commit."""

    values: tuple[Value, ...]
    batch_id: int | None = None
    error: Exception | None = None
    done: bool = field(default=False)


class Inbox:
    """Accepts batches; threads that arrive together share one commit."""

    def __init__(self, database: Database, codec: Codec = Codec.LZ4) -> None:
        self._database = database
        self._codec = codec
        self._queue: list[_Pending] = []
        self._queue_lock = threading.Lock()
        self._commit_lock = threading.Lock()

    def append(self, workspace: str, events: pa.Table | pa.RecordBatch) -> BatchReceipt:
        """Store a batch; when this returns, it survives a crash and a power loss."""
        batch = canonical_batch(events)
        if not batch.num_rows:
            return BatchReceipt(None, 0, datetime.now(UTC))
        blob = encode_blob(batch, self._codec)
        if len(blob) > MOST_BYTES:
            raise InvalidBatch(f"A batch has at most {MOST_BYTES >> 20} MiB compressed: split it.")
        pending = _Pending((workspace, now_ms(), batch.num_rows, len(blob), blob))
        self._commit_with_others(pending)
        return BatchReceipt(pending.batch_id, batch.num_rows, datetime.now(UTC))

    def _commit_with_others(self, pending: _Pending) -> None:
        """Queue up; whoever gets the lock first commits for everybody who queues by then."""
        with self._queue_lock:
            self._queue.append(pending)
        with self._commit_lock:
            while not pending.done:
                self._commit(self._next_group())
        if pending.error is not None:
            raise pending.error

    def _next_group(self) -> list[_Pending]:
        with self._queue_lock:
            group: list[_Pending] = []
            size = 0
            for waiting in self._queue:
                size += len(waiting.values[-1])  # type: ignore[arg-type]  # the blob
                if group and size > GROUP_BYTES:
                    break
                group.append(waiting)
            del self._queue[: len(group)]
        return group

    def _commit(self, group: Sequence[_Pending]) -> None:
        error: Exception | None = None
        try:
            with self._database.appending() as session:
                for waiting in group:
                    waiting.batch_id = session.insert(_INSERT, waiting.values)
        except Exception as caught:  # every waiting thread raises it
            error = caught
        for waiting in group:
            waiting.error, waiting.done = error, True


def waiting_batches(session: Session, workspace: str, *, most_events: int) -> list[WaitingBatch]:
    """The oldest batches of a workspace, up to ``most_events`` (at least one batch)."""
    sizes = session.query(
        "SELECT id, events FROM lake_inbox WHERE workspace = ? ORDER BY id LIMIT ?",
        (workspace, most_events),
    )
    last, events = None, 0
    for batch_id, count in sizes:
        if last is not None and events + count > most_events:
            break
        last, events = batch_id, events + count
    rows = session.query(
        "SELECT id, received_at, events, blob FROM lake_inbox "
        "WHERE workspace = ? AND id <= ? ORDER BY id",
        (workspace, last),
    )
    return [WaitingBatch(*row) for row in rows]


def delete_batches(session: Session, batch_ids: Sequence[int]) -> int:
    """Take batches out of the inbox; how many there were."""
    deleted = 0
    for start in range(0, len(batch_ids), 500):
        part = batch_ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        deleted += session.execute(f"DELETE FROM lake_inbox WHERE id IN ({marks})", part)
    return deleted


def inbox_status(session: Session, workspace: str) -> InboxStatus:
    """How much waits, and since when."""
    row = session.query(
        "SELECT COUNT(*), COALESCE(SUM(events), 0), COALESCE(SUM(bytes), 0), MIN(received_at) "
        "FROM lake_inbox WHERE workspace = ?",
        (workspace,),
    )[0]
    return InboxStatus(int(row[0]), int(row[1]), int(row[2]), row[3])


def workspaces_waiting(session: Session) -> list[str]:
    """The workspaces that have batches in the inbox."""
    return [name for (name,) in session.query("SELECT DISTINCT workspace FROM lake_inbox")]


def newest_events(session: Session, workspace: str, count: int) -> pa.Table:
    """The newest events that wait, newest first, as ``CANONICAL``; what a live tail shows."""
    rows = session.query(
        "SELECT blob, events FROM lake_inbox WHERE workspace = ? ORDER BY id DESC LIMIT ?",
        (workspace, count),
    )
    batches, events = [], 0
    for blob, size in rows:
        batch = decode_blob(blob)
        batches.append(batch.take(pa.array(range(batch.num_rows - 1, -1, -1))))
        events += size
        if events >= count:
            break
    return pa.Table.from_batches(batches, CANONICAL).slice(0, count)
