"""Identities made from the content of rows: 128 bits over the values, whatever wrote them.

The function is defined here and not by a library, because identities that are stored must stay
comparable for good. Eight bytes of all rows are mixed at once, which is several times faster than
a digest row by row; nothing about it is secret or meant to withstand forgery.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Positions = npt.NDArray[np.int64]

SEPARATOR = "\x1f"
"""Stands between the values of a row where its identity is made from them."""

WORD = 8
LENGTH = 16
ROWS_AT_ONCE = 8_192
"""Rows whose words are mixed together: few enough to stay in the processor's cache."""

MASKS = np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], dtype=np.uint64)
"""The first so many bytes of a word."""

SEEDS = (np.uint64(0x75707461_6B652031), np.uint64(0x75707461_6B652032))
ODD = np.uint64(0xD6E8FEB86659FD93)


def ids_of_texts(texts: pa.Array) -> pa.Array:
    """The identity of each text, as 16 bytes; none may be null."""
    whole = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    offsets = whole[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    content = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    return ids_of(content, offsets[:-1], offsets[1:] - offsets[:-1])


def ids_of(
    content: Bytes, starts: Positions, lengths: Positions, *, separator: str = SEPARATOR
) -> pa.Array:
    """The identity of each stretch of UTF-8, as 16 bytes; stretches follow one another.

    The bytes, filled up with zeros to whole little-endian words, are folded into two numbers that
    begin with the length: the first mixes each word in, the second gathers what the first became.
    """
    ids = np.empty((len(starts), 2), dtype="<u8")
    for first in range(0, len(starts), ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        begin, end = int(starts[rows][0]), int(starts[rows][-1] + lengths[rows][-1])
        words = _words(content[begin:end], separator)
        _fold(words, starts[rows] - begin, lengths[rows], ids[rows])
    return pa.Array.from_buffers(pa.binary(LENGTH), len(ids), [None, pa.py_buffer(ids)])


def _words(content: Bytes, separator: str) -> Words:
    """The word that begins at each byte, zeros following the last."""
    padded = np.zeros(len(content) + WORD, dtype=np.uint8)
    distance = np.uint8((ord(separator) - ord(SEPARATOR)) % 256)
    np.multiply(content == ord(separator), distance, out=padded[:-WORD])
    np.subtract(content, padded[:-WORD], out=padded[:-WORD])
    words: Words = np.ndarray((len(content) + 1,), "<u8", padded, strides=(1,))
    return words


def _fold(words: Words, starts: Positions, lengths: Positions, ids: Words) -> None:
    mixed, gathered = (seed ^ lengths.astype(np.uint64) for seed in SEEDS)
    whole = int(lengths.min()) // WORD
    for at in range(whole):
        _take_in(mixed, gathered, words[starts + WORD * at])
    for at in range(whole, -(-int(lengths.max()) // WORD)):
        rows = np.flatnonzero(lengths > WORD * at)
        left = np.minimum(lengths[rows] - WORD * at, WORD)
        some, others = mixed[rows], gathered[rows]
        _take_in(some, others, words[starts[rows] + WORD * at] & MASKS[left])
        mixed[rows], gathered[rows] = some, others
    ids[:, 0] = mixed
    _mix(gathered, np.empty_like(gathered))
    ids[:, 1] = gathered


def _take_in(mixed: Words, gathered: Words, words: Words) -> None:
    """Take one word of each row in; ``words`` is used up."""
    np.bitwise_xor(mixed, words, out=mixed)
    _mix(mixed, words)
    np.bitwise_xor(gathered, mixed, out=gathered)
    np.multiply(gathered, ODD, out=gathered)


def _mix(numbers: Words, spare: Words) -> None:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014), in place."""
    np.add(numbers, np.uint64(0x9E3779B97F4A7C15), out=numbers)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        np.right_shift(numbers, np.uint64(shift), out=spare)
        np.bitwise_xor(numbers, spare, out=numbers)
        np.multiply(numbers, np.uint64(factor), out=numbers)
    np.right_shift(numbers, np.uint64(31), out=spare)
    np.bitwise_xor(numbers, spare, out=numbers)
