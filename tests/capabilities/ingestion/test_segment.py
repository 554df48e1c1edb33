from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from uptake.capabilities.ingestion.columns import Event
from uptake.capabilities.ingestion.models import Protocol
from uptake.capabilities.ingestion.reading import (
    Call,
    Failure,
    GroupFact,
    Malformed,
    PersonFact,
    Reading,
)
from uptake.capabilities.ingestion.segment import read_segment

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)
HOUR_MS = 3_600_000


def read(body: object, kind: str = "batch") -> Reading:
    return read_segment(json.dumps(body), Call(Protocol.SEGMENT, kind, NOON_MS))


def track(**facts: object) -> dict[str, object]:
    return {"type": "track", "userId": "u1", "event": "Call Logged", "messageId": "m1", **facts}


def events_of(body: object, kind: str = "batch") -> list[Event]:
    reading = read(body, kind)
    return reading.events


def event_of(body: object, kind: str = "batch") -> Event:
    (event,) = events_of(body, kind)
    return event


def failure_of(*records: object) -> Failure:
    (failure,) = read({"batch": list(records)}).failures
    return failure


def test_a_track_call_is_an_event() -> None:
    event = event_of(track(properties={"rows": 3}), "track")

    assert (event.person, event.action, event.message_id) == ("u1", "Call Logged", "m1")
    assert event.properties == b'{"rows": 3}'
    assert event.occurred_ms == NOON_MS


def test_a_page_call_names_the_module() -> None:
    event = event_of({"userId": "u1", "name": "Licences", "category": "Settings"}, "page")

    assert (event.action, event.module) == ("Page Viewed", "Licences")


def test_a_screen_call_without_a_name_takes_its_category() -> None:
    event = event_of({"userId": "u1", "category": "Settings"}, "screen")

    assert (event.action, event.module) == ("Screen Viewed", "Settings")


@pytest.mark.parametrize(
    ("facts", "module"),
    [
        ({"context": {"page": {"path": "/reports/17/edit"}}}, "reports"),
        ({"context": {"page": {"path": "/"}}}, None),
        ({"context": {"page": {"path": 7}}}, None),
        ({"context": {"page": {"path": "/a"}}, "properties": {"module": "Quotes"}}, "Quotes"),
    ],
)
def test_the_module_of_a_track_call(facts: dict[str, Any], module: str | None) -> None:
    assert event_of({"batch": [track(**facts)]}).module == module


def test_properties_with_a_place_of_their_own_take_it() -> None:
    properties = {
        "product": "crm",
        "object_type": "deal",
        "object_id": 17,
        "case_id": "c1",
        "duration_ms": 1500.4,
        "quality_ok": False,
        "recorded_at": "2026-03-02T12:00:00Z",
    }

    event = event_of({"batch": [track(properties=properties)]})

    assert event.product == "crm"
    assert event.rare is not None
    assert (event.rare.object_type, event.rare.object_id, event.rare.case_id) == (
        *("deal", "17"),
        "c1",
    )
    assert (event.rare.duration_ms, event.rare.quality_ok) == (1500, False)
    assert event.rare.recorded_ms == NOON_MS


def test_a_property_of_another_shape_stays_a_property() -> None:
    event = event_of({"batch": [track(properties={"product": {"sku": 1}, "duration_ms": "long"})]})

    assert event.product is None
    assert event.properties is not None
    assert b'"sku"' in event.properties


def test_the_clients_clock_is_corrected() -> None:
    """A clock one hour slow, an event ten minutes before sending."""
    body = {
        "batch": [track(timestamp="2026-03-02T10:50:00Z")],
        "sentAt": "2026-03-02T11:00:00.000Z",
    }

    assert event_of(body).occurred_ms == NOON_MS - 10 * 60_000


def test_the_original_timestamp_counts_before_the_timestamp() -> None:
    record = track(
        originalTimestamp="2026-03-02T10:00:00+00:00",
        timestamp="2026-03-01T00:00:00Z",
        sentAt="2026-03-02T12:00:00Z",
    )

    assert event_of({"batch": [record]}).occurred_ms == NOON_MS - 2 * HOUR_MS


@pytest.mark.parametrize(
    "stated",
    ["2026-03-02T11:00:00", "2026-03-02T12:00:00+01:00", NOON_MS - HOUR_MS, NOON_MS / 1000 - 3600],
)
def test_times_are_read_as_clients_write_them(stated: object) -> None:
    assert event_of({"batch": [track(timestamp=stated)]}).occurred_ms == NOON_MS - HOUR_MS


