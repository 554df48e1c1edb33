"""Memory that was needed for a moment goes back to the system."""

from __future__ import annotations

import weakref

import psutil
import pyarrow as pa

from uptake.foundation.memory import give_back


class Ring:
    """Holds itself."""

    def __init__(self) -> None:
        self.own = self


def test_what_nobody_holds_any_more_is_given_back() -> None:
    ring = weakref.ref(Ring())
    buffer = pa.allocate_buffer(256 * 2**20)
    memoryview(buffer).cast("B")[:: 2**12] = bytes(2**16)
    before = psutil.Process().memory_info().rss
    del buffer

    give_back()

    assert ring() is None
    assert before - psutil.Process().memory_info().rss > 128 * 2**20
