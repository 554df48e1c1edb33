from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from uptake.capabilities.ingestion.columns import Event
from uptake.capabilities.ingestion.models import Protocol
from uptake.capabilities.ingestion.posthog import read_posthog
from uptake.capabilities.ingestion.reading import (
    Call,
    GroupFact,
    Malformed,
    PersonFact,
    Reading,
)

NOON_MS = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp() * 1000)


def read(body: object, kind: str = "batch", group_type: str = "") -> Reading:
    call = Call(Protocol.POSTHOG, kind, NOON_MS)
    return read_posthog(json.dumps(body), call, group_type=group_type)


def captured(**facts: object) -> dict[str, object]:
    return {"event": "call logged", "distinct_id": "u1", "uuid": "m1", **facts}


def event_of(*records: object, group_type: str = "") -> Event:
    (event,) = read({"batch": list(records)}, group_type=group_type).events
    return event


def test_a_captured_event_is_an_event() -> None:
    event = event_of(captured(properties={"rows": 3}))

    assert (event.person, event.action, event.message_id) == ("u1", "call logged", "m1")
    assert event.properties == b'{"rows": 3}'


def test_a_single_event_may_come_alone_or_in_a_list() -> None:
    alone = read(captured(), "capture").events
    listed = read([captured(), captured(uuid="m2")], "capture").events

    assert [event.message_id for event in (*alone, *listed)] == ["m1", "m1", "m2"]


def test_the_person_may_be_in_the_properties() -> None:
    record = {"event": "seen", "properties": {"distinct_id": "u2", "$insert_id": "i1"}}

    event = event_of(record)

    assert (event.person, event.message_id) == ("u2", "i1")


def test_page_views_are_called_as_those_of_segments_clients() -> None:
    record = captured(event="$pageview", properties={"$pathname": "/reports/17"})

    event = event_of(record)

    assert (event.action, event.module) == ("Page Viewed", "reports")


@pytest.mark.parametrize(
    ("groups", "group_type", "account"),
    [
        ({"company": "north", "project": "p"}, "", "north"),
        ({"organization": 7}, "", "7"),
        ({"tenant": "t"}, "", "t"),
        ({"tenant": "t", "project": "p"}, "", None),
        ({"tenant": "t", "company": "north"}, "tenant", "t"),
        ({"company": "north"}, "tenant", None),
        ("north", "", None),
        ({}, "", None),
    ],
)
def test_the_account_is_one_of_the_groups(
    groups: object, group_type: str, account: str | None
) -> None:
    record = captured(properties={"$groups": groups})

    assert event_of(record, group_type=group_type).account == account


def test_the_clients_clock_is_corrected() -> None:
    body = {
        "batch": [captured(timestamp="2026-03-02T10:50:00+00:00")],
        "sent_at": "2026-03-02T11:00:00Z",
    }

    (event,) = read(body).events

    assert event.occurred_ms == NOON_MS - 10 * 60_000


def test_an_offset_says_how_long_ago_it_was() -> None:
    assert event_of(captured(offset=1500)).occurred_ms == NOON_MS - 1500


def test_identify_says_who_somebody_is() -> None:
    record = captured(
        event="$identify",
        properties={"$anon_distinct_id": "a1", "$set": {"email": "ada@example.org"}},
        **{"$set": {"name": "Ada"}},
    )

    reading = read(record, "capture")

    assert reading.events == []
    assert reading.facts == [
        PersonFact("u1", name="Ada", email="ada@example.org"),
        PersonFact("a1", same_as="u1", is_known=False),
    ]


def test_an_alias_is_another_identifier() -> None:
    record = captured(event="$create_alias", properties={"alias": "old", "distinct_id": "u1"})

    assert PersonFact("old", same_as="u1", is_known=False) in read(record, "capture").facts


def test_a_group_of_the_accounts_type_names_the_account() -> None:
    properties = {"$group_key": "north", "$group_set": {"name": "North Ltd"}}
    company = captured(event="$groupidentify", properties={"$group_type": "company", **properties})
    project = captured(event="$groupidentify", properties={"$group_type": "project", **properties})

    assert read({"batch": [company, project]}).facts == [GroupFact("north", "North Ltd")]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"event": None}, "event"),
        ({"distinct_id": None}, "distinct_id"),
        ({"distinct_id": {}}, "distinct_id"),
        ({"timestamp": "then"}, "timestamp"),
        ({"properties": "x"}, "properties"),
        ({"offset": -(10**12)}, "timestamp"),
        ({"event": "$groupidentify"}, "properties.$group_key"),
    ],
)
def test_a_wrong_record_says_which_field_is_to_blame(facts: dict[str, Any], field: str) -> None:
    (failure,) = read({"batch": [captured(**facts)]}).failures

    assert failure.field == field
    assert failure.stated_id == "m1"


@pytest.mark.parametrize("body", ['{"batch": {}}', "{}", "[", "nothing"])
def test_a_body_that_is_no_batch_is_malformed(body: str) -> None:
    with pytest.raises(Malformed):
        read_posthog(body, Call(Protocol.POSTHOG, "batch", NOON_MS))
