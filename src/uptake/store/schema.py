"""The shapes of the event lake: the canonical event, the files on disk, and the rollups.

Producers (HTTP, imports, the simulator) hand over tables of ``CANONICAL``: text identifiers, UTC
timestamps in milliseconds. The loader writes ``EVENT_FILE``: the same rows with integer codes in
place of the identifiers, so that files are small and joins are cheap. Readers get the coded rows
and a ``terms`` relation that turns codes back into text.
"""

from __future__ import annotations

from enum import StrEnum

import pyarrow as pa

MILLISECONDS_UTC = pa.timestamp("ms", tz="UTC")

CANONICAL = pa.schema(
    [
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("message_id", pa.string(), nullable=False),
        pa.field("received_at", MILLISECONDS_UTC, nullable=False),
        pa.field("occurred_at", MILLISECONDS_UTC, nullable=False),
        pa.field("recorded_at", MILLISECONDS_UTC),
        pa.field("account", pa.string()),
        pa.field("person", pa.string(), nullable=False),
        pa.field("product", pa.string()),
        pa.field("module", pa.string()),
        pa.field("action", pa.string(), nullable=False),
        pa.field("object_type", pa.string()),
        pa.field("object_id", pa.string()),
        pa.field("case_id", pa.string()),
        pa.field("duration_ms", pa.int64()),
        pa.field("quality_ok", pa.bool_()),
        pa.field("properties", pa.string()),
    ]
)
"""One event as producers hand it over; the workspace is named by the call, never by a row. Bulk
loads take the columns of ``CODED`` as Arrow dictionaries, too.

``quality_ok`` answers "was it right the first time?" where the source knows; ``properties`` is a
JSON object. ``recorded_at`` is when the record was written if that differs from ``occurred_at``.
"""

CONTENT_KEYED = CANONICAL.set(1, pa.field("message_id", pa.binary(16), nullable=False))
"""``CANONICAL`` of rows that are identified by their content: 16 bytes made from it."""


class TermKind(StrEnum):
    """Identifiers that are stored as integer codes; each kind counts from 1 in its workspace."""

    SOURCE = "source"
    ACCOUNT = "account"
    PERSON = "person"
    PRODUCT = "product"
    MODULE = "module"
    ACTION = "action"
    OBJECT_TYPE = "object_type"


CODED: dict[str, TermKind] = {
    "account": TermKind.ACCOUNT,
    "person": TermKind.PERSON,
    "product": TermKind.PRODUCT,
    "module": TermKind.MODULE,
    "action": TermKind.ACTION,
    "object_type": TermKind.OBJECT_TYPE,
}
"""The columns of ``CANONICAL`` that are stored as codes."""

NO_TERM = 0
"""The code of an absent account, product, module or object type."""

EVENT_FILE = pa.schema(
    [
        pa.field("day", pa.date32(), nullable=False),
        pa.field("account", pa.int32(), nullable=False),
        pa.field("person", pa.int32(), nullable=False),
        pa.field("occurred_at", MILLISECONDS_UTC, nullable=False),
        pa.field("recorded_at", MILLISECONDS_UTC),
        pa.field("received_at", MILLISECONDS_UTC, nullable=False),
        pa.field("product", pa.int32(), nullable=False),
        pa.field("module", pa.int32(), nullable=False),
        pa.field("action", pa.int32(), nullable=False),
        pa.field("object_type", pa.int32(), nullable=False),
        pa.field("object_id", pa.string()),
        pa.field("case_id", pa.string()),
        pa.field("duration_ms", pa.int64()),
        pa.field("quality_ok", pa.bool_()),
        pa.field("properties", pa.string()),
        pa.field("source", pa.int32(), nullable=False),
        pa.field("message_uuid", pa.binary(16)),
        pa.field("message_text", pa.string()),
    ]
)
"""One event on disk. ``day`` is the calendar day of ``occurred_at`` in the workspace's time zone.

A message id that is a canonical lower-case UUID is kept as 16 bytes in ``message_uuid``, any other
as ``message_text``; exactly one of the two is set.
"""

ON_TIME_STEPS: dict[str, int] = {
    "within_1h": 3_600,
    "within_4h": 4 * 3_600,
    "within_1d": 86_400,
    "within_2d": 2 * 86_400,
    "within_7d": 7 * 86_400,
}
"""Recording delays that rollups count, by column, in seconds: recorded_at - occurred_at <= step."""

PERSON_DAY_ACTIONS = pa.schema(
    [
        pa.field("account", pa.int32(), nullable=False),
        pa.field("person", pa.int32(), nullable=False),
        pa.field("product", pa.int32(), nullable=False),
        pa.field("module", pa.int32(), nullable=False),
        pa.field("action", pa.int32(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),
        pa.field("timed", pa.int64(), nullable=False),
        *(pa.field(step, pa.int64(), nullable=False) for step in ON_TIME_STEPS),
        pa.field("judged", pa.int64(), nullable=False),
        pa.field("right_first_time", pa.int64(), nullable=False),
        pa.field("duration_ms", pa.int64(), nullable=False),
    ]
)
"""Counts per person, day and action. Rows may repeat a key (one per load): always sum them.

``timed`` counts events with a recorded_at, ``judged`` those with a quality_ok and
``right_first_time`` those whose quality_ok is true.
"""

ACTIONS_IN_A_MASK = 62
"""Action codes per mask: bit ``code % 62`` of block ``code // 62`` (62 keeps int64 positive)."""

PERSON_DAYS = pa.schema(
    [
        pa.field("account", pa.int32(), nullable=False),
        pa.field("person", pa.int32(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("block", pa.int16(), nullable=False),
        pa.field("actions", pa.int64(), nullable=False),
    ]
)
"""Which actions a person did on a day, as a bit mask. Rows may repeat a key: always OR them."""

ACCOUNT_HOURS = pa.schema(
    [
        pa.field("account", pa.int32(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("hour", pa.int8(), nullable=False),
        pa.field("events", pa.int64(), nullable=False),
    ]
)
"""Events per account, day and local hour (0-23). Rows may repeat a key: always sum them."""

ROLLUPS: dict[str, pa.Schema] = {
    "person_day_actions": PERSON_DAY_ACTIONS,
    "person_days": PERSON_DAYS,
    "account_hours": ACCOUNT_HOURS,
}
"""Every rollup by the name of its relation; written with the events, in the same transaction."""
