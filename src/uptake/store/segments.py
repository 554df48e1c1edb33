"""Segments: the files in which batches wait, and how they are read while others write them.

A segment is a mark and then records, each of which is a header, a batch's bytes and its length
again, so that it can be walked in both directions. The header's checksum covers the record's place,
the batch has one of its own. Behind the last record lie zeros, reserved for those to come.

A process writes only to segments of its own and holds their lock while it may. A record that is
not whole at the end of a segment was being written when its writer died: nobody was told that it is
stored. One that is damaged and followed by another is reported.
"""

from __future__ import annotations

import fcntl
import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

FOLDER = "inbox"
ENDING = ".log"
UNFINISHED = ".new"

FILE_MARK = b"uptake inbox 1\n\0"
FIRST = len(FILE_MARK)
"""Where the first record begins."""

_MARK = b"\xf1UPR"
_HEADER = struct.Struct("<4sIIqII")  # mark, bytes, events, received at, checksum, header's checksum
_CHECKED = _HEADER.size - 4
_LENGTH = struct.Struct("<I")
OVERHEAD = _HEADER.size + _LENGTH.size
"""Bytes of a record besides those of the batch."""

WINDOW = 1 << 20
_GLANCE = 4096


@dataclass(frozen=True, slots=True)
class Content:
    """A batch on its way into a segment."""

    received_at_ms: int
    events: int
    blob: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """Where a batch lies in its segment, and what the header says of it."""

    offset: int
    end: int
    received_at_ms: int
    events: int
    checksum: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A record as read, or bytes between two records that are none: ``record`` is then None.

    ``intact`` says whether ``blob`` is what the writer was given.
    """

    offset: int
    end: int
    record: Record | None
    blob: bytes
    intact: bool


def packed(contents: Sequence[Content], start: int) -> tuple[bytes, list[int]]:
    """Records that begin at ``start``, as bytes, and where each begins."""
    parts: list[bytes] = []
    offsets: list[int] = []
    at = start
    for content in contents:
        size, checksum = len(content.blob), zlib.crc32(content.blob)
        head = _HEADER.pack(_MARK, size, content.events, content.received_at_ms, checksum, 0)
        head = head[:_CHECKED]
        parts += (head, _place_checksum(head, at), content.blob, _LENGTH.pack(OVERHEAD + size))
        offsets.append(at)
        at += OVERHEAD + size
    return b"".join(parts), offsets


def segments(folder: Path) -> list[Path]:
    """The segments in an inbox, oldest first."""
    try:
        return sorted(path for path in folder.iterdir() if path.name.endswith(ENDING))
    except FileNotFoundError:
        return []


def is_finished(path: Path) -> bool:
    """Whether nobody will ever write to a segment again; look before reading to its end."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


class SegmentReader:
    """Reads one segment, which may grow or lose its end meanwhile."""

    __slots__ = ("_descriptor", "_window", "_window_at", "_window_bytes", "path")

    def __init__(self, path: Path, *, window: int = WINDOW) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._window_bytes = window
        self._window, self._window_at = b"", 0

    @classmethod
    def glance(cls, path: Path) -> SegmentReader:
        """A reader for a header or two."""
        return cls(path, window=_GLANCE)

    def __enter__(self) -> SegmentReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    def record_at(self, offset: int) -> Record | None:
        """The record that begins here, if its header is sound."""
        header = self._read(offset, _HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(_MARK):
            return None
        _, size, events, received_at_ms, checksum, _ = _HEADER.unpack(header)
        if header[_CHECKED:] != _place_checksum(header[:_CHECKED], offset):
            return None
        return Record(offset, offset + OVERHEAD + size, received_at_ms, events, checksum)

    def has_bytes_at(self, offset: int) -> bool:
        """Whether anything was written here."""
        return any(self._read(offset, _HEADER.size))

    def record_before(self, offset: int) -> Record | None:
        """The record that ends here; None at the first one and where the bytes were wiped."""
        if offset < FIRST + OVERHEAD:
            return None
        (size,) = _LENGTH.unpack(self._read(offset - _LENGTH.size, _LENGTH.size))
        record = self.record_at(offset - size) if OVERHEAD <= size <= offset - FIRST else None
        return record if record is not None and record.end == offset else None

    def blob_of(self, record: Record) -> bytes | None:
        """The bytes of a batch, if they are whole."""
        start = record.offset + _HEADER.size
        blob = self._read(start, record.end - _LENGTH.size - start)
        return blob if zlib.crc32(blob) == record.checksum else None

    def headers(self, start: int) -> Iterator[Record]:
        """The records from ``start`` on whose headers are sound."""
        record = self.record_at(start)
        while record is not None:
            yield record
            record = self.record_at(record.end)

    def stretches(self, start: int, *, finished: bool) -> Iterator[Stretch]:
        """Everything from ``start`` to the last whole record."""
        offset: int | None = start
        while offset is not None:
            stretch = self._intact(offset)
            if stretch is None:
                follower = self._follower(offset, finished=finished)
                if follower is None:
                    return
                self._window = b""  # what has a follower is wholly written: read it afresh
                stretch = self._intact(offset) or self._damaged(offset, follower)
            yield stretch
            offset = stretch.end

    def _intact(self, offset: int) -> Stretch | None:
        record = self.record_at(offset)
        blob = None if record is None else self.blob_of(record)
        if record is None or blob is None:
            return None
        return Stretch(offset, record.end, record, blob, intact=True)

    def _damaged(self, offset: int, end: int) -> Stretch:
        record = self.record_at(offset)
        blob = os.pread(self._descriptor, end - offset, offset)
        return Stretch(offset, end, record, blob, intact=False)

    def _follower(self, offset: int, *, finished: bool) -> int | None:
        """Where the next sound record begins behind one that is not."""
        self._window = b""
        record = self.record_at(offset)
        if record is not None and self.record_at(record.end) is not None:
            return record.end
        if not finished and not self.has_bytes_at(offset):
            return None
        return self._search(offset + 1)

    def _search(self, offset: int) -> int | None:
        while len(window := os.pread(self._descriptor, WINDOW, offset)) >= _HEADER.size:
            at = window.find(_MARK)
            while at >= 0:
                if self.record_at(offset + at) is not None:
                    return offset + at
                at = window.find(_MARK, at + 1)
            offset += len(window) - len(_MARK) + 1
        return None

    def _read(self, offset: int, size: int) -> bytes:
        at = offset - self._window_at
        if at < 0 or at + size > len(self._window):
            wanted = max(size, self._window_bytes)
            self._window = os.pread(self._descriptor, wanted, offset)
            self._window_at, at = offset, 0
        return self._window[at : at + size]


def _place_checksum(head: bytes, offset: int) -> bytes:
    return _LENGTH.pack(zlib.crc32(offset.to_bytes(8, "little"), zlib.crc32(head)))
