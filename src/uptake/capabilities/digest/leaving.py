"""Leaving with one click, without signing in: each digest has the address of one person's wish."""

from __future__ import annotations

from django.core import signing
from django.db import transaction
from django.urls import reverse

from uptake.capabilities.customers.models import Person
from uptake.capabilities.digest.models import DigestWishes
from uptake.config import load_settings
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound

SALT = "digest.leave"


def leave_address(person: Person) -> str:
    """Return the whole address at which a person's digest is switched off."""
    token = signing.dumps(person.pk, salt=SALT)
    path = reverse("own_digest:leave", kwargs={"token": token})
    return f"{load_settings().public_url}{path}"


def whom(token: str) -> Person:
    """Return whose digest an address switches off.

    Raises:
        NotFound: it is no address of ours, or the person is no longer known.
    """
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature as wrong:
        raise _unknown() from wrong
    person = Person.objects.select_related("workspace").filter(pk=key).first()
    if person is None:
        raise _unknown()
    return person


@transaction.atomic
def leave(token: str) -> Person:
    """Switch a person's digest off, as whoever holds the address of their mail asks.

    Raises:
        NotFound: it is no address of ours, or the person is no longer known.
    """
    person = whom(token)
    wishes, _ = DigestWishes.objects.get_or_create(person=person)
    if not wishes.is_off:
        wishes.is_off = True
        wishes.save(update_fields=["is_off"])
        activity.record(Actor.system(person.workspace), "digest.left")
    return person


def _unknown() -> NotFound:
    return NotFound("This address is not complete; copy all of it, or sign in and open My digest.")
