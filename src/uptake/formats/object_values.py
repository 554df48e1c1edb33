"""Values of object-centric logs as they were given, many at a time, read by their declared type."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pyarrow as pa

from uptake.formats.case_columns import coded_of
from uptake.formats.case_log import Coded
from uptake.formats.iso_moments import is_midnight, moments_in
from uptake.formats.object_log import Flags
from uptake.formats.xes_columns import TYPES, Value, parsed, spoken

Given = str | int | float | bool

LONGEST: Final = 1_000_000
"""Characters of one value."""

_SHORTEST_WITH_OFFSET: Final = 20
_OFFSET: Final = 6
"""Characters of an offset such as +02:00."""

Trouble = Callable[[str, int], None]
Moment = Callable[[str], int | None]


@dataclass(slots=True)
class Gathered:
    """Values of one attribute as they come: the row of each, and since when it holds."""

    rows: array[int] = field(default_factory=lambda: array("q"))
    since: array[int] = field(default_factory=lambda: array("q"))
    given: list[Given] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ReadValues:
    """Values without nulls, which of those given they are, and which read midnight."""

    values: pa.Array
    good: Flags
    midnight: Flags | None = None


def read_values(
    key: str, kind: str, given: Sequence[Given], *, moment: Moment, trouble: Trouble
) -> ReadValues:
    """Read values of one type; what is none is left out and counted."""
    if kind == "date":
        return _moments(key, given, moment, trouble)
    plain = _plain(kind, given)
    if plain is not None:
        return ReadValues(plain, np.ones(len(given), dtype=bool))
    texts = _cut([as_text(value) for value in given], trouble)
    if TYPES[kind] == TYPES["string"]:
        array_ = pa.array(texts, pa.string()).dictionary_encode()
        return ReadValues(array_, np.ones(len(given), dtype=bool))
    known: dict[str, Value | None] = {text: _value(kind, text) for text in dict.fromkeys(texts)}
    return _kept(key, kind, [known[text] for text in texts], trouble)


def _plain(kind: str, given: Sequence[Given]) -> pa.Array | None:
    """Values that need no reading: all of the type that is asked for."""
    types = set(map(type, given))
    try:
        if types == {float} and kind == "float":
            return pa.array(given, pa.float64())
        if types == {int} and kind == "int":
            return pa.array(given, pa.int64())
    except OverflowError:
        return None
    return pa.array(given, pa.bool_()) if types == {bool} and kind == "boolean" else None


def _moments(
    key: str, given: Sequence[Given], moment: Moment, trouble: Trouble
) -> ReadValues:  # fmt: skip
    texts = _cut([as_text(value) for value in given], trouble)
    found = _kept(key, "date", read_moments(texts, moment), trouble)
    midnight = np.fromiter(map(is_midnight, texts), dtype=bool, count=len(texts))
    return ReadValues(found.values, found.good, midnight[found.good])


def read_moments(texts: Sequence[str], moment: Moment) -> list[int | None]:
    """Read moments: those with an offset all at once, the others one by one."""
    found: list[int | None] = [None] * len(texts)
    told = [place for place, text in enumerate(texts) if _has_offset(text)]
    read = moments_in(pa.array([texts[place] for place in told], pa.string()).cast(pa.binary()))
    for place, is_good, value in zip(
        told, read.good.tolist(), read.moments.tolist(), strict=True
    ):  # fmt: skip
        found[place] = value if is_good else None
    left = set(range(len(texts))) - set(told) if len(told) < len(texts) else ()
    for place in sorted(left):
        found[place] = moment(texts[place])
    return found


def _has_offset(text: str) -> bool:
    """Whether a text is written the usual way and says how far ahead of UTC it is."""
    if len(text) < _SHORTEST_WITH_OFFSET or not text.isascii():
        return False
    return text[-1] == "Z" or (text[-_OFFSET] in "+-" and text[-3] == ":" and len(text) > 24)


def _kept(
    key: str, kind: str, read: list[Value | None] | list[int | None], trouble: Trouble
) -> ReadValues:
    good = np.fromiter((value is not None for value in read), dtype=bool, count=len(read))
    if not good.all():
        trouble(f"A value of {key[:80]} is no {kind} and was left out", int((~good).sum()))
    values = pa.array([value for value in read if value is not None], _arrow(kind))
    return ReadValues(values.cast(TYPES[kind]), good)


def _arrow(kind: str) -> pa.DataType:
    return pa.int64() if kind == "date" else TYPES[kind]


def _cut(texts: list[str], trouble: Trouble) -> list[str]:
    if not texts or max(map(len, texts)) <= LONGEST:
        return texts
    long = sum(len(text) > LONGEST for text in texts)
    trouble(f"A value of more than {LONGEST:,} characters was cut", long)
    return [text[:LONGEST] for text in texts]


def as_text(given: Given) -> str:
    """A value of JSON or SQLite as the text that XML has for it."""
    if isinstance(given, str):
        return given
    if isinstance(given, bool):
        return spoken(given, "boolean") or ""
    return repr(given)


def _value(kind: str, text: str) -> Value | None:
    value = parsed(kind, text)
    if value is None and kind == "int":
        number = parsed("float", text)
        is_whole = isinstance(number, float) and math.isfinite(number) and number.is_integer()
        return parsed("int", str(int(number))) if is_whole and number is not None else None
    return value


@dataclass(slots=True)
class Words:
    """Words that come again and again, as codes in the order in which they came."""

    listed: list[str] = field(default_factory=list)
    codes: array[int] = field(default_factory=lambda: array("q"))
    _places: dict[str, int] = field(default_factory=dict)

    def put(self, word: str) -> None:
        """Take one more."""
        code = self._places.get(word)
        if code is None:
            code = self._places[word] = len(self.listed)
            self.listed.append(word)
        self.codes.append(code)

    def coded(self) -> Coded:
        """All that were taken, without blanks around them."""
        words = pa.array(self.listed, pa.string())
        codes = pa.array(np.array(self.codes, dtype=np.int32))
        return coded_of(pa.chunked_array([pa.DictionaryArray.from_arrays(codes, words)]), ())
