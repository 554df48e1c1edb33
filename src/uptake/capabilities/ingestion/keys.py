"""Write keys: made of 24 random bytes, kept as a digest, shown in full once."""

from __future__ import annotations

import hashlib
import secrets

KEY_BYTES = 24
KEY_MARK = "uw_"
"""Begins every write key, so that people and secret scanners know one when they see one."""

KEY_LENGTH = 32
"""Characters of a write key behind its mark: its random bytes in base64."""

SHOWN = 8


def new_key() -> str:
    """Make a write key; letters, digits, ``-`` and ``_`` only, so that it fits any client."""
    return KEY_MARK + secrets.token_urlsafe(KEY_BYTES)


def digest_of(key: str) -> str:
    """Return what is kept of a key: it has 192 random bits, so a plain SHA-256 cannot be undone."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def prefix_of(key: str) -> str:
    """Return the part of a key that pages show."""
    return key[:SHOWN]
