"""Segment's HTTP Tracking API, which RudderStack's clients speak, too.

An event is a ``track``, ``page`` or ``screen`` call. ``identify``, ``group`` and ``alias`` say who
is who: they are facts about people and no use of the product.
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
from uptake.capabilities.ingestion.together import LEAST, tracks_together

BATCH: Final = "batch"
KINDS: Final = ("identify", "track", "page", "screen", "group", "alias")
LARGEST_EVENT: Final = 32 * 1024
LARGEST_BATCH: Final = 500 * 1024
PAGE_ACTION: Final = "Page Viewed"
SCREEN_ACTION: Final = "Screen Viewed"


_ABSENT: Final = msgspec.Raw()


class Page(msgspec.Struct, gc=False):
    """``context.page``."""

    path: Any = None  # a client's context may hold anything


class Context(msgspec.Struct, gc=False):
    """The parts of ``context`` that are read; the rest (addresses, devices) is not kept."""

    group_id: Identifier = msgspec.field(default=None, name="groupId")
    page: Page | None = None


class Traits(msgspec.Struct):
    """The traits that are read."""

    name: Any = None  # clients put anything into traits
    email: Any = None
    first_name: Any = msgspec.field(default=None, name="firstName")
    last_name: Any = msgspec.field(default=None, name="lastName")


class Record(msgspec.Struct, gc=False):
    """One call; what it needs depends on its type."""

    type: str | None = None
    event: Identifier = None
    name: Identifier = None
    category: Identifier = None
    user_id: Identifier = msgspec.field(default=None, name="userId")
    anonymous_id: Identifier = msgspec.field(default=None, name="anonymousId")
    group_id: Identifier = msgspec.field(default=None, name="groupId")
    previous_id: Identifier = msgspec.field(default=None, name="previousId")
    message_id: Identifier = msgspec.field(default=None, name="messageId")
    timestamp: Moment = None
    original_timestamp: Moment = msgspec.field(default=None, name="originalTimestamp")
    sent_at: Moment = msgspec.field(default=None, name="sentAt")
    context: Context | None = None
    properties: msgspec.Raw = _ABSENT
    traits: msgspec.Raw = _ABSENT


class Envelope(PlainEnvelope):
    """The body of a batch."""

    batch: list[Record]
    sent_at: Any = msgspec.field(default=None, name="sentAt")


DECODER: Final = Decoder(Record, Envelope)
_PROPERTIES = msgspec.json.Decoder(Properties)
_TRAITS = msgspec.json.Decoder(Traits)
_NO_PROPERTIES = Properties()


def read_segment(body: str, call: Call) -> Reading:
    """Read one call or a batch of calls; raises ``Malformed`` if it is neither."""
    if call.kind == BATCH and len(body) >= LEAST:
        together = tracks_together(body, call)
        if together is not None:
            return Reading(call, len(together), together)
    return read_records(
        body,
        call,
        decoder=DECODER,
        read=read_call,
        is_batch=call.kind == BATCH,
        largest=LARGEST_EVENT,
    )


def read_call(record: Record, call: Call, reading: Reading) -> None:
    """Add what a record says to the reading; raises ``WrongRecord``."""
    kind = record.type if call.kind == BATCH else call.kind
    if kind == "track":
        action = identifier(record.event, "event")
        if action is None:
            raise WrongRecord("event", "A track call needs the name of what was done.")
        reading.events.append(_event(record, call, action, None))
    elif kind in ("page", "screen"):
        module = identifier(record.name, "name") or identifier(record.category, "category")
        action = PAGE_ACTION if kind == "page" else SCREEN_ACTION
        reading.events.append(_event(record, call, action, module))
    elif kind == "identify":
        _identify(record, reading)
    elif kind == "group":
        _group(record, reading)
    elif kind == "alias":
        _alias(record, reading)
    else:
        known = ", ".join(KINDS)
        raise WrongRecord("type", f"Say which kind of call it is: {known}.")


def _event(record: Record, call: Call, action: str, module: str | None) -> Event:
    text = object_json(record.properties, "properties")
    properties = _PROPERTIES.decode(text) if text is not None else _NO_PROPERTIES
    context = record.context
    account = None
    if context is not None:
        account = identifier(context.group_id, "context.groupId")
        if module is None and context.page is not None and properties.module is None:
            module = first_part(context.page.path)
    return Event(
        message_id=identifier(record.message_id, "messageId") or new_message_id(),
        occurred_ms=_occurred(record, call),
        person=_person(record),
        action=action,
        account=account,
        product=term(properties.product),
        module=module if properties.module is None else term(properties.module) or module,
        properties=text,
        rare=rare_of(properties),
    )


def _person(record: Record) -> str:
    person = identifier(record.user_id, "userId")
    if person is None:
        person = identifier(record.anonymous_id, "anonymousId")
        if person is None:
            raise WrongRecord("userId", "Say who it was: a userId or an anonymousId.")
    return person


def _occurred(record: Record, call: Call) -> int:
    original = record.original_timestamp
    stated = record.timestamp if original is None else original
    if stated is None:
        return call.received_ms
    try:
        moment = moment_ms(stated)
    except ValueError:
        name = "timestamp" if original is None else "originalTimestamp"
        raise WrongRecord(name, "It is no time; write it like 2026-03-31T09:15:00Z.") from None
    sent = call.sent_ms if record.sent_at is None else moment_or_none(record.sent_at)
    return occurred_at(moment, sent, call.received_ms)


def _identify(record: Record, reading: Reading) -> None:
    person = _person(record)
    known = identifier(record.user_id, "userId")
    anonymous = identifier(record.anonymous_id, "anonymousId")
    text = object_json(record.traits, "traits")
    traits = _TRAITS.decode(text) if text is not None else Traits()
    parts = (text_of(traits.first_name, NAME), text_of(traits.last_name, NAME))
    reading.facts.append(
        PersonFact(
            identifier=person,
            name=text_of(traits.name, NAME) or " ".join(filter(None, parts))[:NAME],
            email=text_of(traits.email, IDENTIFIER),
            account=_account_of(record),
            is_known=known is not None,
        )
    )
    if known is not None and anonymous is not None and anonymous != known:
        reading.facts.append(PersonFact(identifier=anonymous, same_as=known, is_known=False))


def _account_of(record: Record) -> str:
    if record.context is None:
        return ""
    return identifier(record.context.group_id, "context.groupId") or ""


def _group(record: Record, reading: Reading) -> None:
    person = _person(record)
    account = identifier(record.group_id, "groupId")
    if account is None:
        raise WrongRecord("groupId", "A group call needs the account's identifier.")
    text = object_json(record.traits, "traits")
    traits = _TRAITS.decode(text) if text is not None else Traits()
    reading.facts.append(GroupFact(identifier=account, name=text_of(traits.name, NAME)))
    is_known = identifier(record.user_id, "userId") is not None
    reading.facts.append(PersonFact(identifier=person, account=account, is_known=is_known))


def _alias(record: Record, reading: Reading) -> None:
    person = identifier(record.user_id, "userId")
    previous = identifier(record.previous_id, "previousId")
    if person is None:
        raise WrongRecord("userId", "An alias call needs the identifier to use from now on.")
    if previous is None:
        raise WrongRecord("previousId", "An alias call needs the identifier used so far.")
    reading.facts.append(PersonFact(identifier=person))
    if previous != person:
        reading.facts.append(PersonFact(identifier=previous, same_as=person, is_known=False))
