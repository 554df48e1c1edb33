"""Bodies to records: a body that is right is decoded in one go, any other record by record.

The quick way is the rule: one pass of the decoder straight into structs. Only when it finds a
record of the wrong shape is the body taken apart, so that one bad record costs its batch nothing
but time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

import msgspec

from uptake.capabilities.ingestion.moments import moment_or_none
from uptake.capabilities.ingestion.reading import (
    Call,
    Failure,
    Malformed,
    Reading,
    WrongRecord,
    term,
    wrong_field,
)

ID_FIELDS = ("messageId", "uuid")
FIELD = 100
MESSAGE = 500
PERSON_FIELDS = ("userId", "distinct_id", "anonymousId", "sdr_u")

RecordType = TypeVar("RecordType", bound=msgspec.Struct)


class PlainEnvelope(msgspec.Struct):
    """The body of a batch; each protocol says what its records are."""

    batch: list[Any]
    sent_at: Any = None  # clients send texts and numbers


class _RawEnvelope(msgspec.Struct):
    """A batch whose records are left as they came."""

    batch: list[msgspec.Raw]


class _LooseEnvelope(msgspec.Struct):
    """When a batch was sent, in the spelling of either protocol."""

    sent_at: Any = None  # anything that is no time is left out
    sentAt: Any = None  # noqa: N815 - the protocol's name

    @property
    def stated(self) -> object:
        """What the client said."""
        return self.sentAt if self.sent_at is None else self.sent_at


_RAWS = msgspec.json.Decoder(_RawEnvelope)
_LOOSE_ENVELOPE = msgspec.json.Decoder(_LooseEnvelope)
_ANY = msgspec.json.Decoder(Any)
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_LOOSE = msgspec.json.Decoder(dict[str, Any])


class Decoder(Generic[RecordType]):
    """The decoders of one protocol."""

    def __init__(self, record: type[RecordType], envelope: type[PlainEnvelope]) -> None:
        self.record = msgspec.json.Decoder(record)
        self.envelope = msgspec.json.Decoder(envelope)
        self.records = msgspec.json.Decoder(list[record])  # type: ignore[valid-type]  # a variable


def read_records(
    body: str,
    call: Call,
    *,
    decoder: Decoder[RecordType],
    read: Callable[[RecordType, Call, Reading], None],
    is_batch: bool,
    largest: int | None = None,
) -> Reading:
    """Read every record of a body into events, facts and failures; raises ``Malformed``."""
    lines, sent_ms = _lines(body, decoder, is_batch=is_batch)
    call = call if sent_ms is None else replace(call, sent_ms=sent_ms)
    reading = Reading(call, len(lines))
    if largest is not None and is_batch and len(body) > largest:
        lines = _without_too_large(body, lines, largest)
    wrong: list[tuple[int, WrongRecord]] = []
    for index, line in enumerate(lines):
        try:
            if isinstance(line, WrongRecord):
                raise line
            read(line, call, reading)
        except WrongRecord as problem:
            wrong.append((index, problem))
        except (msgspec.DecodeError, RecursionError) as problem:
            wrong.append((index, wrong_field(problem)))
    if wrong:
        raws = _raws(body) if is_batch else [body]
        reading.failures = [_failure(index, raws[index], problem) for index, problem in wrong]
    return reading


def _lines(
    body: str, decoder: Decoder[RecordType], *, is_batch: bool
) -> tuple[Sequence[RecordType | WrongRecord], int | None]:
    """The records of a body and when it was sent, by the client's clock."""
    try:
        if not is_batch:
            return [decoder.record.decode(body)], None
        if body[:1] == "[":
            return decoder.records.decode(body), None
        envelope = decoder.envelope.decode(body)
    except msgspec.ValidationError:
        return _one_by_one(body, decoder, is_batch=is_batch)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Malformed(f"The body is no valid JSON: {problem}.") from None
    return envelope.batch, moment_or_none(envelope.sent_at)


def _one_by_one(
    body: str, decoder: Decoder[RecordType], *, is_batch: bool
) -> tuple[Sequence[RecordType | WrongRecord], int | None]:
    raws = _raws(body) if is_batch else [_checked(body)]
    sent_ms = moment_or_none(_LOOSE_ENVELOPE.decode(body).stated) if is_batch else None
    return [_line(raw, decoder) for raw in raws], sent_ms


def _line(raw: str, decoder: Decoder[RecordType]) -> RecordType | WrongRecord:
    try:
        return decoder.record.decode(raw)
    except (msgspec.DecodeError, RecursionError) as problem:
        return wrong_field(problem)


def _raws(body: str) -> list[str]:
    """The records of a batch as they came; raises ``Malformed`` if it is no batch."""
    try:
        raws = _RAW_LIST.decode(body) if body[:1] == "[" else _RAWS.decode(body).batch
    except msgspec.ValidationError as problem:
        raise Malformed(f"The body needs a list of records called batch: {problem}.") from None
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Malformed(f"The body is no valid JSON: {problem}.") from None
    return [bytes(raw).decode() for raw in raws]


def _checked(body: str) -> str:
    """A single record that is valid JSON, whatever its shape."""
    try:
        _ANY.decode(body)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Malformed(f"The body is no valid JSON: {problem}.") from None
    return body


def _without_too_large(
    body: str, lines: Sequence[RecordType | WrongRecord], largest: int
) -> list[RecordType | WrongRecord]:
    sizes = [len(raw.encode()) for raw in _raws(body)]
    return [
        line
        if size <= largest
        else WrongRecord("", f"It has {size} bytes; send at most {largest} a record.")
        for line, size in zip(lines, sizes, strict=True)
    ]


def _failure(index: int, raw: str, problem: WrongRecord) -> Failure:
    stated = _stated(raw)
    return Failure(
        index=index,
        field=problem.field[:FIELD],
        message=problem.message[:MESSAGE],
        raw=raw,
        person=_first_identifier(stated, PERSON_FIELDS) or "",
        stated_id=_first_identifier(stated, ID_FIELDS),
    )


def _stated(raw: str) -> dict[str, Any]:  # whatever the client wrote
    try:
        return _LOOSE.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return {}


def _first_identifier(stated: dict[str, Any], names: Sequence[str]) -> str | None:
    found = (term(stated.get(name)) for name in names)
    return next((text for text in found if text is not None), None)
