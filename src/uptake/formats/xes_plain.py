"""Cases in XES that are written plainly, taken apart without a parser of XML.

Nearly every log is a long run of ``<trace>``, ``<event>`` and flat attributes with two quoted
values each. A block of whole cases that is nothing but that, down to the last byte, is taken apart
with numpy and Arrow; of any other block nothing is said here, and a parser of XML reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ranks = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

MOST_KEYS: Final = 4_000
"""Different beginnings of attributes in one block; with more it is left to the parser."""

_QUOTES: Final = 4
_BLANKS: Final = rb"[ \t\r\n]*"
_BLANK: Final = rb"[ \t\r\n]+"
_PREFIX: Final = re.compile(
    rb"<(string|date|int|float|boolean|id)" + _BLANK + rb'key="([^"&\t\r\n]{0,1000})"' + _BLANK
    + rb'value="'
)  # fmt: skip
_TAIL: Final = re.compile(rb'"' + _BLANKS + rb"/>" + _BLANKS)
_TAG: Final = re.compile(rb"<(/?)(trace|event)" + _BLANKS + rb">" + _BLANKS)
_ENTITY: Final = re.compile(r"&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));")
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_CASE, _EVENT, _END_EVENT, _END_CASE, _VALUE = range(5)
_DEPTH_BEFORE: Final = np.array([0, 1, 2, 1, 0])
_CHANGE: Final = np.array([1, 1, -1, -1, 0])
_NEVER: Final = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
"""Characters that XML does not have."""


@dataclass(frozen=True, slots=True)
class PlainValues:
    """All values of one attribute in a block: ``rows`` are of its events, or of its cases."""

    of_events: bool
    key: str
    kind: str
    rows: Ranks
    texts: pa.Array


@dataclass(frozen=True, slots=True)
class PlainBlock:
    """Whole cases: how many, the case of each event, and attributes in order of appearance."""

    cases: int
    case_of: Ranks
    values: tuple[PlainValues, ...]


def plain_block(block: bytes, longest: int) -> PlainBlock | None:
    """Take whole cases apart; ``None`` if anything is written in another way.

    ``longest``: characters of a value; a longer one is left to the parser.
    """
    data = np.frombuffer(block, dtype=np.uint8)
    if not _is_clean(block, data):
        return None
    starts = np.flatnonzero(data == ord("<"))
    quotes = np.flatnonzero(data == ord('"'))
    if not len(starts) or block[: starts[0]].strip(b" \t\r\n"):
        return None
    pieces = _pieces(data, starts, quotes)
    if pieces is None:
        return None
    kinds = _kinds(pieces)
    if kinds is None or not _is_well_formed(kinds):
        return None
    return _taken_apart(pieces, kinds, longest)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A block cut before each tag; ``parts``: three for each tag, up to, of and behind a value."""

    parts: pa.Array
    has_value: npt.NDArray[np.bool_]

    def part(self, number: int, tags: Ranks) -> pa.Array:
        """One of the three parts of some tags."""
        return self.parts.take(pa.array(tags * 3 + number))


def _is_clean(block: bytes, data: Bytes) -> bool:
    """Whether there is no character that XML, or this reader, does not have."""
    low = data[data < ord(" ")]
    odd = (low != ord("\n")) & (low != ord("\t")) & (low != ord("\r"))
    return not odd.any() and (block.isascii() or not any(never in block for never in _NEVER))


