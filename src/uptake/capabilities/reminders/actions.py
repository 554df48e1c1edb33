"""What can be done to reminders: write, change, switch, remove; and decide how often at most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from django.db import transaction

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.behaviours.queries import access_behaviour
from uptake.capabilities.reminders.models import Reminder, ReminderLimits
from uptake.capabilities.reminders.queries import access_reminder, visible_reminders
from uptake.capabilities.reminders.wording import Words, check_words
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.models import Channel, ChatChannel
from uptake.foundation.delivery.outbox import visible_chat_channels
from uptake.foundation.errors import Conflict, Invalid, NotFound

LONGEST_LEAD = 24 * 28
MOST_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """What a reminder is called, by which way it goes, when and in which words.

    ``lead_hours``: it begins so long before the deadline. ``chat``: the channel, by its key.
    """

    name: str
    channel: Channel
    lead_hours: int
    words: Words
    chat: int | None = None


@transaction.atomic
def write_reminder(actor: Actor, behaviour: int, facts: ReminderFacts) -> Reminder:
    """Write a reminder of a behaviour; nobody is reminded before it is switched on.

    Raises:
        NotFound: there is no such behaviour or channel for the actor.
        Invalid: something is missing that people would miss.
        Conflict: the behaviour has one of this name.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    about = access_behaviour(actor, behaviour)
    chat = _checked(actor, facts)
    _refuse_taken(about, facts.name)
    reminder = Reminder.objects.create(
        behaviour=about,
        name=facts.name.strip(),
        channel=facts.channel,
        chat=chat,
        lead_hours=facts.lead_hours,
        subject=facts.words.subject.strip(),
        text=facts.words.text.strip(),
        written_by=actor.name,
    )
    activity.record(actor, "reminder.written", reminder, channel=facts.channel)
    return reminder


@transaction.atomic
def change_reminder(actor: Actor, key: int, facts: ReminderFacts) -> Reminder:
    """Change a reminder; with other words, another way or another lead its lift begins anew.

    Raises:
        NotFound: there is no such reminder or channel for the actor.
        Invalid: something is missing that people would miss.
        Conflict: the behaviour has another one of this name.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    reminder = _lock(actor, key)
    chat = _checked(actor, facts)
    _refuse_taken(reminder.behaviour, facts.name, besides=key)
    before = (reminder.channel, reminder.lead_hours, reminder.subject, reminder.text)
    reminder.name, reminder.channel, reminder.chat = facts.name.strip(), facts.channel, chat
    reminder.lead_hours = facts.lead_hours
    reminder.subject, reminder.text = facts.words.subject.strip(), facts.words.text.strip()
    if before != (reminder.channel, reminder.lead_hours, reminder.subject, reminder.text):
        reminder.version += 1
    reminder.save()
    activity.record(actor, "reminder.changed", reminder, version=reminder.version)
    return reminder


@transaction.atomic
def switch_reminder(actor: Actor, key: int, *, on: bool) -> Reminder:
    """Remind people from now on, or no longer.

    Raises:
        NotFound: there is no such reminder for the actor.
        Conflict: the behaviour is asked of nobody yet or any longer, or the channel is gone.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    reminder = _lock(actor, key)
    if on and reminder.behaviour.status != Status.LIVE:
        raise Conflict("Nobody is asked for this behaviour now; set it live first.")
    if on and reminder.is_to_a_group and reminder.chat is None:
        raise Conflict("The channel of this reminder is gone; choose another one first.")
    reminder.is_on = on
    reminder.save(update_fields=["is_on"])
    activity.record(actor, "reminder.switched", reminder, on=on)
    return reminder


@transaction.atomic
def remove_reminder(actor: Actor, key: int) -> None:
    """Remove a reminder, with what is known about its effect."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    reminder = _lock(actor, key)
    activity.record(actor, "reminder.removed", reminder)
    reminder.delete()


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """How often and when people are reminded at most; weekdays: Monday = 0."""

    most_a_week: int
    quiet_from: time
    quiet_to: time
    weekdays: tuple[int, ...]


@transaction.atomic
def set_limits(actor: Actor, facts: LimitFacts) -> ReminderLimits:
    """Decide how often and when people of the workspace are reminded at most.

    Raises:
        Invalid: more than one a day, no day at all, or quiet hours that never end.
    """
    actor.require(Permission.WORKSPACE_MANAGE)
    if not 1 <= facts.most_a_week <= MOST_A_WEEK:
        raise Invalid(f"Choose 1 to {MOST_A_WEEK} reminders a week.")
    if not facts.weekdays or not set(facts.weekdays) <= set(range(7)):
        raise Invalid("Choose at least one day on which people may be reminded.")
    if facts.quiet_from == facts.quiet_to:
        raise Invalid("Quiet hours that end when they begin leave no time to remind anybody.")
    kept, _ = ReminderLimits.objects.get_or_create(workspace=actor.workspace)
    kept.most_a_week = facts.most_a_week
    kept.quiet_from, kept.quiet_to = facts.quiet_from, facts.quiet_to
    kept.weekdays = sorted(set(facts.weekdays))
    kept.save()
    activity.record(actor, "reminders.limited", most_a_week=facts.most_a_week)
    return kept


def _checked(actor: Actor, facts: ReminderFacts) -> ChatChannel | None:
    """Return the channel that a reminder names."""
    if not facts.name.strip():
        raise Invalid("Give the reminder a name, so that others find it in the list.")
    if not 1 <= facts.lead_hours <= LONGEST_LEAD:
        raise Invalid(f"A reminder begins 1 to {LONGEST_LEAD} hours before the deadline.")
    is_to_a_group = facts.channel in (Channel.SLACK, Channel.TEAMS)
    check_words(facts.words, is_to_a_group=is_to_a_group)
    if not is_to_a_group:
        return None
    if facts.chat is None:
        raise Invalid("Choose the channel that it goes to; an owner adds channels.")
    chat = visible_chat_channels(actor).filter(pk=facts.chat, kind=facts.channel).first()
    if chat is None:
        raise NotFound("There is no such channel for you; an owner can add it.")
    return chat


def _refuse_taken(behaviour: Behaviour, name: str, *, besides: int | None = None) -> None:
    taken = Reminder.objects.filter(behaviour=behaviour, name=name.strip())
    if taken.exclude(pk=besides or 0).exists():
        raise Conflict("This behaviour has a reminder of this name; choose another name.")


def _lock(actor: Actor, key: int) -> Reminder:
    found = access_reminder(actor, key)
    rows = visible_reminders(actor)
    return rows.select_for_update(of=("self",)).get(pk=found.pk)
