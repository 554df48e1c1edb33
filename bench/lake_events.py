"""Random events for the benchmark: quick to make, and as varied as a live product's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from uptake.store.schema import CANONICAL

ACCOUNTS, PEOPLE, MODULES, ACTIONS = 40, 20_000, 8, 40
TIME = CANONICAL.field("occurred_at").type


def batch(random: np.random.Generator, count: int, *, start_ms: int) -> pa.RecordBatch:
    """Events of the minute after ``start_ms`` with random UUID identities."""
    occurred = start_ms + np.sort(random.integers(0, 60_000, count))
    person = random.zipf(1.3, count) % PEOPLE
    columns = {
        "source_id": _named("source-", np.zeros(count, dtype=np.int64), 1),
        "message_id": _uuids(random, count),
        "received_at": pa.array(occurred + 800).cast(TIME),
        "occurred_at": pa.array(occurred).cast(TIME),
        "recorded_at": pa.array(occurred + random.integers(0, 9_000_000, count)).cast(TIME),
        "account": _named("account-", person % ACCOUNTS, ACCOUNTS),
        "person": _named("person-", person, PEOPLE),
        "product": _named("product-", np.zeros(count, dtype=np.int64), 1),
        "module": _named("module-", random.integers(0, MODULES, count), MODULES),
        "action": _named("record.action-", random.integers(0, ACTIONS, count), ACTIONS),
        "object_type": _named("record-", np.zeros(count, dtype=np.int64), 1),
        "object_id": _named("R", random.integers(0, 100_000, count), 100_000),
        "case_id": pa.nulls(count, pa.string()),
        "duration_ms": pa.array(random.integers(0, 10_000, count)),
        "quality_ok": pa.array(random.random(count) < 0.9),
        "properties": pa.nulls(count, pa.string()),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in CANONICAL.names], schema=CANONICAL)


def renewed(
    random: np.random.Generator, events: pa.RecordBatch, *, later_ms: int
) -> pa.RecordBatch:
    """As many events, so much later, with new identities and shuffled: far quicker than anew.

    Who, what, on which object and how long are shuffled apart, so that no file repeats another.
    """
    columns = dict(zip(events.schema.names, events.columns, strict=True))
    columns["message_id"] = _uuids(random, events.num_rows)
    for together in (("account", "person"), ("module", "action"), ("object_id",), ("duration_ms",)):
        order = pa.array(random.permutation(events.num_rows))
        columns |= {name: columns[name].take(order) for name in together}
    delays = random.permutation(_numbers(columns["recorded_at"]) - _numbers(columns["occurred_at"]))
    occurred = _numbers(columns["occurred_at"]) + later_ms
    columns["occurred_at"] = pa.array(occurred).cast(TIME)
    columns["received_at"] = pa.array(occurred + 800).cast(TIME)
    columns["recorded_at"] = pa.array(occurred + delays).cast(TIME)
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=CANONICAL)


def _numbers(times: pa.Array) -> np.ndarray:
    return times.cast(pa.int64()).to_numpy()


_NAMES: dict[tuple[str, int], pa.Array] = {}


def _named(prefix: str, numbers: np.ndarray, size: int) -> pa.Array:
    names = _NAMES.setdefault(
        (prefix, size), pa.array([f"{prefix}{number}" for number in range(size)])
    )
    return names.take(pa.array(numbers))


def _uuids(random: np.random.Generator, count: int) -> pa.Array:
    digits = np.frombuffer(random.bytes(16 * count).hex().encode(), np.uint8).reshape(count, 32)
    texts = np.full((count, 36), ord("-"), np.uint8)
    for start, end, dashes in ((0, 8, 0), (8, 12, 1), (12, 16, 2), (16, 20, 3), (20, 32, 4)):
        texts[:, start + dashes : end + dashes] = digits[:, start:end]
    offsets = np.arange(0, 36 * (count + 1), 36, dtype=np.int32)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(texts.tobytes()))
