"""The inbox, as those who read see it: what waits, what was loaded just now, what may go.

How far each segment is loaded stands in the database, written in the transaction that registers the
files with those events: a batch is either waiting or in the files, never both and never neither.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from uptake.store.blob import UnreadableBlob, decode_blob
from uptake.store.database import Session, now_ms
from uptake.store.disk import sync_path
from uptake.store.locks import remove_unlocked
from uptake.store.segments import FIRST, UNFINISHED, Record, SegmentReader, is_finished, segments

SEGMENTS_AT_ONCE = 64
"""Segments read side by side: the oldest ones with batches that wait."""

BYTES_AT_ONCE = 64 * 1024 * 1024
BATCHES_AT_ONCE = 20_000
"""Compressed bytes, and batches, of one load at most, besides its limit of events."""

_WIPED_AT_ONCE = 1 << 20

Loaded = Mapping[str, int]
"""Up to where each segment is loaded; one that is not named isn't at all."""


@dataclass(frozen=True, slots=True)
class WaitingBatch:
    """One batch of the inbox; of a damaged one, ``blob`` is whatever lies in its place."""

    segment: str
    offset: int
    end: int
    received_at_ms: int
    events: int
    blob: bytes
    intact: bool = True

    @property
    def batch_id(self) -> str:
        """What its receipt says."""
        return f"{self.segment}:{self.offset}"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A batch that came lately; ``loaded`` says whether queries see it already."""

    batch_id: str
    received_at: datetime
    loaded: bool
    events: pa.Table


@dataclass(frozen=True, slots=True)
class InboxStatus:
    """What waits in the inbox of a workspace."""

    batches: int
    events: int
    bytes: int
    oldest_ms: int | None


def read_loaded(session: Session, workspace: str) -> dict[str, int]:
    """Up to where the segments of a workspace are loaded."""
    rows = session.query("SELECT segment, upto FROM lake_segment WHERE workspace = ?", (workspace,))
    return dict(rows)


def remember_loaded(session: Session, workspace: str, batches: Sequence[WaitingBatch]) -> None:
    """These batches, each segment's oldest ones, are in the files from this transaction on."""
    upto = {batch.segment: batch.end for batch in batches}
    session.execute_many(
        "INSERT INTO lake_segment (workspace, segment, upto) VALUES (?, ?, ?) "
        "ON CONFLICT (workspace, segment) DO UPDATE SET upto = excluded.upto",
        [(workspace, segment, end) for segment, end in upto.items()],
    )


def forget_segments(session: Session, workspace: str, names: Sequence[str]) -> None:
    """These segments are no longer on the disk."""
    session.execute_many(
        "DELETE FROM lake_segment WHERE workspace = ? AND segment = ?",
        [(workspace, name) for name in names],
    )


def waiting_batches(folder: Path, loaded: Loaded, *, most_events: int) -> list[WaitingBatch]:
    """The oldest batches of an inbox, up to ``most_events`` (at least one batch)."""
    taken: list[WaitingBatch] = []
    events = size = 0
    with ExitStack() as opened:
        streams = [
            _waiting(opened.enter_context(SegmentReader(path)), loaded, finished=is_finished(path))
            for path in _with_waiting(folder, loaded)
        ]
        for batch in heapq.merge(*streams, key=lambda each: each.received_at_ms):
            events, size = events + batch.events, size + len(batch.blob)
            if taken and (events > most_events or size > BYTES_AT_ONCE):
                break
            taken.append(batch)
            if len(taken) == BATCHES_AT_ONCE:
                break
    return taken


def inbox_status(folder: Path, loaded: Loaded) -> InboxStatus:
    """How much waits, and since when."""
    records = list(_headers(folder, loaded))
    return InboxStatus(
        batches=len(records),
        events=sum(record.events for record in records),
        bytes=sum(record.end - record.offset for record in records),
        oldest_ms=min((record.received_at_ms for record in records), default=None),
    )


def needs_loader(folder: Path, loaded: Loaded) -> bool:
    """Whether anything waits, or a segment may be removed."""
    return any(_waits(path, loaded) or is_finished(path) for path in segments(folder))


def newest_batches(folder: Path, loaded: Loaded, count: int) -> Iterator[Arrival]:
    """The newest batches, newest first: those that wait and those not removed since their load.

    Each is read when it is asked for.
    """
    found: list[tuple[Record, Path]] = []
    for path in segments(folder):
        with suppress(FileNotFoundError), SegmentReader(path) as reader:
            found += [(record, path) for record in _newest(reader, loaded, count)]
    yield from _newest_first(found, loaded, count)


