"""Times written as 2024-03-01 08:00:00, in UTC: by far the commonest, read without a parser."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.formats.times import EARLIEST, LATEST
from uptake.store.schema import MILLISECONDS_UTC

LENGTHS = (19, 23)
"""Of times to the second and to the millisecond."""

MARKS = {4: "-", 7: "-", 13: ":", 16: ":", 19: "."}
"""What stands at which place."""

MILLISECONDS = pa.timestamp("ms")


def plain_moments(column: pa.ChunkedArray) -> pa.Array | None:
    """The moments that texts say; None if any is written otherwise, has blanks or is no time."""
    texts = pa.concat_arrays(column.chunks) if column.num_chunks != 1 else column.chunk(0)
    if not _is_plain(texts):
        return None
    try:
        return pc.cast(texts, MILLISECONDS).cast(MILLISECONDS_UTC)
    except pa.ArrowInvalid:
        return None


def in_range(moments: pa.Array) -> pa.Array:
    """Moments at which software can have been used; NULL in place of the others."""
    earliest, latest = (_milliseconds(day) for day in (EARLIEST, LATEST))
    numbers = moments.cast(pa.int64())
    usable = pc.and_(pc.greater_equal(numbers, earliest), pc.less(numbers, latest))
    return pc.if_else(usable, moments, pa.scalar(None, MILLISECONDS_UTC))


def _is_plain(texts: pa.Array) -> bool:
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset :][: len(texts) + 1]
    filled = len(texts) - texts.null_count
    size = int(offsets[-1] - offsets[0])
    length = size // filled if filled else 0
    if length not in LENGTHS or size != length * filled:
        return False
    lengths = np.diff(offsets)
    if not ((lengths == length) | (lengths == 0)).all():
        return False
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[offsets[0] : offsets[-1]]
    written = data.reshape(-1, length)
    return all((written[:, at] == ord(mark)).all() for at, mark in MARKS.items() if at < length)


def _milliseconds(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400_000
