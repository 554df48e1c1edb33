"""Text without a single quote, which can be cut at any line end and taken apart piece by piece.

Most logs that machines write are like that. Arrow takes them apart several times faster than a
parser that has to expect quotes; what Arrow will not take is left to that parser, piece by piece.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from uptake.formats.dialect import QUOTE, Dialect
from uptake.formats.lines import Positions
from uptake.formats.sources import DelimitedText
from uptake.formats.streams import plain_bytes
from uptake.formats.values import PLACEHOLDERS

HEAD = 64
"""Bytes at a time in which the header is read; decompressors know no lines."""

PIECE = 8 << 20
LONGEST_PIECE = 16 << 20
"""A piece that would be longer holds a line that is too long for Arrow's quick way."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ASCII = 0x7F
INLINE = 12
"""Arrow keeps texts of up to so many bytes within their view; lines are longer."""

VIEW = np.dtype([("length", "<i4"), ("prefix", "<u4"), ("buffer", "<i4"), ("start", "<i4")])
"""One text of an Arrow string view that is longer than ``INLINE``."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file and the byte on which they begin."""

    data: bytes
    offset: int

    def columns(self, dialect: Dialect) -> pa.Table | None:
        """The values as texts; None if a line does not have the right number of them."""
        if len(self.data) > LONGEST_PIECE:
            return None
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(self.data), _reading(dialect, len(self.data)), _parsing(dialect),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(dialect.columns, pa.string()),
                    null_values=PLACEHOLDERS,
                    strings_can_be_null=True,
                ),
            )  # fmt: skip
        except pa.ArrowInvalid:
            return None

    def lines(self, columns: pa.Table, dialect: Dialect, separator: str) -> pa.Array | None:
        """Each row's values with ``separator`` between them, not copied one by one.

        None if something other than an empty text was taken for "not filled in", which shows in
        the number of bytes, or if lines are blank or very short.
        """
        starts, lengths = self._extents()
        values = sum(map(bytes_of, columns.columns)) + len(columns) * (len(dialect.columns) - 1)
        if len(starts) != len(columns) or lengths.sum() != values or lengths.min() <= INLINE:
            return None
        text = self.data.replace(dialect.separator.encode(), separator.encode())
        return _views(text, starts, lengths)

    def _extents(self) -> tuple[Positions, Positions]:
        """First byte and length of each line, without what ends it."""
        view = np.frombuffer(self.data, dtype=np.uint8)
        ends = np.flatnonzero(view == ord("\n"))
        if not self.data.endswith(b"\n"):
            ends = np.append(ends, len(self.data))
        starts = np.concatenate([[0], ends[:-1] + 1])
        if b"\r" in self.data:
            ends = ends - (view[np.maximum(ends - 1, 0)] == ord("\r"))
        return starts, ends - starts


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text file whose every quote-free line is one row; ``aside`` takes what Arrow refuses."""

    path: Path
    dialect: Dialect
    aside: Path

    def pieces(self) -> Iterator[Piece]:
        """The rows of the file in pieces of whole lines."""
        with plain_bytes(self.path) as file:
            offset, pending = self._skip_head(file)
            while block := file.read(PIECE):
                cut = block.rfind(b"\n") + 1
                if cut:
                    yield (piece := Piece(pending + block[:cut], offset))
                    offset += len(piece.data)
                    pending = block[cut:]
                else:
                    pending += block
            if pending:
                yield Piece(pending, offset)

    def _skip_head(self, file: BinaryIO) -> tuple[int, bytes]:
        """Read past the byte order mark and the header: the bytes they take, and what follows."""
        head = file.read(len(BYTE_ORDER_MARK))
        if self.dialect.has_header:
            while b"\n" not in head and (more := file.read(HEAD)):
                head += more
            length = head.find(b"\n") + 1 or len(head)
        else:
            length = len(BYTE_ORDER_MARK) if head == BYTE_ORDER_MARK else 0
        return length, head[length:]

    def set_aside(self, piece: Piece) -> DelimitedText:
        """The piece as a file of its own, for the parser that says what is wrong with a line."""
        path = self.aside / "piece.csv"
        path.write_bytes(piece.data)
        return DelimitedText(path, replace(self.dialect, has_header=False))


def is_bare(column: pa.ChunkedArray) -> bool:
    """Whether no text has anything at its ends that trimming could take for a blank."""
    return all(_is_bare(chunk) for chunk in column.chunks)


def bytes_of(column: pa.ChunkedArray) -> int:
    """The bytes that the texts of a column take."""
    return sum(int(offsets[-1] - offsets[0]) for offsets in map(_offsets, column.chunks))


def _is_bare(texts: pa.Array) -> bool:
    offsets = _offsets(texts)
    filled = np.flatnonzero(offsets[1:] > offsets[:-1])
    data = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    ends = (data[offsets[:-1][filled]], data[offsets[1:][filled] - 1])
    return not any(((end == ord(" ")) | (end > ASCII)).any() for end in ends)


def _offsets(texts: pa.Array) -> npt.NDArray[np.int32]:
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return offsets[texts.offset : texts.offset + len(texts) + 1]


def _views(text: bytes, starts: Positions, lengths: Positions) -> pa.Array:
    """Stretches of a text, each longer than ``INLINE``, as an array that shares its bytes."""
    views = np.zeros(len(starts), dtype=VIEW)
    views["length"], views["start"] = lengths, starts
    prefixes = np.ndarray((len(text) - 3,), "<u4", text, strides=(1,))
    views["prefix"] = prefixes[starts]
    buffers = [None, pa.py_buffer(views), pa.py_buffer(text)]
    return pa.Array.from_buffers(pa.string_view(), len(views), buffers)


def _reading(dialect: Dialect, size: int) -> arrow_csv.ReadOptions:
    return arrow_csv.ReadOptions(
        use_threads=False, block_size=size + 1, column_names=dialect.columns
    )


def _parsing(dialect: Dialect) -> arrow_csv.ParseOptions:
    return arrow_csv.ParseOptions(delimiter=dialect.separator, quote_char=False)


def is_plain(dialect: Dialect) -> bool:
    """Whether every line of a text without quotes is a row, whose values only separators part."""
    return (
        not (dialect.aligned or dialect.skipped_lines)
        and dialect.escape == QUOTE
        and len(dialect.columns) > 1
    )