def test_an_unreadable_time_of_sending_corrects_nothing() -> None:
    body = {"batch": [track(timestamp="2026-03-02T11:00:00Z")], "sentAt": "soon"}

    assert event_of(body).occurred_ms == NOON_MS - HOUR_MS


def test_the_account_comes_from_the_context() -> None:
    assert event_of({"batch": [track(context={"groupId": "north"})]}).account == "north"


def test_numbers_are_taken_as_identifiers() -> None:
    event = event_of({"batch": [track(userId=17, messageId=4.0)]})

    assert (event.person, event.message_id) == ("17", "4")


def test_an_anonymous_person_is_known_by_that_identifier() -> None:
    assert event_of({"batch": [track(userId=None, anonymousId="a1")]}).person == "a1"


def test_a_record_without_an_identity_gets_one_of_its_own() -> None:
    first, second = events_of({"batch": [track(messageId=None), track(messageId="")]})

    assert first.message_id != second.message_id


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"type": None}, "type"),
        ({"type": "purchase"}, "type"),
        ({"event": None}, "event"),
        ({"event": "  "}, "event"),
        ({"event": ["a"]}, "event"),
        ({"event": "e" * 300}, "event"),
        ({"userId": None}, "userId"),
        ({"userId": True}, "userId"),
        ({"userId": "a\0b"}, "userId"),
        ({"messageId": "m" * 255}, "messageId"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"originalTimestamp": "yesterday"}, "originalTimestamp"),
        ({"timestamp": "2199-12-31T23:59:59Z"}, "timestamp"),
        ({"timestamp": 1e300}, "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
        ({"properties": [1]}, "properties"),
        ({"context": {"groupId": []}}, "context.groupId"),
        ({"type": "group", "groupId": None}, "groupId"),
        ({"type": "alias", "previousId": None}, "previousId"),
        ({"type": "identify", "traits": "x"}, "traits"),
    ],
)
def test_a_wrong_record_says_which_field_is_to_blame(facts: dict[str, Any], field: str) -> None:
    failure = failure_of(track(**facts))

    assert failure.field == field
    assert failure.message


def test_the_good_records_of_a_batch_are_read_beside_bad_ones() -> None:
    reading = read({"batch": [track(), 17, track(event=None), {}, track(messageId="m2")]})

    assert [event.message_id for event in reading.events] == ["m1", "m2"]
    assert [failure.index for failure in reading.failures] == [1, 2, 3]
    assert [failure.raw for failure in reading.failures][:1] == ["17"]


def test_a_failure_knows_the_record_it_is_about() -> None:
    failure = failure_of(track(event=None))

    assert (failure.stated_id, failure.person) == ("m1", "u1")
    assert json.loads(failure.raw)["messageId"] == "m1"


def test_a_record_above_32_kilobytes_fails_alone() -> None:
    reading = read({"batch": [track(properties={"text": "x" * 33_000}), track(messageId="m2")]})

    assert [event.message_id for event in reading.events] == ["m2"]
    assert "32768" in reading.failures[0].message


@pytest.mark.parametrize(
    "body", ["", "{", "[1", '{"batch": 1}', "{}", "17", '"x"', "nul", "[" * 9999]
)
def test_a_body_that_is_no_batch_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        read_segment(body, Call(Protocol.SEGMENT, "batch", NOON_MS))


def test_identify_says_who_somebody_is() -> None:
    record = {
        "userId": "u1",
        "anonymousId": "a1",
        "traits": {"firstName": "Ada", "lastName": "Byron", "email": "ada@example.org"},
    }

    facts = read(record, "identify").facts

    assert facts == [
        PersonFact("u1", name="Ada Byron", email="ada@example.org"),
        PersonFact("a1", same_as="u1", is_known=False),
    ]


def test_group_binds_the_person_to_the_account() -> None:
    facts = read(
        {"userId": "u1", "groupId": "north", "traits": {"name": "North Ltd"}}, "group"
    ).facts

    assert facts == [GroupFact("north", "North Ltd"), PersonFact("u1", account="north")]


def test_alias_says_that_two_identifiers_are_one_person() -> None:
    facts = read({"userId": "u1", "previousId": "a1"}, "alias").facts

    assert facts == [PersonFact("u1"), PersonFact("a1", same_as="u1", is_known=False)]


def test_calls_that_say_who_is_who_are_no_events() -> None:
    reading = read(
        {
            "batch": [
                {"type": "identify", "userId": "u1"},
                {"type": "group", "userId": "u1", "groupId": "g"},
                {"type": "alias", "userId": "u1", "previousId": "a"},
            ]
        }
    )

    assert (reading.records, reading.events, reading.failures) == (3, [], [])
