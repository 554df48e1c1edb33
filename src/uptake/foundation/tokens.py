"""Secrets that are shown once; only their hash is stored, of no use to whoever reads it."""

from __future__ import annotations

import hashlib
import secrets

RANDOM_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return a secret that cannot be guessed."""
    return f"{prefix}{secrets.token_urlsafe(RANDOM_BYTES)}"


def hash_of(secret: str) -> str:
    """Return what is stored of a secret; a plain hash will do, because secrets are random."""
    return hashlib.sha256(secret.encode()).hexdigest()
