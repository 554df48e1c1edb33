"""Leaving with one click, without signing in: the address in each mail names one person's wish."""

from __future__ import annotations

from django.core import signing
from django.db import transaction
from django.urls import reverse

from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.models import OwnReminders
from uptake.config import load_settings
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound

SALT = "reminders.leave"


def leave_address(person: Person) -> str:
    """Return the whole address at which a person's reminders are switched off."""
    return signed_address(person, route="own_reminders:leave", salt=SALT)


def signed_address(person: Person, *, route: str, salt: str) -> str:
    """Return the whole address of one person's wish; ``route`` takes the token."""
    path = reverse(route, kwargs={"token": signing.dumps(person.pk, salt=salt)})
    return f"{load_settings().public_url}{path}"


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
    unknown = NotFound(
        f"This address is not complete; copy all of it, or sign in and open {instead}."
    )
    try:
        key = signing.loads(token, salt=salt)
    except signing.BadSignature as wrong:
        raise unknown from wrong
    person = Person.objects.select_related("workspace").filter(pk=key).first()
    if person is None:
        raise unknown
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
