"""How fast a source may send: a bucket of tokens per source and process."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable


class Bucket:
    """Fills at ``rate`` tokens a second up to one second's worth; a batch may overdraw it.

    Overdrawing lets batches through that are larger than a second's worth; the debt has to be
    waited off before the next one.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._tokens = rate
        self._at = clock()
        self._lock = threading.Lock()

    def seconds_to_wait(self) -> int:
        """Return 0 if a request may come in, else the whole seconds until one may."""
        with self._lock:
            self._fill()
            return 0 if self._tokens > 0 else max(1, math.ceil(-self._tokens / self.rate))

    def take(self, tokens: int) -> None:
        """Take as many tokens as records came in."""
        with self._lock:
            self._fill()
            self._tokens -= tokens

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self.rate, self._tokens + (now - self._at) * self.rate)
        self._at = now


class Limits:
    """The buckets of all sources; ``usual`` is the rate of those that have none of their own."""

    def __init__(self, usual: int | None) -> None:
        self._usual = usual
        self._buckets: dict[int, Bucket] = {}

    def bucket_of(self, source_id: int, own: int | None) -> Bucket | None:
        """Return the bucket of a source, or ``None`` if it may send as fast as it likes."""
        rate = own or self._usual
        if rate is None:
            return None
        bucket = self._buckets.get(source_id)
        if bucket is None or bucket.rate != rate:
            bucket = self._buckets[source_id] = Bucket(rate)
        return bucket
