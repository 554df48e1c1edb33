"""Leaving with one click, without signing in: each digest has the address of one person's wish."""

from __future__ import annotations

from django.db import transaction

from uptake.capabilities.customers.models import Person
from uptake.capabilities.digest.models import DigestWishes
from uptake.capabilities.reminders.leaving import signed_person
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.addresses import signed_address

SALT = "digest.leave"


def leave_address(person: Person) -> str:
    """Return the whole address at which a person's digest is switched off."""
    return signed_address("own_digest:leave", person.pk, salt=SALT)


def whom(token: str) -> Person:
    """Return whose digest an address switches off.

    Raises:
        NotFound: it is no address of ours, or the person is no longer known.
    """
    return signed_person(token, salt=SALT, instead="My digest")


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
