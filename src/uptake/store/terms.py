"""The dictionaries of a workspace: every identifier has one small integer code, for good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.store.schema import NO_TERM, TermKind

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A text that was given its code for the first time."""

    kind: TermKind
    code: int
    text: str


class Dictionaries:
    """Text to code per kind of identifier, in memory; codes count from 1 and never change.

    ``rows`` is what is stored: (kind, code, text). A row whose text is ``None`` belongs to an
    erased identifier: its code stays taken, and its text may come back only under a new code.
    """

    __slots__ = ("_codes", "_last", "_new")

    def __init__(self, rows: Iterable[tuple[str, int, str | None]] = ()) -> None:
        self._codes: dict[TermKind, dict[str, int]] = {kind: {} for kind in TermKind}
        self._last: dict[TermKind, int] = dict.fromkeys(TermKind, NO_TERM)
        self._new: list[NewTerm] = []
        for kind_name, code, text in rows:
            kind = TermKind(kind_name)
            self._last[kind] = max(self._last[kind], code)
            if text is not None:
                self._codes[kind][text] = code

    def add(self, kind: TermKind, text: str) -> int:
        """The code of a text; a text not seen before gets the next one and is kept as new."""
        known = self._codes[kind].get(text)
        if known is not None:
            return known
        code = self._last[kind] + 1
        self._last[kind] = code
        self._codes[kind][text] = code
        self._new.append(NewTerm(kind, code, text))
        return code

    def encode(self, kind: TermKind, column: pa.ChunkedArray | pa.Array) -> Codes:
        """Codes of a column of texts, adding those not seen before; null is ``NO_TERM``.

        Texts of an Arrow dictionary that no row has are left out.
        """
        if column.null_count == len(column):
            return np.full(len(column), NO_TERM, dtype=np.int32)
        dictionary = dictionary_of(column)
        texts: list[str] = dictionary.dictionary.to_pylist()
        indices = dictionary.indices.fill_null(len(texts)).to_numpy(zero_copy_only=False)
        is_used = np.zeros(len(texts) + 1, dtype=np.bool_)
        is_used[indices] = True
        codes = np.full(len(texts) + 1, NO_TERM, dtype=np.int32)
        for at in np.flatnonzero(is_used[:-1]).tolist():
            codes[at] = self.add(kind, texts[at])
        coded: Codes = codes[indices]
        return coded

    def code(self, kind: TermKind, text: str) -> int | None:
        """The code of a text, or ``None`` if it was never seen."""
        return self._codes[kind].get(text)

    def forget(self, kind: TermKind, text: str) -> None:
        """Drop an erased text; its code is never given to another."""
        self._codes[kind].pop(text, None)

    def take_new(self) -> tuple[NewTerm, ...]:
        """The terms added since the last call, in the order of their codes per kind."""
        new = tuple(self._new)
        self._new.clear()
        return new

    def rows(self) -> Iterator[tuple[str, int, str]]:
        """Every term as it is stored: (kind, code, text)."""
        for kind, codes in self._codes.items():
            yield from ((kind.value, code, text) for text, code in codes.items())


def terms_table(rows: Iterable[tuple[str, int, str | None]]) -> pa.Table:
    """Terms as a table (kind, code, text), for the ``terms`` relation of a reader."""
    kept = list(rows)
    return pa.table(
        {
            "kind": pa.array([kind for kind, _, _ in kept], pa.string()),
            "code": pa.array([code for _, code, _ in kept], pa.int32()),
            "text": pa.array([text for _, _, text in kept], pa.string()),
        }
    )


def dictionary_of(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """The distinct texts of a column and where each row points."""
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    if isinstance(coded, pa.Array):
        return coded
    return coded.unify_dictionaries().combine_chunks()
