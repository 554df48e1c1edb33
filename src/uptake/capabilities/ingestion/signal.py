"""Tells every server process on this machine that something they remember has changed.

Each process maps the same small file; whoever changes a source, a key or an identity writes new
random bytes into its first part after the commit. Newcomers are the rule and no reason to forget
everybody else: of them the second part tells. Looking costs as much as reading a few bytes of
memory, so every request looks. A machine that shares only the database notices within
``STALE_SECONDS``.
"""

from __future__ import annotations

import mmap
import os
import time
from pathlib import Path

PART = 8
SIZE = 2 * PART


class Signal:
    """One process's view of the shared file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < SIZE:
                os.ftruncate(descriptor, SIZE)
            self._shared = mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)

    def raise_(self) -> None:
        """Make every process forget what it remembers."""
        self._shared[:PART] = os.urandom(PART)

    def raise_newcomers(self) -> None:
        """Make every process look who is new."""
        self._shared[PART:] = os.urandom(PART)

    def read(self) -> bytes:
        """Return what changes with every change."""
        return self._shared[:PART]

    def read_newcomers(self) -> bytes:
        """Return what changes whenever somebody is new."""
        return self._shared[PART:]

    def close(self) -> None:
        """Let the file go."""
        self._shared.close()


class Watch:
    """Says whether what was remembered may still be believed.

    Compare ``now()`` with what it was when the memory was begun: a different value says that
    something has changed, or that ``stale_seconds`` have passed in which another machine may have
    changed something.
    """

    def __init__(self, signal: Signal, *, stale_seconds: float) -> None:
        self._signal = signal
        self._stale = stale_seconds

    def now(self) -> tuple[bytes, int]:
        """Return what is different after a change."""
        return self._signal.read(), int(time.monotonic() / self._stale)
