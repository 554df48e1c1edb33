"""Appending to segments: one write and one wait for the disk, whatever the number of batches.

Room is reserved ahead with zeros, so that a record overwrites blocks that the file has already and
the disk need not be told of a new size each time. A segment to which a write failed is never
written to again: after a failed wait nobody knows what of it is on the disk.
"""

from __future__ import annotations

import itertools
import math
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from uptake.store.database import now_ms
from uptake.store.disk import naming_disk_errors, sync_path
from uptake.store.errors import LakeFull
from uptake.store.locks import open_locked
from uptake.store.segments import ENDING, FILE_MARK, FIRST, OVERHEAD, UNFINISHED, Content, packed

SEGMENT_BYTES = 64 * 1024 * 1024
"""A segment is left when the next records would make it larger."""

LEAST_RESERVED = 64 * 1024
MOST_RESERVED = 4 * 1024 * 1024
"""Bytes reserved at once: as many as the segment has already, within these bounds."""

_numbers = itertools.count()


@dataclass(slots=True)
class _Segment:
    """A segment that this process writes: locked, with room up to ``reserved``."""

    path: Path
    descriptor: int
    end: int = FIRST
    reserved: int = FIRST


class SegmentWriter:
    """Appends to segments of its own in one folder; for one thread at a time."""

    __slots__ = ("_folder", "_segment", "_segment_bytes")

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._segment: _Segment | None = None

    @property
    def is_open(self) -> bool:
        """Whether a segment is held."""
        return self._segment is not None

    def append(self, contents: Sequence[Content]) -> list[tuple[str, int]]:
        """Store batches; on the disk at return. Gives the segment and place of each."""
        size = sum(OVERHEAD + len(content.blob) for content in contents)
        with naming_disk_errors():
            while True:
                segment = self._roomy(size)
                offsets = self._write(segment, contents)
                if os.fstat(segment.descriptor).st_nlink:
                    return [(segment.path.name, offset) for offset in offsets]
                self.drop()  # removed under us, as restoring a backup does

    def close(self) -> None:
        """Leave the segment to the loader."""
        if self._segment is not None:
            with suppress(OSError):
                os.ftruncate(self._segment.descriptor, self._segment.end)
            self.drop()

    def drop(self) -> None:
        """Let go of the segment as it is; a forked child does so with its parent's."""
        segment, self._segment = self._segment, None
        if segment is not None:
            os.close(segment.descriptor)

    def _roomy(self, size: int) -> _Segment:
        """The segment with room reserved for so many bytes."""
        if self._segment is not None and self._segment.end + size > self._most_bytes():
            self.close()
        if self._segment is None:
            self._segment = _created(self._folder)
        _reserve(self._segment, size)
        return self._segment

    def _most_bytes(self) -> float:
        """How large the segment may become; the first records go in however large they are."""
        empty = self._segment is None or self._segment.end == FIRST
        return math.inf if empty else self._segment_bytes

    def _write(self, segment: _Segment, contents: Sequence[Content]) -> list[int]:
        records, offsets = packed(contents, segment.end)
        try:
            _write_all(segment.descriptor, records, segment.end)
            os.fdatasync(segment.descriptor)
        except BaseException:
            self.close()
            raise
        segment.end += len(records)
        return offsets


def _created(folder: Path) -> _Segment:
    """A new segment: locked before anybody can see it, its name on the disk."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{now_ms():013d}-{os.getpid()}-{next(_numbers):06d}-{secrets.token_hex(4)}{ENDING}"
    unfinished, path = folder / f"{name}{UNFINISHED}", folder / name
    descriptor = open_locked(unfinished)
    if descriptor is None:  # nobody else has this name
        raise AssertionError
    try:
        _write_all(descriptor, FILE_MARK, 0)
        unfinished.rename(path)
        for each in (folder, folder.parent, folder.parent.parent):
            sync_path(each)
    except BaseException:
        os.close(descriptor)
        unfinished.unlink(missing_ok=True)
        raise
    return _Segment(path, descriptor)


def _reserve(segment: _Segment, size: int) -> None:
    """Have room for ``size`` bytes, and for as many more as the disk gives easily."""
    missing = segment.end + size - segment.reserved
    if missing <= 0:
        return
    ample = missing + min(max(segment.reserved, LEAST_RESERVED), MOST_RESERVED)
    try:
        _fill(segment, ample)
    except LakeFull:
        _fill(segment, missing)


def _fill(segment: _Segment, size: int) -> None:
    try:
        with naming_disk_errors():
            _write_all(segment.descriptor, bytes(size), segment.reserved)
            os.fdatasync(segment.descriptor)
    except BaseException:
        with suppress(OSError):
            os.ftruncate(segment.descriptor, segment.reserved)
        raise
    segment.reserved += size


def _write_all(descriptor: int, content: bytes, offset: int) -> None:
    rest = memoryview(content)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest, offset = rest[written:], offset + written
