"""Database connections of threads that serve no page: nobody else lets go of old ones."""

from __future__ import annotations

from django.db import close_old_connections, connection


def renew_connection() -> None:
    """Let go of the connection if it broke or grew old; inside a transaction it has to stay."""
    if not connection.in_atomic_block:
        close_old_connections()
