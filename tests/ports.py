"""Ports for servers of tests, from where the system takes none for whoever calls somebody.

A port that the system proposes may be given to a caller before the server has it.
"""

from __future__ import annotations

import secrets
import socket

FIRST, LAST = 12_000, 32_000
"""Below what Linux gives to callers, above what services are wont to have."""


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens; every process that asks begins elsewhere."""
    begin = secrets.randbelow(LAST - FIRST)
    ports = (FIRST + (begin + step) % (LAST - FIRST) for step in range(LAST - FIRST))
    return next(port for port in ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
