"""Reads quarantined records again and stores what they say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from uptake.capabilities.ingestion.columns import Columns
from uptake.capabilities.ingestion.credentials import known_source
from uptake.capabilities.ingestion.identity import find_known, write_facts
from uptake.capabilities.ingestion.models import Protocol, QuarantinedRecord
from uptake.capabilities.ingestion.posthog import read_posthog
from uptake.capabilities.ingestion.reading import Call, Malformed, Reading
from uptake.capabilities.ingestion.segment import BATCH, read_segment
from uptake.capabilities.ingestion.totango import read_pixel
from uptake.foundation.errors import Conflict, DomainError, Invalid

if TYPE_CHECKING:
    from datetime import datetime

    from uptake.store import Lake


def read_again(record: QuarantinedRecord, raw: str, *, lake: Lake) -> None:
    """Store what the text says, under the record's identity; raises ``Invalid`` if it is wrong."""
    wrong = read_all_again({record: raw}, lake=lake)
    if record.pk in wrong:
        raise wrong[record.pk]


def read_all_again(texts: Mapping[QuarantinedRecord, str], *, lake: Lake) -> dict[int, DomainError]:
    """Store what records of one source say, each under its identity; what is wrong with others."""
    from uptake.capabilities.ingestion.receiving import people_in  # loads DuckDB

    readings: dict[QuarantinedRecord, Reading] = {}
    wrong: dict[int, DomainError] = {}
    for record, raw in texts.items():
        try:
            readings[record] = _read(record, raw.strip())
        except Invalid as problem:
            wrong[record.pk] = problem
    for record, reading in readings.items():
        people = {event.person for event in reading.events}
        people |= {name for fact in reading.facts for name in people_in(fact)}
        if lake.erased_among(record.source.workspace.slug, people):
            wrong[record.pk] = Conflict(
                "This person was erased, so the record cannot come in; discard it."
            )
    _store({row: told for row, told in readings.items() if row.pk not in wrong}, lake)
    return wrong


def _store(readings: Mapping[QuarantinedRecord, Reading], lake: Lake) -> None:
    from uptake.capabilities.ingestion.batching import Submission, store  # loads DuckDB
    from uptake.capabilities.ingestion.completing import complete

    if not readings:
        return
    source = known_source(next(iter(readings)).source)
    write_facts(source.workspace_id, [fact for told in readings.values() for fact in told.facts])
    people = {event.person for told in readings.values() for event in told.events}
    known = find_known(source.workspace_id, sorted(people))
    submissions = []
    for record, reading in readings.items():
        events = complete(Columns.of(reading.events), source, known)
        events.message_ids = [record.message_id] * len(events)
        received_ms = reading.call.received_ms
        submissions.append(Submission(source.workspace, source.slug, received_ms, events))
    if any(len(each.events) for each in submissions):
        store(lake, submissions)


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
