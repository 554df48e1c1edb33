"""What a request says, whatever protocol it speaks: events, facts about people, and mistakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import msgspec

from uptake.capabilities.ingestion.columns import Arrays, Columns, Event, Rare
from uptake.capabilities.ingestion.models import IDENTIFIER, Protocol
from uptake.capabilities.ingestion.moments import moment_or_none
from uptake.store.batches import EARLIEST_MS, LATEST_MS

Identifier = str | int | float | None
"""What clients send as an identifier; numbers become their text."""

FUTURE_MS: Final = 24 * 3600 * 1000
"""How far ahead of the server's clock a corrected time may lie."""


class Malformed(Exception):
    """The body as a whole cannot be read, so nothing of it was looked at; the text says why."""


class WrongRecord(Exception):
    """A record cannot be stored as an event: which field is to blame, and what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class PersonFact:
    """Something said about a person: another identifier, an account, a name."""

    identifier: str
    same_as: str = ""
    account: str = ""
    name: str = ""
    email: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class GroupFact:
    """Something said about an account."""

    identifier: str
    name: str = ""


Fact = PersonFact | GroupFact


@dataclass(frozen=True, slots=True)
class Call:
    """How a record came: enough to read it again as the first time."""

    protocol: Protocol
    kind: str
    received_ms: int
    sent_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that goes to the quarantine; ``stated_id`` is ``None`` if it had no usable id."""

    index: int
    field: str
    message: str
    raw: str
    person: str = ""
    stated_id: str | None = None


@dataclass(slots=True)
class Reading:
    """What one request says; a record is an event, facts, or a failure.

    Events are in ``events``, unless all records were read ``together``.
    """

    call: Call
    records: int
    together: Arrays | None = None
    events: list[Event] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def columns(self) -> Columns | Arrays:
        """Return every event."""
        return Columns.of(self.events) if self.together is None else self.together


class Properties(msgspec.Struct, gc=False):
    """The properties that have a place of their own in an event; they stay properties, too."""

    module: Any = None  # the client's own property may hold anything: it is looked at before use
    product: Any = None
    object_type: Any = None
    object_id: Any = None
    case_id: Any = None
    duration_ms: Any = None
    quality_ok: Any = None
    recorded_at: Any = None


def identifier(value: Identifier, name: str) -> str | None:
    """Return an identifier as text, or ``None`` if there is none; raises ``WrongRecord``."""
    if type(value) is not str:
        if value is None:
            return None
        value = _number_text(value)
    if not value or value.isspace():
        return None
    if len(value) > IDENTIFIER:
        raise WrongRecord(name, f"It has {len(value)} characters; use at most {IDENTIFIER}.")
    if "\0" in value:
        raise WrongRecord(name, "It holds a NUL character; leave that out.")
    return value


def _number_text(value: str | int | float) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)


def term(value: object) -> str | None:
    """Return a free property as a name if it can be one, else ``None``: it is kept as it came."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        return identifier(value, "")
    except WrongRecord:
        return None


def first_part(path: object) -> str | None:
    """Return the first part of an address's path: the rest mostly holds numbers of records."""
    if not isinstance(path, str):
        return None
    return term(path.split("?", 1)[0].strip("/").split("/", 1)[0])


def new_message_id() -> str:
    """Make an identity for a record that came without one."""
    return str(uuid4())


def occurred_at(original_ms: int | None, sent_ms: int | None, received_ms: int) -> int:
    """Return when it happened by our clock: receivedAt - (sentAt - originalTimestamp)."""
    if original_ms is None:
        return received_ms
    moment = original_ms if sent_ms is None else received_ms - (sent_ms - original_ms)
    if not EARLIEST_MS <= moment < LATEST_MS:
        raise WrongRecord("timestamp", "It lies outside the years 1900 to 2199; correct it.")
    if moment > received_ms + FUTURE_MS:
        raise WrongRecord("timestamp", "It lies more than a day in the future; correct it.")
    return moment


def object_json(raw: msgspec.Raw, name: str) -> bytes | None:
    """Return a JSON object as its bytes, ``None`` if empty or absent; raises ``WrongRecord``."""
    text = bytes(raw)
    if text[:1] == b"{":
        return text if text != b"{}" else None
    if text in (b"null", b""):
        return None
    raise WrongRecord(name, "It has to be a JSON object.")


def rare_of(properties: Properties) -> Rare | None:
    """Return what few events carry, or ``None`` if this one carries nothing of it."""
    if (
        properties.object_type is None
        and properties.object_id is None
        and properties.case_id is None
        and properties.duration_ms is None
        and properties.quality_ok is None
        and properties.recorded_at is None
    ):
        return None
    return Rare(
        object_type=term(properties.object_type),
        object_id=term(properties.object_id),
        case_id=term(properties.case_id),
        duration_ms=_milliseconds(properties.duration_ms),
        quality_ok=properties.quality_ok if isinstance(properties.quality_ok, bool) else None,
        recorded_ms=_recorded(properties.recorded_at),
    )


def _milliseconds(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value) if 0 <= value < LATEST_MS else None


def _recorded(value: object) -> int | None:
    moment = moment_or_none(value)
    return moment if moment is not None and EARLIEST_MS <= moment < LATEST_MS else None


def text_of(value: object, longest: int) -> str:
    """Return a trait as text that fits its column, empty if it is none."""
    return value.replace("\0", "")[:longest].strip() if isinstance(value, str) else ""


def wrong_field(error: msgspec.DecodeError | RecursionError) -> WrongRecord:
    """Say in our words what a decoder found: ``Expected `str`, got `int` - at `$.event```."""
    if isinstance(error, RecursionError):
        return WrongRecord("", "It is nested too deeply; flatten it.")
    reason, _, place = str(error).partition(" - at `$")
    name = place.rstrip("`").lstrip(".")
    if isinstance(error, msgspec.ValidationError):
        return WrongRecord(name, f"It has the wrong type: {reason}.")
    return WrongRecord(name, f"It is no valid JSON: {reason}.")
