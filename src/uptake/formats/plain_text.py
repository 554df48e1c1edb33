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
from uptake.formats.identities import ids_of
from uptake.formats.sources import DelimitedText
from uptake.formats.streams import plain_bytes
from uptake.formats.values import PLACEHOLDERS

HEAD = 64
"""Bytes at a time in which the header is read; decompressors know no lines."""

PIECE = 2 << 20
LONGEST_PIECE = 16 << 20
"""A piece that would be longer holds a line that is too long for Arrow's quick way."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
ASCII = 0x7F


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a file and the byte on which they begin."""

    data: bytes
    offset: int

    def columns(self, dialect: Dialect) -> pa.Table | None:
        """The values as texts; None if a line does not have the right number of them.

        The file is valid UTF-8 as a whole, so its values are not looked at again.
        """
        if len(self.data) > LONGEST_PIECE:
            return None
        try:
            columns = arrow_csv.read_csv(
                pa.BufferReader(self.data), _reading(dialect, len(self.data)), _parsing(dialect),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(dialect.columns, pa.binary()),
                    null_values=PLACEHOLDERS,
                    strings_can_be_null=True,
                ),
            )  # fmt: skip
        except pa.ArrowInvalid:
            return None
        texts = [_whole(column).view(pa.string()) for column in columns.columns]
        return pa.table(texts, names=columns.column_names)

    def ids(self, columns: pa.Table, dialect: Dialect) -> pa.Array | None:
        """The identity of each row, made from its line instead of from its values.

        None if something other than an empty text was taken for "not filled in" or if lines are
        blank, which shows in the number of bytes.
        """
        if not len(columns):
            return None
        lengths = np.full(len(columns), len(dialect.columns) - 1, dtype=np.int64)
        for column in columns.columns:
            lengths += np.diff(_offsets(column.chunk(0)))
        line_end = self._line_end()
        starts = np.cumsum(lengths + line_end) - (lengths + line_end)
        size = int(starts[-1] + lengths[-1]) + line_end * self.data.endswith(b"\n")
        if size != len(self.data):
            return None
        content = np.frombuffer(self.data, dtype=np.uint8)
        return ids_of(content, starts, lengths, separator=dialect.separator)

    def _line_end(self) -> int:
        """How many bytes end a line, which is the same throughout a file."""
        return 2 if self.data[: self.data.find(b"\n")].endswith(b"\r") else 1


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


def is_bare(texts: pa.Array) -> bool:
    """Whether no text has anything at its ends that trimming could take for a blank."""
    offsets = _offsets(texts)
    is_filled = offsets[1:] > offsets[:-1]
    starts, stops = offsets[:-1][is_filled], offsets[1:][is_filled]
    data = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    ends = (data[starts], data[stops - 1])
    return not any(((end == ord(" ")) | (end > ASCII)).any() for end in ends)


def _offsets(texts: pa.Array) -> npt.NDArray[np.int32]:
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    return offsets[texts.offset : texts.offset + len(texts) + 1]


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


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
