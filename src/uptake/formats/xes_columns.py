"""Attributes of events, or of cases, gathered value by value or many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.case_columns import MOST_CELLS, TEXTS
from uptake.formats.iso_moments import EPOCH, MILLISECOND, is_midnight, moment_of, moments_in
from uptake.formats.xes_plain import PlainValues

Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int64]
Value = str | int | float | bool

MOST_ATTRIBUTES: Final = 1_000
"""Different attributes of events, or of cases, that become columns."""

SEPARATOR: Final = "/"
MILLISECONDS: Final = pa.timestamp("ms", tz="UTC")
LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**63 - 1
TYPES: Final[Mapping[str, pa.DataType]] = {
    "string": TEXTS,
    "id": TEXTS,
    "date": MILLISECONDS,
    "int": pa.int64(),
    "float": pa.float64(),
    "boolean": pa.bool_(),
}
STANDARD_KEYS: Final = frozenset(
    {"concept:name", "concept:instance", "time:timestamp", "start_timestamp", "org:resource",
     "org:role", "org:group", "org:organisation", "lifecycle:transition"}
)  # fmt: skip
_GATHERED: Final = 65_536
"""Values that are gathered one by one before they are put together."""


def parsed(kind: str, text: str) -> Value | None:
    """The value that a text stands for; moments as milliseconds, without a zone as UTC."""
    try:
        match kind:
            case "int":
                number = int(text)
                return number if LEAST_INTEGER <= number <= MOST_INTEGER else None
            case "float":
                return float(text)
            case "boolean":
                return {"true": True, "1": True, "false": False, "0": False}[text.strip().lower()]
            case "date":
                return moment_of(text)
            case _:
                return text
    except (ValueError, KeyError):
        return None


def spoken(value: Value | None, kind: str) -> str | None:
    """A value as text."""
    if value is None:
        return None
    if kind == "date":
        return (EPOCH + int(value) * MILLISECOND).isoformat(timespec="milliseconds")
    if kind == "boolean":
        return "true" if value else "false"
    return str(value)


@dataclass(slots=True)
class _Column:
    """One attribute: its type, and its values by row, as far as they are put together in parts."""

    kind: str
    rows: list[int] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    midnights: list[int] = field(default_factory=list)
    parts: list[tuple[Ranks, pa.Array]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + sum(len(rows) for rows, _ in self.parts)

    def put(self, row: int, value: Value) -> None:
        """Put a value; a second one of a row takes the place of the first."""
        if self.rows and self.rows[-1] == row:
            self.values[-1] = value
            return
        if len(self.rows) == _GATHERED:
            self._put_together()
        self.rows.append(row)
        self.values.append(value)

    def put_many(self, rows: Ranks, values: pa.Array) -> None:
        """Put values of the column's type."""
        self._put_together()
        self.parts.append((rows, values))

    def array(self, length: int) -> pa.Array:
        """The column with nulls where a row has no value."""
        self._put_together()
        places = np.full(length, -1, dtype=np.int64)
        before = 0
        for rows, values in self.parts:
            places[rows] = np.arange(before, before + len(values))
            before += len(values)
        chunks = pa.chunked_array([values for _, values in self.parts], TYPES[self.kind])
        whole = chunks.unify_dictionaries().combine_chunks()
        if before == length and (places == np.arange(length)).all():
            return whole
        return whole.take(pa.array(places, mask=places < 0))

    def as_text(self) -> None:
        """Turn into text what does not fit one type."""
        self._put_together()
        kind, self.kind = self.kind, "string"
        self.parts = [
            (rows, pa.array([spoken(v, kind) for v in _plain(values, kind)]).dictionary_encode())
            for rows, values in self.parts
        ]

    def _put_together(self) -> None:
        if self.rows:
            self.parts.append((np.array(self.rows, dtype=np.int64), _array(self.values, self.kind)))
            self.rows, self.values = [], []


def _array(values: list[Value], kind: str) -> pa.Array:
    if TYPES[kind] == TEXTS:
        return pa.array(values, pa.string()).dictionary_encode()
    return pa.array(values, TYPES[kind])


