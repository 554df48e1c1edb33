"""Giving memory back, which allocators keep to themselves after work that needed much of it."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Return what is free to the system; takes some hundredths of a second."""
    import pyarrow as pa  # most commands need none of it

    gc.collect()
    pa.default_memory_pool().release_unused()
    with suppress(AttributeError, OSError):  # the C library of GNU alone knows how
        ctypes.CDLL(None).malloc_trim(0)
