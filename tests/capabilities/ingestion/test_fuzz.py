"""Whatever comes: never a failure of ours, nothing lost, and both ways of reading agree."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.capabilities.ingestion.calling import Caller
from uptake.capabilities.ingestion.columns import Arrays, Columns, texts, times
from uptake.capabilities.ingestion.http.routes import ROUTES
from uptake.capabilities.ingestion.models import Protocol, QuarantinedRecord
from uptake.capabilities.ingestion.posthog import read_posthog
from uptake.capabilities.ingestion.reading import Call, Malformed
from uptake.capabilities.ingestion.segment import Record, read_segment
from uptake.capabilities.ingestion.together import tracks_together

NOON_MS = 1_772_452_800_000
FUZZ = settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

DECODER_FIELDS = Record.__struct_encode_fields__
TEXT = st.text(max_size=8) | st.sampled_from(
    ["", " ", "u1", "track", "2026-03-02T12:00:00Z", "2026-03-02", "2026-03-02T12:00:00.1234567Z"]
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({*DECODER_FIELDS, "distinct_id", "uuid", "offset", "$set"})
KINDS = st.sampled_from(["track", "page", "screen", "identify", "group", "alias"])
LIKELY = st.fixed_dictionaries(
    {"type": KINDS},
    optional={
        "userId": TEXT | JSON,
        "distinct_id": TEXT,
        "event": TEXT | st.sampled_from(["$identify", "$groupidentify", "$pageview"]),
        "messageId": TEXT,
        "timestamp": TEXT | JSON,
        "context": st.fixed_dictionaries(
            {}, optional={"groupId": TEXT | JSON, "page": st.fixed_dictionaries({"path": JSON})}
        ),
        "properties": st.dictionaries(
            st.sampled_from(["module", "product", "duration_ms", "$groups", "object_id", "x"]), JSON
        ),
    },
)
RECORD = LIKELY | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8) | JSON
BATCH = st.fixed_dictionaries({"batch": st.lists(RECORD, max_size=6)}, optional={"sentAt": JSON})
TRACK = st.fixed_dictionaries(
    {
        "type": st.just("track"),
        "userId": st.sampled_from(["u1", "u2", "", 7]) | TEXT,
        "event": st.sampled_from(["seen", "done"]) | TEXT,
        "messageId": st.uuids().map(str),
    },
    optional={
        "timestamp": st.datetimes().map(lambda moment: moment.isoformat() + "Z")
        | st.sampled_from(["2026-03-02T12:00:00.999999+00:00", "2026-03-02T11:00:00+0130"])
        | TEXT,
        "originalTimestamp": st.sampled_from(["2026-03-02T11:59:00.5Z", None]),
        "context": st.fixed_dictionaries(
            {}, optional={"groupId": TEXT, "page": st.fixed_dictionaries({"path": TEXT})}
        ),
        "properties": st.dictionaries(
            st.sampled_from(["module", "product", "rows", "duration_ms", "recorded_at", "case_id"]),
            JSON | st.sampled_from([1500, "2026-03-02T12:00:00Z", "c-1"]),
        ),
    },
)


def stored_form(events: Columns | Arrays) -> list[dict[str, Any]]:
    arrays = events.arrays() if isinstance(events, Columns) else events
    rows = len(arrays)
    batch = arrays.batch(texts(["web-app"] * rows), times([NOON_MS] * rows))
    batch.validate(full=True)
    return list(batch.to_pylist())


@FUZZ
@given(body=BATCH)
def test_every_record_of_a_batch_is_an_event_a_failure_or_facts(body: dict[str, Any]) -> None:
    reading = read_segment(json.dumps(body), Call(Protocol.SEGMENT, "batch", NOON_MS))

    failed = {failure.index for failure in reading.failures}
    facts = sum(
        isinstance(record, dict) and record.get("type") in ("identify", "group", "alias")
        for index, record in enumerate(body["batch"])
        if index not in failed
    )
    assert reading.records == len(body["batch"])
    assert len(reading.columns()) + len(reading.failures) + facts == reading.records


@FUZZ
@given(body=BATCH)
def test_posthogs_records_are_none_of_them_lost_either(body: dict[str, Any]) -> None:
    reading = read_posthog(json.dumps(body), Call(Protocol.POSTHOG, "batch", NOON_MS))

    said = len(reading.columns()) + len(reading.failures)
    assert said <= reading.records == len(body["batch"])
    assert said == reading.records or reading.facts or "$groupidentify" in json.dumps(body)


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(records=st.lists(TRACK, min_size=1, max_size=4), sent=st.sampled_from([None, NOON_MS - 99]))
def test_what_is_read_together_is_what_is_read_one_by_one(
    records: list[dict[str, Any]], sent: int | None
) -> None:
    body = json.dumps({"batch": records})
    call = Call(Protocol.SEGMENT, "batch", NOON_MS, sent)
    together = tracks_together(body, call)
    assume(together is not None)

    one_by_one = read_segment(body, call)

    assert not one_by_one.failures
    assert together is not None
    assert stored_form(together) == stored_form(one_by_one.columns())


@FUZZ
@given(
    path=st.sampled_from(sorted(ROUTES)),
    body=st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | BATCH.map(json.dumps).map(str.encode),
)
def test_no_body_makes_the_server_fail(caller: Caller, path: str, body: bytes) -> None:
    reply = caller.post(path, body)

    assert reply.status in (200, 400, 401, 405, 413)


@FUZZ
@given(body=BATCH)
def test_what_is_not_an_event_is_in_the_quarantine(caller: Caller, body: dict[str, Any]) -> None:
    before = QuarantinedRecord.objects.count()

    reply = caller.post("/v1/batch", body)

    failed = reply.json.get("failed_records", [])
    assert reply.status == (400 if failed else 200)
    assert QuarantinedRecord.objects.count() <= before + len(failed)


@FUZZ
@given(text=st.text(max_size=40), kind=st.sampled_from(["batch", "track", "capture"]))
def test_no_text_makes_the_reader_fail(text: str, kind: str) -> None:
    for read, protocol in ((read_segment, Protocol.SEGMENT), (read_posthog, Protocol.POSTHOG)):
        with suppress(Malformed):
            read(text, Call(protocol, kind, NOON_MS))
