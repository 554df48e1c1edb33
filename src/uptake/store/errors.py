"""Errors that a person can cause or mend; each message says what to do next."""

from __future__ import annotations


class UptakeError(Exception):
    """Something a person can put right; its text is one plain sentence that says how."""
