"""The members of a JSON object of any size, found without holding what stands in them.

One pass over blocks of bytes finds brackets and commas that are not within texts; what is nested
in a member is read later, a batch of its elements at a time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import BinaryIO, Final

import msgspec
import numpy as np
import numpy.typing as npt

from uptake.formats.errors import UnusableFileError

BLOCK: Final = 1 << 20
MOST_AT_ONCE: Final = 64 << 20
"""Bytes of one element, and of what the object says outside of its lists and objects."""

MOST_NESTED: Final = 1_000
"""Lists and objects that are members, and how deep they may nest."""

_QUOTE, _OPEN, _CLOSE, _COMMA = 1, 2, 3, 4
_BACKSLASH: Final = ord("\\")
_MARKS: Final = np.zeros(256, dtype=np.uint8)
_MARKS[list(b'"')] = _QUOTE
_MARKS[list(b"[{")] = _OPEN
_MARKS[list(b"]}")] = _CLOSE
_MARKS[list(b",")] = _COMMA

Places = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]


class NoWholeJsonError(ValueError):
    """Bytes that are no JSON, or not all of it."""


@dataclass(frozen=True, slots=True)
class Nested:
    """A list or an object that is a member: from its bracket to behind the one that closes it.

    ``cuts``: commas between elements, as far apart as a block is long.
    """

    begin: int
    end: int
    is_list: bool
    cuts: tuple[int, ...]

    def batches(self, file: BinaryIO) -> Iterator[bytes]:
        """Read the elements of a list, many at a time, each batch a list of JSON.

        ``file`` stands at its beginning; it is read forwards alone.
        """
        bounds = (self.begin + 1, *self.cuts, self.end - 1)
        file.seek(self.begin + 1)
        for number, (first, last) in enumerate(pairwise(bounds)):
            if last - first > MOST_AT_ONCE:
                raise UnusableFileError(
                    f"One of its lists has an element of more than {MOST_AT_ONCE >> 20} MiB: "
                    "leave it out and export again."
                )
            part = file.read(last - first)
            if number and not part[1:].strip():
                raise NoWholeJsonError("a comma is followed by nothing")
            yield b"[" + (part[1:] if number else part) + b"]"


def members_of(file: BinaryIO) -> dict[str, Nested | object]:
    """Return the members of the object in a file: what is nested by its place, else its value.

    Raises:
        NoWholeJsonError: it is no JSON object, or not a whole one.
    """
    scan = _Scan()
    while block := file.read(BLOCK):
        scan.take(block)
    return scan.members()


@dataclass(slots=True)
class _Scan:
    """Where a pass stands. ``outside``: the object with each nested member by its number."""

    offset: int = 0
    depth: int = 0
    is_text: bool = False
    is_escaped: bool = False
    outside: bytearray = field(default_factory=bytearray)
    nested: list[tuple[int, int, bool]] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    _begin: int = -1
    _is_list: bool = False

    def take(self, block: bytes) -> None:
        """Go on by one block."""
        length = len(block)
        data = np.frombuffer(block, dtype=np.uint8)
        places, marks = self._tokens(block, data)
        steps = (marks == _OPEN).astype(np.int64) - (marks == _CLOSE)
        depths = self.depth + np.cumsum(steps)
        if len(depths):
            if depths.min() < 0:
                raise NoWholeJsonError("more brackets are closed than opened")
            if depths.max() > MOST_NESTED:
                raise NoWholeJsonError(f"it nests more than {MOST_NESTED:,} deep")
            between = np.flatnonzero((marks == _COMMA) & (depths == 2))
            if len(between):
                self.cuts.append(self.offset + int(places[between[-1]]))
            self.depth = int(depths[-1])
        edges = ((marks == _OPEN) & (depths == 2)) | ((marks == _CLOSE) & (depths == 1))
        self._follow(block, places[edges].tolist())
        self.offset += length

    def _tokens(self, block: bytes, data: Marks) -> tuple[Places, Marks]:
        """Brackets and commas that are not within texts."""
        marked = _MARKS[data]
        for escaped in self._escaped(block, data):
            marked[escaped] = 0
        places = np.flatnonzero(marked)
        marks = marked[places]
        is_quote = marks == _QUOTE
        texts = (np.cumsum(is_quote) + self.is_text) & 1
        if len(texts):
            self.is_text = bool(texts[-1])
        kept = ~is_quote & (texts == 0)
        return places[kept], marks[kept]

    def _escaped(self, block: bytes, data: Marks) -> Iterator[Places]:
        """Places behind an odd number of backslashes."""
        before, self.is_escaped = self.is_escaped, False
        if b"\\" not in block:
            if before:
                yield np.array([0])
            return
        strokes = np.flatnonzero(data == _BACKSLASH)
        firsts = np.flatnonzero(np.diff(strokes, prepend=-2) != 1)
        runs = np.diff(firsts, append=len(strokes))
        if before and strokes[0] == 0:
            runs[0] += 1
        elif before:
            yield np.array([0])
        lasts = strokes[np.append(firsts[1:], len(strokes)) - 1]
        behind = lasts[runs % 2 == 1] + 1
        self.is_escaped = bool(len(behind) and behind[-1] == len(data))
        yield behind[behind < len(data)]

    def _follow(self, block: bytes, edges: list[int]) -> None:
        """Keep what is outside of nested members, and where these begin and end."""
        here = 0
        for place in edges:
            if self._begin < 0:
                self._keep(block[here:place])
                self._begin, self._is_list = self.offset + place, block[place] == ord("[")
                continue
            if self._is_list != (block[place] == ord("]")):
                raise NoWholeJsonError("a bracket is closed by one of the other kind")
            self._keep(b'{"":%d}' % len(self.nested))
            self.nested.append((self._begin, self.offset + place + 1, self._is_list))
            self._begin, here = -1, place + 1
            if len(self.nested) > MOST_NESTED:
                raise NoWholeJsonError(f"it has more than {MOST_NESTED:,} members")
        if self._begin < 0:
            self._keep(block[here:])

    def _keep(self, part: bytes) -> None:
        self.outside += part
        if len(self.outside) > MOST_AT_ONCE:
            raise NoWholeJsonError("it is hardly anything but texts or blanks")

    def members(self) -> dict[str, Nested | object]:
        """What was found, once everything is read."""
        if self.depth or self.is_text:
            raise NoWholeJsonError("it ends too early")
        found = msgspec.json.decode(bytes(self.outside).removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(found, dict):
            raise NoWholeJsonError("it is no object")
        return {
            name: self._nested(value[""]) if isinstance(value, dict) else value
            for name, value in found.items()
        }

    def _nested(self, number: int) -> Nested:
        begin, end, is_list = self.nested[number]
        first, last = bisect_right(self.cuts, begin), bisect_left(self.cuts, end)
        return Nested(begin, end, is_list, tuple(self.cuts[first:last]))
