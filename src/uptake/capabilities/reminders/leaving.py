"""Leaving with one click, without signing in: the address in each mail names one person's wish."""

from __future__ import annotations

from django.db import transaction

from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.models import OwnReminders
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.addresses import read_token, signed_address
from uptake.foundation.errors import NotFound

SALT = "reminders.leave"


def leave_address(person: Person) -> str:
    """Return the whole address at which a person's reminders are switched off."""
    return signed_address("own_reminders:leave", person.pk, salt=SALT)


def whom(token: str) -> Person:
    """Return whose reminders an address switches off.

    Raises:
        NotFound: it is no address of ours, or the person is no longer known.
    """
    return signed_person(token, salt=SALT, instead="Reminders")


def signed_person(token: str, *, salt: str, instead: str) -> Person:
    """Return whose wish an address names; ``instead``: the page that does the same.

    Raises:
        NotFound: it is no address of ours, or the person is no longer known.
    """
    unknown = f"This address is not complete; copy all of it, or sign in and open {instead}."
    (key,) = read_token(token, salt=salt, parts=1, unknown=unknown)
    person = Person.objects.select_related("workspace").filter(pk=key).first()
    if person is None:
        raise NotFound(unknown)
    return person


@transaction.atomic
def leave(token: str) -> Person:
    """Switch a person's reminders off, as whoever holds the address of their mail asks.

    Raises:
        NotFound: it is no address of ours, or the person is no longer known.
    """
    person = whom(token)
    wishes, _ = OwnReminders.objects.get_or_create(person=person)
    if not wishes.is_off:
        wishes.is_off = True
        wishes.save(update_fields=["is_off"])
        activity.record(Actor.system(person.workspace), "reminders.left")
    return person
