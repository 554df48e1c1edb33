"""Identifiers as Arrow text, written digit by digit in whole columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from uptake.simulate.arrays import Bytes, Flags, Ints

_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint8)
_HEX_PAIRS = _HEX.reshape(256, 2)
_UUID_LENGTH = 36
_DASHES = (8, 13, 18, 23)


def _text_array(rows: Bytes, valid: Flags | None = None) -> pa.StringArray:
    """Return an Arrow text column from a matrix of one byte per character."""
    count, width = rows.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    bitmap = None
    if valid is not None:
        bitmap = pa.py_buffer(np.packbits(valid, bitorder="little").tobytes())
    buffers = [bitmap, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(rows))]
    nulls = 0 if valid is None else int(count - valid.sum())
    return pa.Array.from_buffers(pa.string(), count, buffers, null_count=nulls)


def random_uuids(random: np.random.Generator, count: int) -> pa.StringArray:
    """Return version 8 UUIDs (RFC 9562, the version for one's own layouts) from the stream."""
    raw = np.frombuffer(random.bytes(16 * count), dtype=np.uint8).reshape(count, 16).copy()
    raw[:, 6] = (raw[:, 6] & 0x0F) | 0x80
    raw[:, 8] = (raw[:, 8] & 0x3F) | 0x80
    rows = np.full((count, _UUID_LENGTH), ord("-"), dtype=np.uint8)
    places = [place for place in range(_UUID_LENGTH) if place not in _DASHES]
    rows[:, places] = _HEX_PAIRS[raw].reshape(count, 32)
    return _text_array(rows)


def numbered(prefix: str, numbers: Ints, width: int) -> pa.StringArray:
    """Return ``prefix`` plus the number in ``width`` digits; negative numbers become nulls."""
    head = np.frombuffer(prefix.encode(), dtype=np.uint8)
    rows = np.empty((numbers.size, head.size + width), dtype=np.uint8)
    rows[:, : head.size] = head
    left = np.maximum(numbers, 0)
    for place in range(head.size + width - 1, head.size - 1, -1):
        left, digit = np.divmod(left, 10)
        rows[:, place] = digit + ord("0")
    return _text_array(rows, numbers >= 0)


def chosen(texts: list[str], codes: Ints) -> pa.StringArray:
    """Return the text of each code; negative codes become nulls."""
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts)).cast(pa.string())
