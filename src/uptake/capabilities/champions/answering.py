"""Answering for oneself without signing in: the address in the mail names one person's part."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from uptake.capabilities.champions.championing import answered_by_themselves
from uptake.capabilities.champions.holders import Holder
from uptake.capabilities.champions.models import Carrier, Champion, Standing
from uptake.capabilities.champions.naming import decline_held
from uptake.capabilities.champions.telling import SALT
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.addresses import read_token, refuse_another
from uptake.foundation.errors import NotFound
from uptake.foundation.models import User

UNKNOWN = "This address is not complete, or no longer known; copy all of it."


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody was named for, or asked to be; ``by`` whom, ``why`` in their words.

    ``is_open``: it can be answered still. ``is_asked``: it takes a yes. ``is_theirs``: they
    have it.
    """

    title: str
    workspace: str
    by: str
    why: str
    is_open: bool
    is_asked: bool
    is_theirs: bool


def part_at(token: str, *, signed_in: User | None) -> Part:
    """Return what an address is about.

    Raises:
        NotFound: it is no address of ours, or what it is about is no longer known.
        NotAllowed: somebody else is signed in.
    """
    return _told(_found(token, signed_in))


@transaction.atomic
def answer_at(token: str, *, signed_in: User | None, accept: bool, reason: str) -> Part:
    """Answer what an address is about, as whoever holds it asks; jobs take a no alone.

    Raises:
        NotFound: it is no address of ours, or what it is about is no longer known.
        NotAllowed: somebody else is signed in.
        Invalid: no to a job without a reason.
    """
    found = _found(token, signed_in, lock=True)
    if not _told(found).is_open:
        return _told(found)
    if isinstance(found, Champion):
        answered_by_themselves(found, accept=accept, reason=reason)
        verb = f"champion.{found.standing}"
    elif accept:
        return _told(found)
    else:
        decline_held(found, reason=reason)
        verb = "job.declined"
    activity.record(Actor.system(found.workspace, name="by mail"), verb, found)
    return _told(found)


def _told(found: Carrier | Champion) -> Part:
    if isinstance(found, Champion):
        is_active = found.standing == Standing.ACTIVE
        is_asked = found.standing == Standing.CONFIRMED
        name, by = f"Champion of {found.population}", found.nominated_by
        place = found.workspace.name
        return Part(name, place, by, found.why, is_active or is_asked, is_asked, is_active)
    name = f"{found.behaviour}: {found.get_job_display().lower()}"
    is_theirs = found.until is None
    return Part(name, found.workspace.name, found.named_by_name, "", is_theirs, False, is_theirs)


def _found(token: str, signed_in: User | None, *, lock: bool = False) -> Carrier | Champion:
    kind, key, holder = read_token(token, salt=SALT, parts=3, unknown=UNKNOWN)
    number = int(key)
    found = _champion(number, lock) if kind == "champion" else _carrier(number, lock)
    if found is None or _holder(found).key != holder:
        raise NotFound(UNKNOWN)
    if signed_in is not None:
        refuse_another(is_theirs=_holder(found).is_user(signed_in))
    return found


def _carrier(key: int, lock: bool) -> Carrier | None:
    rows = Carrier.objects.select_for_update(of=("self",)) if lock else Carrier.objects
    named = ("behaviour", "workspace", "person", "user", "named_by")
    return rows.select_related(*named).filter(pk=key).first()


def _champion(key: int, lock: bool) -> Champion | None:
    rows = Champion.objects.select_for_update(of=("self",)) if lock else Champion.objects
    return rows.select_related("population", "workspace", "person").filter(pk=key).first()


def _holder(found: Carrier | Champion) -> Holder:
    return Holder(found.person, found.user if isinstance(found, Carrier) else None)
