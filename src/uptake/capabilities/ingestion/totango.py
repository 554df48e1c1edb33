"""Totango's ``pixel.gif``: one event in the parameters of an address, for pages and mail.

``sdr_s`` is the service (here: the write key), ``sdr_o`` the account, ``sdr_u`` the user, ``sdr_a``
the activity and ``sdr_m`` the module. ``sdr_odn`` or ``sdr_o.name`` is the account's name.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from uptake.capabilities.ingestion.columns import Event
from uptake.capabilities.ingestion.decoding import MESSAGE
from uptake.capabilities.ingestion.models import NAME
from uptake.capabilities.ingestion.reading import (
    Call,
    Failure,
    GroupFact,
    Malformed,
    PersonFact,
    Reading,
    WrongRecord,
    identifier,
    new_message_id,
    text_of,
)

PIXEL = "pixel"
KEY_FIELD = "sdr_s"
_FIELDS = msgspec.json.Decoder(dict[str, str])


def read_pixel(body: str, call: Call) -> Reading:
    """Read the parameters, given as a JSON object of texts."""
    try:
        fields = _FIELDS.decode(body)
    except (msgspec.DecodeError, RecursionError) as problem:
        raise Malformed(f"The record needs an object of texts: {problem}.") from None
    reading = Reading(call, 1)
    try:
        _read(fields, call, reading)
    except WrongRecord as problem:
        reading.failures = [_failure(body, fields, problem)]
    return reading


def _failure(body: str, fields: Mapping[str, str], problem: WrongRecord) -> Failure:
    person = fields.get("sdr_u", "")[:NAME].replace("\0", "")
    return Failure(0, problem.field, problem.message[:MESSAGE], body, person)


def _read(fields: Mapping[str, str], call: Call, reading: Reading) -> None:
    account = identifier(fields.get("sdr_o"), "sdr_o")
    person = identifier(fields.get("sdr_u"), "sdr_u")
    action = identifier(fields.get("sdr_a"), "sdr_a")
    if account is None:
        raise WrongRecord("sdr_o", "Say which account it was.")
    name = text_of(fields.get("sdr_odn") or fields.get("sdr_o.name"), NAME)
    if action is None:
        reading.facts.append(GroupFact(account, name))
        if person is not None:
            reading.facts.append(PersonFact(person, account=account))
        return
    if person is None:
        raise WrongRecord("sdr_u", "Say who it was.")
    reading.events.append(
        Event(
            message_id=new_message_id(),
            occurred_ms=call.received_ms,
            person=person,
            action=action,
            account=account,
            product=None,
            module=identifier(fields.get("sdr_m"), "sdr_m"),
            properties=None,
            rare=None,
        )
    )
    if name:
        reading.facts.append(GroupFact(account, name))
