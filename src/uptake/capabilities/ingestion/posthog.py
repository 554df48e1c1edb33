"""PostHog's capture API: ``/batch/``, ``/i/v0/e/``, ``/capture/`` and ``/e/``.

``$identify``, ``$create_alias``, ``$groupidentify`` and ``$set`` say who is who: they are facts
about people and no use of the product.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from uptake.capabilities.ingestion.columns import Event
from uptake.capabilities.ingestion.decoding import Decoder, PlainEnvelope, read_records
from uptake.capabilities.ingestion.models import IDENTIFIER, NAME
from uptake.capabilities.ingestion.moments import Moment, moment_ms, moment_or_none
from uptake.capabilities.ingestion.reading import (
    Call,
    GroupFact,
    Identifier,
    PersonFact,
    Properties,
    Reading,
    WrongRecord,
    first_part,
    identifier,
    new_message_id,
    object_json,
    occurred_at,
    rare_of,
    term,
    text_of,
)
from uptake.capabilities.ingestion.segment import PAGE_ACTION, SCREEN_ACTION

BATCH: Final = "batch"
CAPTURE: Final = "capture"
LARGEST: Final = 20 * 1024 * 1024
ACCOUNT_GROUPS: Final = ("company", "organization", "account")
"""PostHog's group types that stand for an account, the first one that an event names."""

ACTIONS: Final = {"$pageview": PAGE_ACTION, "$screen": SCREEN_ACTION}
"""Events that Segment's clients know by another name."""


_ABSENT: Final = msgspec.Raw()


class Record(msgspec.Struct, gc=False):
    """One captured event."""

    event: Identifier = None
    distinct_id: Identifier = None
    uuid: Identifier = None
    timestamp: Moment = None
    offset: int | float | None = None
    sent_at: Moment = None
    properties: msgspec.Raw = _ABSENT
    set_: Any = msgspec.field(default=None, name="$set")  # anything may be set


class Captured(Properties, gc=False):
    """The properties that are read; what is not of the type we expect is passed over."""

    distinct_id: Any = None
    insert_id: Any = msgspec.field(default=None, name="$insert_id")
    groups: Any = msgspec.field(default=None, name="$groups")
    pathname: Any = msgspec.field(default=None, name="$pathname")
    screen: Any = msgspec.field(default=None, name="$screen_name")
    anonymous: Any = msgspec.field(default=None, name="$anon_distinct_id")
    alias: Any = None
    group_key: Any = msgspec.field(default=None, name="$group_key")
    group_type: Any = msgspec.field(default=None, name="$group_type")
    group_set: Any = msgspec.field(default=None, name="$group_set")
    set_: Any = msgspec.field(default=None, name="$set")


class Envelope(PlainEnvelope):
    """The body of a batch."""

    batch: list[Record]
    sent_at: Any = None


DECODER: Final = Decoder(Record, Envelope)
_PROPERTIES = msgspec.json.Decoder(Captured)
_NONE = Captured()


def read_posthog(body: str, call: Call, *, group_type: str = "") -> Reading:
    """Read one event or a batch of events; raises ``Malformed`` if it is neither."""

    def read(record: Record, call: Call, reading: Reading) -> None:
        _read(record, call, reading, group_type)

    is_batch = call.kind == BATCH or body[:1] == "["
    return read_records(body, call, decoder=DECODER, read=read, is_batch=is_batch)


def _read(record: Record, call: Call, reading: Reading, group_type: str) -> None:
    """Add what a record says to the reading; raises ``WrongRecord``."""
    action = identifier(record.event, "event")
    if action is None:
        raise WrongRecord("event", "Say what was done: the event's name.")
    text = object_json(record.properties, "properties")
    said = _PROPERTIES.decode(text) if text is not None else _NONE
    if action == "$groupidentify":
        _group(said, reading, group_type)
        return
    person = identifier(record.distinct_id, "distinct_id") or term(said.distinct_id)
    if person is None:
        raise WrongRecord("distinct_id", "Say who it was: a distinct_id.")
    if action in ("$identify", "$set", "$create_alias"):
        _identify(record, person, said, reading)
        return
    reading.events.append(
        Event(
            message_id=_message_id(record, said),
            occurred_ms=_occurred(record, call),
            person=person,
            action=ACTIONS.get(action, action),
            account=_account(said.groups, group_type),
            product=term(said.product),
            module=term(said.module) or term(said.screen) or first_part(said.pathname),
            properties=text,
            rare=rare_of(said),
        )
    )


def _message_id(record: Record, said: Captured) -> str:
    return identifier(record.uuid, "uuid") or term(said.insert_id) or new_message_id()


def _occurred(record: Record, call: Call) -> int:
    if record.timestamp is None or record.timestamp == "":
        ago = round(record.offset or 0)
        return occurred_at(call.received_ms - ago, None, call.received_ms)
    try:
        moment = moment_ms(record.timestamp)
    except ValueError:
        raise WrongRecord(
            "timestamp", "It is no time; write it like 2026-03-31T09:15:00Z."
        ) from None
    sent = call.sent_ms if record.sent_at is None else moment_or_none(record.sent_at)
    return occurred_at(moment, sent, call.received_ms)


def _account(groups: object, group_type: str) -> str | None:
    """The group that stands for the account, of those an event names."""
    if not isinstance(groups, dict) or not groups:
        return None
    if group_type:
        return term(groups.get(group_type))
    for name in ACCOUNT_GROUPS:
        if name in groups:
            return term(groups[name])
    return term(next(iter(groups.values()))) if len(groups) == 1 else None


def _group(said: Captured, reading: Reading, group_type: str) -> None:
    account = term(said.group_key)
    if account is None:
        raise WrongRecord("properties.$group_key", "Say which group it is about.")
    if said.group_type in ((group_type,) if group_type else ACCOUNT_GROUPS):
        traits = said.group_set if isinstance(said.group_set, dict) else {}
        reading.facts.append(GroupFact(account, text_of(traits.get("name"), NAME)))


def _identify(record: Record, person: str, said: Captured, reading: Reading) -> None:
    traits: dict[str, Any] = {}  # anything may be set
    for stated in (record.set_, said.set_):
        traits |= stated if isinstance(stated, dict) else {}
    reading.facts.append(
        PersonFact(
            identifier=person,
            name=text_of(traits.get("name"), NAME),
            email=text_of(traits.get("email"), IDENTIFIER),
        )
    )
    for other in (term(said.anonymous), term(said.alias)):
        if other is not None and other != person:
            reading.facts.append(PersonFact(identifier=other, same_as=person, is_known=False))
