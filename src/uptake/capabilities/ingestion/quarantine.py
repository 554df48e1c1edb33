"""Where records go that could not be stored: on disk before the client gets its answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from uptake.capabilities.ingestion.connections import renew_connection
from uptake.capabilities.ingestion.models import IDENTIFIER, QuarantinedRecord, QuarantineState
from uptake.capabilities.ingestion.reading import Call, Failure, new_message_id

MOST_WAITING = 100_000
"""Records of a source that may wait; more are refused, so that a broken client fills no disk."""


def has_room(source_id: int) -> bool:
    """Say whether more records of a source may wait."""
    waiting = QuarantinedRecord.objects.filter(source_id=source_id, state=QuarantineState.WAITING)
    return waiting.count() < MOST_WAITING


def put_away(source_id: int, call: Call, failures: Sequence[Failure]) -> None:
    """Keep the records that failed; the same one sent again is kept once."""
    renew_connection()
    QuarantinedRecord.objects.bulk_create(
        [_row(source_id, call, failure) for failure in failures],
        ignore_conflicts=True,
        batch_size=500,
    )


def _row(source_id: int, call: Call, failure: Failure) -> QuarantinedRecord:
    message_id = failure.stated_id or new_message_id()
    return QuarantinedRecord(
        source_id=source_id,
        protocol=call.protocol,
        call=call.kind,
        received_at=datetime.fromtimestamp(call.received_ms / 1000, UTC),
        sent_at=_sent_at(call.sent_ms),
        message_id=message_id,
        person=failure.person[:IDENTIFIER],
        field=failure.field,
        message=failure.message,
        raw=failure.raw,
        fingerprint=hashlib.sha256(f"{message_id}\0{failure.raw}".encode()).hexdigest(),
    )


def _sent_at(sent_ms: int | None) -> datetime | None:
    """When the client says it sent it; a clock that is out of range is as good as none."""
    if sent_ms is None:
        return None
    try:
        return datetime.fromtimestamp(sent_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
