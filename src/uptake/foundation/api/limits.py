"""How often somebody may ask: an allowance per caller and web process."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from functools import lru_cache

MINUTE = 60.0


class Allowances:
    """Each caller may ask ``a_minute`` times at once, and as often again in each minute."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(a_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> int:
        """Count a request; return 0, or the seconds to wait if it came too early."""
        with self._lock:
            now = self._clock()
            left, at = self._left.get(caller, (self._most, now))
            left = min(self._most, left + (now - at) * self._most / MINUTE)
            if left < 1:
                self._left[caller] = (left, now)
                return max(1, math.ceil((1 - left) * MINUTE / self._most))
            self._left[caller] = (left - 1, now)
            return 0


@lru_cache(maxsize=1)
def allowances(a_minute: int) -> Allowances:
    """Return the allowances of this process."""
    return Allowances(a_minute)
