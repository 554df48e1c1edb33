"""The bytes of a file, whatever compresses them, and what they say about themselves.

One pass over the whole file decides its encoding and keeps blocks of it from beginning to end,
so that what is decided from a sample is not decided from the head alone.
"""

from __future__ import annotations

import codecs
import gzip
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from uptake.formats.errors import UnusableFileError

Progress = Callable[[str, float | None], None]
"""Told what is being done, and how much of it is done (0-1) where that is known."""

BLOCK = 1 << 16
SAMPLED_BLOCKS = 256
BROKEN_UTF8_TOLERANCE = 10
"""A file is UTF-8 with broken lines if it has this many good sequences for each broken one."""


class Compression(StrEnum):
    """How a file is compressed, told by its first bytes and never by its name."""

    NONE = "none"
    GZIP = "gzip"
    ZSTD = "zstd"


def compression_of(path: Path) -> Compression:
    """Recognise gzip and zstd by their magic numbers.

    Raises:
        UnusableFileError: it is no file that can be read twice, or its name is no text.
    """
    _refuse_no_file(path)
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] == b"\x1f\x8b":
        return Compression.GZIP
    if head == b"\x28\xb5\x2f\xfd":
        return Compression.ZSTD
    return Compression.NONE


def _refuse_no_file(path: Path) -> None:
    """Refuse what cannot be read twice, and what cannot be called by its name."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UnusableFileError(f"{path} is a stream, not a file: save it to a file and name that.")
    shown = os.fsencode(path.name).decode("utf-8", errors="replace")
    if shown != path.name:
        raise UnusableFileError(f"The name {shown} holds bytes that are no text: rename the file.")


@contextmanager
def plain_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading as if it had never been compressed."""
    compression = compression_of(path)
    try:
        if compression is Compression.GZIP:
            with gzip.open(path, "rb") as file:
                yield cast("BinaryIO", file)
        elif compression is Compression.ZSTD:
            with path.open("rb") as raw:
                reader = zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
                yield cast("BinaryIO", reader)
        else:
            with path.open("rb") as file:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
        raise UnusableFileError(
            f"{path.name} is cut off or damaged ({error}): export or copy it again."
        ) from error


def blocks_of(path: Path) -> Iterator[bytes]:
    """Yield the uncompressed bytes in blocks of at most ``BLOCK`` bytes."""
    with plain_bytes(path) as file:
        while block := file.read(BLOCK):
            yield block


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the text of a file showed."""

    encoding: str
    has_bom: bool
    size: int
    is_whole: bool
    blocks: tuple[bytes, ...]
    needs_line_feeds: bool
    is_quote_free: bool

    @property
    def is_plain_utf8(self) -> bool:
        """Whether DuckDB can read the text as it stands."""
        return self.encoding == "utf-8"


BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # it begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def scan(path: Path, encoding: str | None = None, progress: Progress | None = None) -> Scan:
    """Read the file once: its encoding, its size, its newlines, and blocks spread over it."""
    samples = _SpreadBlocks()
    checks = _Utf8Check()
    newlines = _Newlines()
    oddities = _Oddities()
    head = b""
    size = 0
    for block in blocks_of(path):
        head = head or block
        size += len(block)
        samples.add(block)
        checks.add(block)
        newlines.add(block)
        oddities.add(block)
        if progress:
            progress(f"Reading {path.name}", None)
    mark, marked = _byte_order_mark(head)
    return Scan(
        encoding=_known(encoding) or marked or _unmarked_encoding(head, checks, samples.blocks),
        has_bom=bool(mark),
        size=size,
        is_whole=samples.stride == 1,
        blocks=tuple(samples.blocks),
        needs_line_feeds=not newlines.suit_duckdb,
        is_quote_free=not (oddities.seen or checks.broken or checks.is_cut_short),
    )


def transcode(source: Path, target: Path, encoding: str, *, squeeze_blanks: bool = False) -> None:
    """Write the file again as UTF-8 with line feeds, in bounded memory.

    ``squeeze_blanks`` turns runs of blanks between values into one tab, for tables that are
    aligned with blanks.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with target.open("w", encoding="utf-8", newline="") as out:
        pending = ""
        for block in blocks_of(source):
            text = pending + decoder.decode(block)
            keep = len(text) - 1 if text.endswith("\r") else len(text)
            if squeeze_blanks:
                keep = text.rfind("\n", 0, keep) + 1
            out.write(_with_line_feeds(text[:keep], squeeze_blanks=squeeze_blanks))
            pending = text[keep:]
        rest = pending + decoder.decode(b"", final=True)
        out.write(_with_line_feeds(rest, squeeze_blanks=squeeze_blanks))


