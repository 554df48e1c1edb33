"""Answering for oneself without signing in: the address in the mail names one person's part."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing
from django.db import transaction

from uptake.capabilities.champions.holders import Holder
from uptake.capabilities.champions.models import Carrier
from uptake.capabilities.champions.naming import decline_held
from uptake.capabilities.champions.telling import SALT
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody was named for; ``job`` None once it is over."""

    title: str
    workspace: str
    job: Carrier | None = None


def part_at(token: str) -> Part:
    """Return what an address is about.

    Raises:
        NotFound: it is no address of ours, or what it is about is no longer known.
    """
    carrier = _carrier(token)
    is_open = carrier.until is None
    title = f"{carrier.behaviour}: {carrier.get_job_display().lower()}"
    return Part(title, carrier.workspace.name, carrier if is_open else None)


@transaction.atomic
def decline_at(token: str, *, reason: str) -> Part:
    """Say no to what an address is about, as whoever holds it asks.

    Raises:
        NotFound: it is no address of ours, or it is over.
        Invalid: no reason was given.
    """
    carrier = Carrier.objects.select_for_update(of=("self",)).get(pk=_carrier(token).pk)
    if carrier.until is None:
        decline_held(carrier, reason=reason)
        system = Actor.system(carrier.workspace, name="by mail")
        activity.record(system, "job.declined", carrier.behaviour, job=carrier.job)
    return part_at(token)


def _carrier(token: str) -> Carrier:
    try:
        kind, key, holder = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as wrong:
        raise _unknown() from wrong
    rows = Carrier.objects.select_related("behaviour", "workspace", "person", "user", "named_by")
    found = rows.filter(pk=key).first() if kind == "job" else None
    if found is None or Holder(found.person, found.user).key != holder:
        raise _unknown()
    return found


def _unknown() -> NotFound:
    return NotFound("This address is not complete, or no longer known; copy all of it.")
