"""Canonical events for tests of commands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from uptake.store.schema import CANONICAL

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def many_events(count: int, *, first: int = 0) -> pa.Table:
    """Events of fifty people, one a minute, numbered ``first`` and following."""
    rows = [
        {
            "source_id": "crm",
            "message_id": f"m{number}",
            "received_at": START,
            "occurred_at": START + timedelta(minutes=number),
            "account": f"account-{number % 5}",
            "person": f"person-{number % 50}",
            "action": "call logged",
        }
        for number in range(first, first + count)
    ]
    return pa.Table.from_pylist(rows, schema=CANONICAL)
