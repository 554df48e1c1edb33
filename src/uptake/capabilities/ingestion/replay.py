"""Reads a quarantined record again and stores what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uptake.capabilities.ingestion.columns import Columns
from uptake.capabilities.ingestion.credentials import known_source
from uptake.capabilities.ingestion.identity import find_known, write_facts
from uptake.capabilities.ingestion.models import Protocol, QuarantinedRecord
from uptake.capabilities.ingestion.posthog import read_posthog
from uptake.capabilities.ingestion.reading import Call, Malformed, Reading
from uptake.capabilities.ingestion.segment import BATCH, read_segment
from uptake.capabilities.ingestion.totango import read_pixel
from uptake.foundation.errors import Conflict, Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from uptake.store import Lake


def read_again(record: QuarantinedRecord, raw: str, *, lake: Lake) -> None:
    """Store what the text says, under the record's identity; raises ``Invalid`` if it is wrong."""
    from uptake.capabilities.ingestion.batching import Submission, store  # loads Arrow
    from uptake.capabilities.ingestion.completing import complete
    from uptake.capabilities.ingestion.receiving import people_in

    reading = _read(record, raw.strip())
    source = known_source(record.source)
    events = Columns.of(reading.events)  # one record is never enough to be read with others
    named = set(events.people)
    named |= {name for fact in reading.facts for name in people_in(fact)}
    if lake.erased_among(source.workspace, named):
        raise Conflict("This person was erased, so the record cannot come in; discard it.")
    write_facts(source.workspace_id, reading.facts)
    if events:
        complete(events, source, find_known(source.workspace_id, sorted(named)))
        events.message_ids = [record.message_id] * len(events)
        received_ms = reading.call.received_ms
        store(lake, [Submission(source.workspace, source.slug, received_ms, events)])


def _read(record: QuarantinedRecord, raw: str) -> Reading:
    try:
        reading = _reading(record, raw)
    except Malformed as problem:
        raise Invalid(str(problem)) from problem
    if reading.failures:
        wrong = reading.failures[0]
        place = f"{wrong.field}: " if wrong.field else ""
        raise Invalid(f"The record is still wrong. {place}{wrong.message}")
    return reading


def _reading(record: QuarantinedRecord, raw: str) -> Reading:
    """One record, read as what it was: of a batch it is the only one left."""
    protocol = Protocol(record.protocol)
    received_ms = _milliseconds(record.received_at)
    sent_ms = None if record.sent_at is None else _milliseconds(record.sent_at)
    call = Call(protocol, record.call, received_ms, sent_ms)
    if protocol is Protocol.TOTANGO:
        return read_pixel(raw, call)
    if record.call == BATCH:
        raw = '{"batch": [' + raw + "]}"
    if protocol is Protocol.SEGMENT:
        return read_segment(raw, call)
    return read_posthog(raw, call, group_type=record.source.group_type)


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