def _with_line_feeds(text: str, *, squeeze_blanks: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if not squeeze_blanks:
        return text
    return with_single_tabs(text)


def with_single_tabs(text: str) -> str:
    """Turn runs of blanks between values into one tab, line by line."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return "".join("\t".join(line.split()) + "\n" for line in lines)


def _known(encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        raise UnusableFileError(
            f"{encoding} is not an encoding this machine knows: try utf-8, cp1252 or utf-16."
        ) from None


def _byte_order_mark(head: bytes) -> tuple[bytes, str | None]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return mark, encoding
    return b"", None


def _unmarked_encoding(head: bytes, checks: _Utf8Check, blocks: list[bytes]) -> str:
    wide = _utf16_without_mark(head)
    if wide:
        return wide
    if checks.broken == 0 or checks.good >= BROKEN_UTF8_TOLERANCE * checks.broken:
        return "utf-8"
    try:
        for block in blocks:
            block.decode("cp1252")
    except UnicodeDecodeError:
        return "iso8859-1"
    return "cp1252"


def _utf16_without_mark(head: bytes) -> str | None:
    """Mostly Latin text in UTF-16 has a zero in every second byte, on one side only."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.5 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.5 and odd < half * 0.1:
        return "utf-16-be"
    return None


class _SpreadBlocks:
    """Every k-th block of a stream of unknown length, at most ``SAMPLED_BLOCKS`` of them."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.stride = 1
        self._seen = 0

    def add(self, block: bytes) -> None:
        if self._seen % self.stride == 0:
            self.blocks.append(block)
            if len(self.blocks) > SAMPLED_BLOCKS:
                self.blocks = self.blocks[::2]
                self.stride *= 2
        self._seen += 1


class _Utf8Check:
    """How many good and broken multi-byte sequences a stream has, read as UTF-8."""

    def __init__(self) -> None:
        self.good = 0
        self.broken = 0
        self._pending = b""

    @property
    def is_cut_short(self) -> bool:
        """Whether the stream ends within a character."""
        return bool(self._pending)

    def add(self, block: bytes) -> None:
        if block.isascii() and not self._pending:
            return
        data = self._pending + block
        cut = _complete_utf8(data)
        self._pending = data[cut:]
        self.broken += _broken_sequences(data[:cut])
        self.good += len(data[:cut].translate(None, NOT_A_LEAD_BYTE))


NOT_A_LEAD_BYTE = bytes(range(0xC0))


def _broken_sequences(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", errors="replace").count("\ufffd")
    return 0


def _complete_utf8(data: bytes) -> int:
    """Where the last complete character of the data ends."""
    for back in range(1, min(4, len(data) + 1)):
        byte = data[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if needed > back else len(data)
    return len(data)


class _Oddities:
    """Whether a stream has quotes or zeros, which make a line more than values and separators."""

    def __init__(self) -> None:
        self.seen = False

    def add(self, block: bytes) -> None:
        self.seen = self.seen or b'"' in block or b"\0" in block


class _Newlines:
    """How a stream ends its lines; one way throughout, line feed or both, suits DuckDB."""

    def __init__(self) -> None:
        self._both = 0
        self._returns = 0
        self._feeds = 0
        self._feeds_alone = False
        self._last = b""

    def add(self, block: bytes) -> None:
        if b"\r" in block or self._last == b"\r":
            self._both += block.count(b"\r\n") + (self._last == b"\r" and block[:1] == b"\n")
            self._returns += block.count(b"\r")
            self._feeds += block.count(b"\n")
        else:
            self._feeds_alone = self._feeds_alone or b"\n" in block
        self._last = block[-1:]

    @property
    def suit_duckdb(self) -> bool:
        always_both = not self._feeds_alone and self._returns == self._feeds == self._both
        return self._returns == 0 or always_both
