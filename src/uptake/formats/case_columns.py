"""Words as codes: what columns of texts become before anything is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.case_log import NOBODY, Coded, Codes
from uptake.formats.values import PLACEHOLDERS

TEXTS = pa.dictionary(pa.int32(), pa.string())
MOST_CELLS: Final = 60_000_000
"""Values of columns without a role that are kept; of a bigger log, the first columns that fit."""

NOT_FILLED_IN = frozenset(PLACEHOLDERS)
EMPTY = frozenset({""})


def words_of(column: pa.ChunkedArray, nothing: Iterable[str] = NOT_FILLED_IN) -> tuple[
    Codes, pa.Array
]:  # fmt: skip
    """Codes and words in the order in which they first appear, without blanks around them.

    Words in ``nothing`` say that nothing was filled in: their code is ``NOBODY``.
    """
    whole = _one_dictionary(column)
    codes = whole.indices.fill_null(NOBODY).to_numpy(zero_copy_only=False).astype(np.int32)
    trimmed = pc.utf8_trim_whitespace(whole.dictionary).dictionary_encode()
    words = trimmed.dictionary
    missing = pc.is_in(words, pa.array(sorted(nothing), pa.string()))
    is_kept = ~missing.to_numpy(zero_copy_only=False)
    renumbered = np.where(is_kept, np.cumsum(is_kept) - 1, NOBODY).astype(np.int32)
    of_old = renumbered[trimmed.indices.to_numpy()] if len(trimmed) else renumbered
    table = np.append(of_old, np.int32(NOBODY))
    return table[codes], words.filter(pa.array(is_kept))


def coded_of(column: pa.ChunkedArray, nothing: Iterable[str] = NOT_FILLED_IN) -> Coded:
    """The same with the words in Python, for columns of few."""
    codes, words = words_of(column, nothing)
    return Coded(codes, tuple(words.to_pylist()))


def kept_words(coded: Coded, rows: npt.NDArray[np.int64]) -> Coded:
    """Some rows, and only the words that they use."""
    codes = coded.codes[rows]
    used = np.zeros(len(coded.words) + 1, dtype=bool)
    used[codes] = True
    used[-1] = False
    renumbered = np.append((np.cumsum(used[:-1]) - 1).astype(np.int32), np.int32(NOBODY))
    words = tuple(word for word, is_used in zip(coded.words, used[:-1], strict=True) if is_used)
    return Coded(renumbered[codes], words)


def text_column(coded: Coded) -> pa.DictionaryArray:
    """The column as Arrow has it."""
    codes = pa.array(coded.codes, mask=coded.codes == NOBODY)
    return pa.DictionaryArray.from_arrays(codes, pa.array(coded.words, pa.string()))


def joined_texts(columns: Sequence[pa.ChunkedArray], between: str) -> pa.ChunkedArray:
    """Columns side by side as one text each row; what is not there leaves no gap."""
    texts = [column.cast(pa.string()) for column in columns]
    if len(texts) == 1:
        return texts[0]
    nowhere = reduce(pc.and_, [pc.is_null(text) for text in texts])
    texts[0] = pc.if_else(nowhere, "", texts[0])  # or Arrow leaves out the row
    return pc.binary_join_element_wise(*texts, between, null_handling="skip")


def _one_dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    return whole