def _plain(values: pa.Array, kind: str) -> list[Value]:
    plain: list[Value] = (values.cast(pa.int64()) if kind == "date" else values).to_pylist()
    return plain


@dataclass(slots=True)
class Columns:
    """The attributes of events, or of cases. ``rows``: how many of them there are so far."""

    rows: int = 0
    found: dict[str, _Column] = field(default_factory=dict)

    def put(self, key: str, kind: str, value: Value, text: str) -> bool:
        """Put a value, written as ``text``, into the newest row; False if there are too many."""
        column = self._column(key, kind)
        if column is None:
            return False
        if kind == "date" and is_midnight(text):
            column.midnights.append(self.rows - 1)
        if TYPES[column.kind] != TYPES[kind]:
            if column.kind != "string":
                column.as_text()
            value = spoken(value, kind) or ""
        column.put(self.rows - 1, value)
        return True

    def put_many(self, values: PlainValues, first: int) -> tuple[int, int]:
        """Put texts into rows counted from ``first``: how many were no values, and not taken."""
        read, midnight = _read(values)
        good = read.is_valid().to_numpy(zero_copy_only=False)
        rows = values.rows + first
        if good.any() and not self.put_values(
            values.key, values.kind, rows[good], read.filter(pa.array(good)), midnight[good]
        ):
            return int((~good).sum()), int(good.sum())
        return int((~good).sum()), 0

    def put_values(
        self, key: str, kind: str, rows: Ranks, values: pa.Array, midnight: Flags | None = None
    ) -> bool:  # fmt: skip
        """Put values without nulls into some rows; False if there are too many attributes."""
        column = self._column(key, kind)
        if column is None:
            return False
        if midnight is not None:
            column.midnights.extend(rows[midnight].tolist())
        if TYPES[column.kind] != TYPES[kind]:
            if column.kind != "string":
                column.as_text()
            texts = [spoken(value, kind) for value in _plain(values, kind)]
            values = pa.array(texts, pa.string()).dictionary_encode()
        column.put_many(rows, values)
        return True

    def columns(self, ours: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Our columns, then the attributes at full length; one of our name has a mark behind."""
        kept = [key for key in self.found if key not in self.beyond]
        named = {f"{key}{SEPARATOR}" if key in ours else key: self.found[key] for key in kept}
        return ours | {key: column.array(self.rows) for key, column in named.items()}

    @property
    def beyond(self) -> frozenset[str]:
        """Attributes that are too many for so many rows, besides those that the standard names."""
        room = MOST_CELLS // max(self.rows, 1)
        return frozenset([key for key in self.found if key not in STANDARD_KEYS][room:])

    def midnights(self) -> dict[str, Flags]:
        """Of columns with moments: which read midnight, where any does."""
        return {key: self._flags(c.midnights) for key, c in self.found.items() if c.midnights}

    def _flags(self, rows: list[int]) -> Flags:
        flags = np.zeros(self.rows, dtype=bool)
        flags[rows] = True
        return flags

    def _column(self, key: str, kind: str) -> _Column | None:
        column = self.found.get(key)
        if column is None and len(self.found) < MOST_ATTRIBUTES:
            column = self.found[key] = _Column(kind)
        return column


def _read(values: PlainValues) -> tuple[pa.Array, Flags]:
    """Values with nulls where a text is none, and which of them read midnight."""
    if values.kind == "date":
        read = moments_in(values.texts.cast(pa.binary()))
        moments = pa.array(read.moments, mask=~read.good).cast(MILLISECONDS)
        return moments, read.midnight
    coded = values.texts.dictionary_encode()
    nowhere = np.zeros(len(values.texts), dtype=bool)
    if TYPES[values.kind] == TEXTS:
        return coded, nowhere
    words = [parsed(values.kind, word) for word in coded.dictionary.to_pylist()]
    return pa.array(words, TYPES[values.kind]).take(coded.indices), nowhere
