"""Static files: each address carries a mark of the content, so that browsers keep it for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

KEPT_SECONDS = 365 * 24 * 3600
MARK_LENGTH = 12
_ADDRESSES: dict[str, str] = {}


class MarkedFiles(StaticFilesStorage):
    """Adds ``?v=<mark>`` to the address of every file that exists."""

    def url(self, name: str | None) -> str:
        """Return the address of a file; each is worked out once."""
        known = _ADDRESSES.get(name or "")
        if known is None:
            mark = mark_of(name or "")
            address = super().url(name)
            known = f"{address}?v={mark}" if mark else address
            _ADDRESSES[name or ""] = known
        return known


@cache
def mark_of(name: str) -> str:
    """Return a short hash of a file's content; empty if there is no such file."""
    path = finders.find(name)
    if not path:
        return ""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:MARK_LENGTH]