def newest_waiting(folder: Path, loaded: Loaded, count: int) -> Iterator[Arrival]:
    """The newest of the batches that wait, newest first; each is read when it is asked for."""
    found: list[tuple[Record, Path]] = []
    for path in segments(folder):
        with suppress(FileNotFoundError), SegmentReader(path) as reader:
            found += [(record, path) for record in reader.headers(_start(path, loaded))]
    yield from _newest_first(found, loaded, count)


def _newest_first(
    found: list[tuple[Record, Path]], loaded: Loaded, count: int
) -> Iterator[Arrival]:
    found.sort(key=lambda pair: (pair[0].received_at_ms, pair[1].name, pair[0].offset))
    arrivals = (_arrival(record, path, loaded) for record, path in reversed(found[-count:]))
    yield from (arrival for arrival in arrivals if arrival is not None)


def damaged_batches(folder: Path, loaded: Loaded) -> Iterator[WaitingBatch]:
    """Batches that wait and cannot be read."""
    for path in segments(folder):
        with suppress(FileNotFoundError), SegmentReader(path) as reader:
            waiting = _waiting(reader, loaded, finished=is_finished(path))
            yield from (batch for batch in waiting if not batch.intact)


def remove_finished(folder: Path, loaded: Loaded) -> list[str]:
    """Remove segments that are loaded to the end and have no writer; their names."""
    removed = [path.name for path in segments(folder) if _is_done(path, loaded)]
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    for unfinished in folder.glob(f"*{UNFINISHED}"):
        remove_unlocked(unfinished)
    if removed:
        sync_path(folder)
    return removed


def wipe_loaded(folder: Path, loaded: Loaded) -> None:
    """Overwrite what is loaded in segments that are still written to."""
    for path in segments(folder):
        if path.name in loaded:
            with suppress(FileNotFoundError):
                _wipe(path, loaded[path.name])


def _with_waiting(folder: Path, loaded: Loaded) -> list[Path]:
    return [path for path in segments(folder) if _waits(path, loaded)][:SEGMENTS_AT_ONCE]


def _waits(path: Path, loaded: Loaded) -> bool:
    """Whether anything that may be a batch follows what is loaded."""
    with suppress(FileNotFoundError), SegmentReader.glance(path) as reader:
        return reader.has_bytes_at(_start(path, loaded)) or (
            is_finished(path) and not _is_done(path, loaded)
        )
    return False


def _is_done(path: Path, loaded: Loaded) -> bool:
    with suppress(FileNotFoundError):
        if not is_finished(path):  # before reading: a writer may append until it lets go
            return False
        with SegmentReader(path) as reader:
            rest = reader.stretches(_start(path, loaded), finished=True)
            return next(rest, None) is None
    return False


def _waiting(reader: SegmentReader, loaded: Loaded, *, finished: bool) -> Iterator[WaitingBatch]:
    for stretch in reader.stretches(_start(reader.path, loaded), finished=finished):
        record = stretch.record
        yield WaitingBatch(
            segment=reader.path.name,
            offset=stretch.offset,
            end=stretch.end,
            received_at_ms=now_ms() if record is None else record.received_at_ms,
            events=0 if record is None else record.events,
            blob=stretch.blob,
            intact=stretch.intact,
        )


def _headers(folder: Path, loaded: Loaded) -> Iterator[Record]:
    for path in segments(folder):
        with suppress(FileNotFoundError), SegmentReader(path) as reader:
            yield from reader.headers(_start(path, loaded))


def _newest(reader: SegmentReader, loaded: Loaded, count: int) -> list[Record]:
    """Up to ``count`` records of a segment, oldest first."""
    start = _start(reader.path, loaded)
    records = list(reader.headers(start))[-count:]
    while len(records) < count:
        before = reader.record_before(records[0].offset if records else start)
        if before is None:
            break
        records.insert(0, before)
    return records


def _arrival(record: Record, path: Path, loaded: Loaded) -> Arrival | None:
    """The batch, or None when it is damaged or was removed a moment ago."""
    with suppress(FileNotFoundError, UnreadableBlob), SegmentReader(path) as reader:
        blob = reader.blob_of(record)
        if blob is not None:
            return Arrival(
                batch_id=f"{path.name}:{record.offset}",
                received_at=datetime.fromtimestamp(record.received_at_ms / 1000, UTC),
                loaded=record.offset < _start(path, loaded),
                events=pa.Table.from_batches([decode_blob(blob)]),
            )
    return None


def _wipe(path: Path, upto: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        upto = min(upto, os.fstat(descriptor).st_size)
        for start in range(FIRST, upto, _WIPED_AT_ONCE):
            os.pwrite(descriptor, bytes(min(_WIPED_AT_ONCE, upto - start)), start)
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)


def _start(path: Path, loaded: Loaded) -> int:
    return loaded.get(path.name, FIRST)
