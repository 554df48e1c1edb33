"""When a message is tried again: ever later, and as late as the other side asks."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
FACTOR = 4
SPREAD = 0.25
LONGEST_ASKED = timedelta(days=1)


def wait_after(attempts: int, key: str, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many attempts: 1, 4, 16, 64, 256 minutes, then 6 hours.

    Up to a quarter more, by the key, so that what failed together does not come back together.
    Never earlier than ``asked``.
    """
    grown = FIRST_WAIT * FACTOR ** min(max(attempts, 1) - 1, 10)
    part = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") / 2**32
    waited: timedelta = min(grown, LONGEST_WAIT) * (1 + SPREAD * part)
    return waited if asked is None else max(waited, min(asked, LONGEST_ASKED))


def asked_to_wait(header: str | None, moment: datetime) -> timedelta | None:
    """Read ``Retry-After``: seconds, or a date; None where it says nothing."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(timedelta(seconds=int(header.strip()[:9])), LONGEST_ASKED)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(until - moment, timedelta(0))
