"""What somebody decides about their own reminders; nobody decides it for them."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from django.db import transaction

from uptake.capabilities.reminders.models import OwnReminders
from uptake.capabilities.reminders.queries import myself
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid
from uptake.foundation.tokens import hash_of, new_secret

HOURS = range(24)
WEEKDAYS = range(7)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whether somebody wants reminders, at which hours and weekdays (empty: any), and where."""

    is_off: bool
    hours: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    timezone: str = ""


@transaction.atomic
def decide_own(actor: Actor, wishes: Wishes) -> OwnReminders:
    """Decide about one's own reminders.

    Raises:
        NotFound: nobody has said which person the user is.
        Invalid: an hour, a weekday or a time zone is none.
    """
    person = myself(actor)
    if not set(wishes.hours) <= set(HOURS) or not set(wishes.weekdays) <= set(WEEKDAYS):
        raise Invalid("Choose hours from 0 to 23 and days from Monday to Sunday.")
    if wishes.timezone and wishes.timezone not in available_timezones():
        raise Invalid("Choose a time zone from the list, such as Europe/Paris.")
    kept, _ = OwnReminders.objects.get_or_create(person=person)
    kept.is_off = wishes.is_off
    kept.hours, kept.weekdays = sorted(set(wishes.hours)), sorted(set(wishes.weekdays))
    kept.timezone = wishes.timezone
    kept.save(update_fields=["is_off", "hours", "weekdays", "timezone"])
    activity.record(actor, "reminders.wished")
    return kept


@transaction.atomic
def open_feed(actor: Actor) -> str:
    """Return a new secret for the address of one's calendar; the one before works no longer."""
    kept, _ = OwnReminders.objects.get_or_create(person=myself(actor))
    secret = new_secret()
    kept.feed_hash = hash_of(secret)
    kept.save(update_fields=["feed_hash"])
    activity.record(actor, "reminders.feed_opened")
    return secret


@transaction.atomic
def close_feed(actor: Actor) -> None:
    """Have the address of one's calendar work no longer."""
    kept, _ = OwnReminders.objects.get_or_create(person=myself(actor))
    kept.feed_hash = ""
    kept.save(update_fields=["feed_hash"])
    activity.record(actor, "reminders.feed_closed")