def _pieces(data: Bytes, starts: Ranks, quotes: Ranks) -> _Pieces | None:
    """Cut a block; None if a tag has other than no value or one."""
    stops = np.append(starts[1:], len(data))
    first = np.searchsorted(quotes, starts)
    count = np.append(first[1:], len(quotes)) - first
    has_value = count == _QUOTES
    if not (has_value | (count == 0)).all():
        return None
    cuts = np.repeat(stops, 3).reshape(-1, 3)
    cuts[:, 0] = starts
    cuts[has_value, 1] = quotes[first[has_value] + 2] + 1
    cuts[has_value, 2] = quotes[first[has_value] + 3]
    offsets = np.append(cuts.ravel(), len(data)).astype(np.int32)
    parts = pa.Array.from_buffers(
        pa.binary(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    return _Pieces(parts, has_value)


def _kinds(pieces: _Pieces) -> npt.NDArray[np.int8] | None:
    """What each tag is; None if one is none of those that are plain."""
    kinds = np.full(len(pieces.has_value), _VALUE, dtype=np.int8)
    bare = np.flatnonzero(~pieces.has_value)
    tags = pieces.part(0, bare).dictionary_encode()
    known = []
    for tag in tags.dictionary.to_pylist():
        match = _TAG.fullmatch(tag)
        if match is None:
            return None
        is_event, ends = match[2] == b"event", bool(match[1])
        known.append((_END_EVENT if ends else _EVENT) if is_event else (_END_CASE if ends else 0))
    kinds[bare] = np.array(known, dtype=np.int8)[tags.indices.to_numpy()]
    tails = pc.unique(pieces.part(2, np.flatnonzero(pieces.has_value)))
    return kinds if all(_TAIL.fullmatch(tail) for tail in tails.to_pylist()) else None


def _is_well_formed(kinds: npt.NDArray[np.int8]) -> bool:
    """Whether events lie in cases and values in either, and everything is closed."""
    change = _CHANGE[kinds]
    before = np.cumsum(change) - change
    in_place = (before == _DEPTH_BEFORE[kinds]) | ((kinds == _VALUE) & (before > 0))
    return bool((in_place & ((kinds != _VALUE) | (before > 0))).all() and change.sum() == 0)


def _taken_apart(pieces: _Pieces, kinds: npt.NDArray[np.int8], longest: int) -> PlainBlock | None:
    event_of = np.cumsum(kinds == _EVENT) - 1
    case_of = np.cumsum(kinds == _CASE) - 1
    depth = np.cumsum(_CHANGE[kinds])
    tags = np.flatnonzero(kinds == _VALUE)
    prefixes = pieces.part(0, tags).dictionary_encode()
    beginnings = [_PREFIX.fullmatch(prefix) for prefix in prefixes.dictionary.to_pylist()]
    if len(beginnings) > MOST_KEYS or None in beginnings:
        return None
    codes = prefixes.indices.to_numpy() * 2 + (depth[tags] == 2)
    values = []
    for code, chosen in _grouped(codes):
        match = beginnings[code // 2]
        texts = _texts(pieces.part(1, tags[chosen]), longest)
        if match is None or texts is None:
            return None
        rows = (event_of if code % 2 else case_of)[tags[chosen]]
        try:
            key = match[2].decode()
        except UnicodeDecodeError:
            return None
        values.append(PlainValues(bool(code % 2), key, match[1].decode(), rows, texts))
    return PlainBlock(int(case_of[-1]) + 1, case_of[kinds == _EVENT], tuple(values))


def _grouped(codes: Ranks) -> Iterator[tuple[int, Ranks]]:
    """Positions of each code, in the order in which codes first appear."""
    order = np.argsort(codes, kind="stable")
    found, first = np.unique(codes[order], return_index=True)
    groups = np.split(order, first[1:])
    for position in np.argsort([group[0] for group in groups] if len(found) else []):
        yield int(found[position]), groups[position]


def _texts(texts: pa.Array, longest: int) -> pa.Array | None:
    """Values as texts; None if one is too long, no text, or has entities that XML does not know."""
    data = texts.buffers()[2]
    content = data.to_pybytes() if data else b""
    if pc.max(pc.binary_length(texts)).as_py() > longest:
        return None
    if any(blank in content for blank in (b"\t", b"\r", b"\n")):
        return None
    try:
        strings = texts.cast(pa.string())
    except pa.ArrowInvalid:
        return None
    return strings if b"&" not in content else _without_entities(strings)


def _without_entities(strings: pa.Array) -> pa.Array | None:
    coded = strings.dictionary_encode()
    words = [_plain(word) for word in coded.dictionary.to_pylist()]
    return None if None in words else pa.array(words, pa.string()).take(coded.indices)


def _plain(word: str) -> str | None:
    if "&" in _ENTITY.sub("", word):
        return None
    try:
        plain = _ENTITY.sub(_character, word)
    except ValueError:
        return None
    return plain


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return _NAMED[match[1]]
    code = int(match[2]) if match[2] else int(match[3], 16)
    if code < ord(" ") or 0xD800 <= code < 0xE000 or code in (0xFFFE, 0xFFFF):
        raise ValueError(f"{code} is no character that is plain")
    return chr(code)
