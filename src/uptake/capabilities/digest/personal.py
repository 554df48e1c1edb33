"""What somebody decides about their own digest, and what they were told; nobody else reads it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from uptake.capabilities.behaviours.leading import Leader, leader
from uptake.capabilities.digest.models import PURPOSE, Digest, DigestWishes
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether somebody wants a digest, from which hour of which weekday on (Monday = 0).

    ``purpose``: what the names of those who got better are needed for; empty: none are wanted.
    """

    is_off: bool
    weekday: int
    hour: int
    purpose: str = ""


@transaction.atomic
def decide_own(actor: Actor, wanted: Wanted) -> DigestWishes:
    """Decide about one's own digest.

    Raises:
        NotAllowed: the actor's role does not see teams.
        NotFound: nobody has said which person the actor is, or they lead nobody.
        Invalid: the weekday or hour is none, or the purpose is too long.
    """
    who = leader(actor)
    if wanted.weekday not in range(7) or wanted.hour not in range(24):
        raise Invalid("Choose a day from Monday to Sunday and an hour from 0 to 23.")
    if len(wanted.purpose.strip()) > PURPOSE:
        raise Invalid(f"Say in up to {PURPOSE} characters what you need the names for.")
    kept, _ = DigestWishes.objects.update_or_create(
        person=who.person,
        defaults={
            "is_off": wanted.is_off,
            "weekday": wanted.weekday,
            "hour": wanted.hour,
            "purpose": wanted.purpose.strip(),
        },
    )
    activity.record(actor, "digest.wished", names=bool(kept.purpose))
    return kept


def own_digests(actor: Actor) -> tuple[Leader, QuerySet[Digest]]:
    """Return what somebody was told who leads people, the newest first.

    Raises:
        NotAllowed: the actor's role does not see teams.
        NotFound: nobody has said which person the actor is, or they lead nobody.
    """
    who = leader(actor)
    rows = Digest.objects.filter(person=who.person, said__isnull=False)
    return who, rows.select_related("delivery").order_by("-week")
