"""Where rows stand in a text file: the line a row begins on and what it says.

DuckDB parses in parallel and does not say on which line a good row stood. Only when some rows are
rejected is the file read a second time, here, with numpy: rows are counted by their line ends, so
that the k-th row that DuckDB handed over is found again even if values hold line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from uptake.formats.streams import blocks_of

CHUNK = 1 << 22
LONGEST_ROW = 1 << 26

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row the parser refused: the byte it began on, the bytes it took, and the reason."""

    start: int
    length: int
    reason: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row found again; ``ordinal`` is None for one the parser refused, ``reason`` says why."""

    ordinal: int | None
    line: int
    raw: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RowFinder:
    """Knows how the lines of one file make rows.

    ``first_line`` is the number of lines above the first row, header included.
    """

    path: Path
    first_line: int
    separator: bytes
    quote: bytes | None

    def find(self, ordinals: Positions, broken: list[BrokenRow]) -> Iterator[FoundRow]:
        """Yield the wanted good rows (by their rank among good rows) and all broken ones."""
        wanted = np.sort(np.asarray(ordinals, dtype=np.int64))
        refused = _Extents.of(broken)
        good = 0
        for piece in self._pieces(refused):
            is_broken = refused.covers(piece.starts)
            ranks = good + np.cumsum(~is_broken) - 1
            chosen = is_broken | np.isin(ranks, wanted, assume_unique=False)
            for i in np.flatnonzero(chosen):
                reason = refused.reason_at(int(piece.starts[i])) if is_broken[i] else None
                ordinal = None if is_broken[i] else int(ranks[i])
                yield FoundRow(ordinal, int(piece.lines[i]), piece.raw(int(i)), reason)
            good = int(good + (~is_broken).sum())

    def _pieces(self, refused: _Extents) -> Iterator[_Piece]:
        """Cut the file into pieces of whole rows."""
        data = b""
        offset, line, skip = 0, 1, self.first_line
        for block in _chunks(self.path):
            data += block
            piece = self._piece(data, offset, line, refused)
            if len(piece.starts) < 2 and len(data) < LONGEST_ROW:
                continue
            cut = int(piece.starts[-1]) - offset
            yield piece.without_last().after(skip)
            line = int(piece.lines[-1])
            data, offset = data[cut:], offset + cut
        yield self._piece(data, offset, line, refused).after(skip)

    def _piece(self, data: bytes, offset: int, line: int, refused: _Extents) -> _Piece:
        view = np.frombuffer(data, dtype=np.uint8)
        ends = np.flatnonzero(view == ord("\n"))
        starts = np.concatenate([[0], ends + 1]).astype(np.int64)
        starts = starts[starts < len(data)]
        stops = np.append(ends, len(data))[: len(starts)]
        written = stops - starts > (view[np.minimum(starts, len(data) - 1)] == ord("\r"))
        inside = refused.continues(starts + offset)
        if self.quote:
            inside |= self._quoted(
                view, data, starts, stops, inside | refused.covers(starts + offset)
            )
        begins = written & ~inside
        numbers = line + np.arange(len(starts))
        return _Piece(starts[begins] + offset, numbers[begins], data, offset)

    def _quoted(
        self, view: npt.NDArray[np.uint8], data: bytes, starts: Positions, stops: Positions,
        ignored: npt.NDArray[np.bool_],
    ) -> npt.NDArray[np.bool_]:  # fmt: skip
        """Which lines begin inside a quoted value; only lines with an odd quote can change that."""
        quotes = np.flatnonzero(view == ord(self.quote or b'"'))
        counts = np.searchsorted(quotes, stops) - np.searchsorted(quotes, starts)
        inside = np.zeros(len(starts), dtype=bool)
        opened: int | None = None
        for i in np.flatnonzero((counts % 2 == 1) & ~ignored):
            if opened is not None:
                inside[opened + 1 : i + 1] = True
                opened = None
            elif self._ends_open(data[int(starts[i]) : int(stops[i])]):
                opened = int(i)
        if opened is not None:
            inside[opened + 1 :] = ~ignored[opened + 1 :]
        return inside

    def _ends_open(self, text: bytes) -> bool:
        """Whether a line with an odd number of quotes leaves a quoted value open at its end."""
        quote, separator = self.quote or b"", re.escape(self.separator)
        closed = rb"(?<![^%b])%b(?:[^%b]|%b%b)*%b(?=%b|\r?$)" % (separator, *[quote] * 5, separator)
        return any(
            value.startswith(quote) for value in re.sub(closed, b"", text).split(self.separator)
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows of one stretch of the file: absolute first bytes and line numbers."""

    starts: Positions
    lines: Positions
    data: bytes
    offset: int

    def raw(self, i: int) -> str:
        begin = int(self.starts[i]) - self.offset
        end = int(self.starts[i + 1]) - self.offset if i + 1 < len(self.starts) else len(self.data)
        return self.data[begin:end].decode("utf-8", errors="replace").strip("\r\n\ufeff")

    def without_last(self) -> _Piece:
        cut = int(self.starts[-1]) - self.offset
        return _Piece(self.starts[:-1], self.lines[:-1], self.data[:cut], self.offset)

    def after(self, line: int) -> _Piece:
        keep = self.lines > line
        return _Piece(self.starts[keep], self.lines[keep], self.data, self.offset)


@dataclass(frozen=True, slots=True)
class _Extents:
    """The stretches of the file that broken rows take, in order."""

    starts: Positions
    stops: Positions
    reasons: tuple[str, ...]

    @classmethod
    def of(cls, broken: list[BrokenRow]) -> _Extents:
        rows = sorted(broken, key=lambda row: row.start)
        return cls(
            np.array([row.start for row in rows], dtype=np.int64),
            np.array([row.start + row.length for row in rows], dtype=np.int64),
            tuple(row.reason for row in rows),
        )

    def covers(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Which of these first bytes lie in a broken row."""
        if not len(self.starts):
            return np.zeros(len(positions), dtype=bool)
        nearest = np.searchsorted(self.starts, positions, side="right") - 1
        return (nearest >= 0) & (positions < self.stops[nearest])

    def continues(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Which of these lines only continue a broken row that began on an earlier line."""
        return self.covers(positions) & ~np.isin(positions, self.starts)

    def reason_at(self, position: int) -> str:
        return self.reasons[int(np.searchsorted(self.starts, position, side="right")) - 1]


def _chunks(path: Path) -> Iterator[bytes]:
    pending: list[bytes] = []
    size = 0
    for block in blocks_of(path):
        pending.append(block)
        size += len(block)
        if size >= CHUNK:
            yield b"".join(pending)
            pending, size = [], 0
    if pending:
        yield b"".join(pending)
