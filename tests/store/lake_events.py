"""Canonical events for the tests of the store."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa

from uptake.store.schema import CANONICAL
from uptake.store.segments import OVERHEAD

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

Row = dict[str, Any]  # one canonical event by column


def event(message_id: str, **columns: Any) -> Row:
    """One event with sensible values for every column that is not given."""
    row: Row = dict.fromkeys(CANONICAL.names)
    return row | {
        "source_id": "crm",
        "message_id": message_id,
        "received_at": NOON,
        "occurred_at": NOON,
        "account": "acme",
        "person": "p1",
        "product": "desk",
        "module": "tickets",
        "action": "ticket.closed",
        **columns,
    }


def damage(inbox: Path, batch_id: str | None) -> None:
    """Turn the bits of some bytes of a waiting batch."""
    segment, _, offset = str(batch_id).partition(":")
    content = bytearray((inbox / segment).read_bytes())
    at = int(offset) + OVERHEAD
    content[at : at + 8] = bytes(255 - byte for byte in content[at : at + 8])
    with (inbox / segment).open("r+b") as file:  # its writer holds the very file
        file.write(content)


def table(rows: Sequence[Row]) -> pa.Table:
    """Rows as a canonical table."""
    return pa.Table.from_pylist(list(rows), schema=CANONICAL)


def uuid_text(number: int) -> str:
    """A canonical UUID that spreads over all its bits."""
    return str(UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << 128)))


def many(count: int, *, seed: int = 1, people: int = 200, first: int = 0) -> pa.Table:
    """Random events in spring 2026 with UUID identities ``first`` and following."""
    random = np.random.default_rng(seed)
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
    occurred = start + random.integers(0, 120 * 86_400_000, count)
    person = random.integers(0, people, count)
    module = random.integers(0, 8, count)
    texts = {
        "source_id": ["crm"] * count,
        "message_id": [uuid_text(first + at) for at in range(count)],
        "account": [f"account-{at % 7}" for at in person],
        "person": [f"person-{at}@example.com" for at in person],
        "product": ["desk"] * count,
        "module": [f"module-{at}" for at in module],
        "action": [f"action-{at}" for at in random.integers(0, 70, count)],
        "object_type": ["ticket"] * count,
        "object_id": [f"T{at:07d}" for at in random.integers(0, 1 + count // 4, count)],
        "case_id": [f"case-{at}" for at in random.integers(0, 1 + count // 9, count)],
        "properties": [json.dumps({"n": int(at)}) for at in module],
    }
    columns = {name: pa.array(values, pa.string()) for name, values in texts.items()}
    columns["occurred_at"] = pa.array(occurred).cast(CANONICAL.field("occurred_at").type)
    columns["received_at"] = pa.array(occurred + 60_000).cast(CANONICAL.field("received_at").type)
    late = pa.array(occurred + random.integers(0, 10 * 86_400_000, count), mask=module == 0)
    columns["recorded_at"] = late.cast(CANONICAL.field("recorded_at").type)
    columns["duration_ms"] = pa.array(random.integers(0, 90_000, count), mask=module == 1)
    columns["quality_ok"] = pa.array(random.random(count) < 0.8, mask=module == 2)
    return pa.table([columns[name] for name in CANONICAL.names], schema=CANONICAL)
