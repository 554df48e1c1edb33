"""The columns of a table of events that have no role: what is said of cases, and what of events."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.case_columns import MOST_CELLS, words_of
from uptake.formats.case_log import NOBODY, Codes

MOST_DIFFERENT: Final = 0.5
"""Share of different texts beyond which a column of a large log is left out: they are all names."""

LARGE: Final = 1_000_000
CASE_PREFIXES: Final = ("case:", "(case) ", "case_attr:", "trace:")

Numbers = npt.NDArray[np.generic]


class Gathered:
    """Columns of batches: texts as codes with the words of each batch, numbers as they are."""

    def __init__(self) -> None:
        self.rows = 0
        self._chunks: dict[str, list[pa.Array]] = {}
        self._left_out: set[str] = set()

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a batch; columns called ``a0``, ``a1`` are given up once they are too much."""
        self.rows += batch.num_rows
        room = MOST_CELLS // max(self.rows, 1)
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            is_other = name[0] == "a" and name[1:].isdigit()
            if is_other and (int(name[1:]) >= room and self.rows > LARGE):
                self._left_out.add(name)
            if name in self._left_out:
                self._chunks.pop(name, None)
                continue
            coded = column.dictionary_encode() if pa.types.is_string(column.type) else column
            self._chunks.setdefault(name, []).append(coded)
            if is_other and self.rows > LARGE and self._different(name) > MOST_DIFFERENT:
                self._left_out.add(name)
                del self._chunks[name]

    def texts(self, name: str) -> pa.ChunkedArray:
        """A column of texts; it can be asked for once."""
        return pa.chunked_array(self._chunks.pop(name))

    def numbers(self, name: str, nothing: float) -> Numbers:
        """A column of numbers or truths, with a value where there is none."""
        column = pa.chunked_array(self._chunks[name])
        return np.concatenate([_numbers(chunk, nothing) for chunk in column.chunks])

    def has(self, name: str) -> bool:
        """Whether the column is there and was not given up."""
        return name in self._chunks

    def _different(self, name: str) -> float:
        """Share of texts that are new to their batch."""
        return sum(len(chunk.dictionary) for chunk in self._chunks[name]) / self.rows


def _numbers(chunk: pa.Array, nothing: float) -> Numbers:
    if chunk.null_count:
        chunk = pc.fill_null(chunk, pa.scalar(nothing, chunk.type))
    found: Numbers = chunk.to_numpy(zero_copy_only=False)
    return found


def parted_attributes(
    columns: Gathered,
    names: tuple[str, ...],
    case: Codes,
    cases: int,
    rows: npt.NDArray[np.int64] | None,
) -> tuple[pa.Table, pa.Table, tuple[str, ...]]:
    """Attributes of events, attributes of cases, and what was left out.

    A column describes the case if it never changes within one and repeats somewhere.
    """
    of_events: dict[str, pa.Array] = {}
    of_cases: dict[str, pa.Array] = {}
    left_out = []
    if not names:
        return pa.table({}), pa.table({}), ()
    order = np.argsort(case, kind="stable")
    first = order[np.concatenate(([True], case[order][1:] != case[order][:-1]))]
    for position, name in enumerate(names):
        if not columns.has(f"a{position}"):
            left_out.append(name)
            continue
        codes, words = words_of(columns.texts(f"a{position}"))
        codes = codes if rows is None else codes[rows]
        if _is_of_case(codes, case, order) and len(case) > cases:
            of_cases[_plain(name)] = _coded(codes[first], words)
        else:
            of_events[name] = _coded(codes, words)
    notes = [f"{', '.join(left_out)} have too many values and were left out"] if left_out else []
    return pa.table(of_events), pa.table(of_cases), tuple(notes)


def _is_of_case(codes: Codes, case: Codes, order: npt.NDArray[np.int64]) -> bool:
    said, of = codes[order], case[order]
    return not ((said[1:] != said[:-1]) & (of[1:] == of[:-1])).any()


def _plain(name: str) -> str:
    prefix = next((p for p in CASE_PREFIXES if name.lower().startswith(p)), "")
    return name[len(prefix) :] or name


def _coded(codes: Codes, words: pa.Array) -> pa.DictionaryArray:
    indices = pa.array(codes, mask=codes == NOBODY)
    return pa.DictionaryArray.from_arrays(indices, words)
