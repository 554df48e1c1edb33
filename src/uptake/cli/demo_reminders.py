"""How the simulated vendor's people are reminded: two reminders, and a quarter of looking back.

The simulation knows of no effect of reminders, so what is seen of one is chance, and the page says
so.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.queries import newest
from uptake.capabilities.customers.models import Person
from uptake.capabilities.reminders.actions import ReminderFacts, switch_reminder, write_reminder
from uptake.capabilities.reminders.gaps import stand
from uptake.capabilities.reminders.models import Reminded, Reminder
from uptake.capabilities.reminders.wording import Words
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import Message
from uptake.foundation.delivery.models import Channel
from uptake.foundation.delivery.outbox import Recipient, When, put
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import periods
from uptake.methods.behaviour.reminding import is_held_out

BACK = timedelta(weeks=12)
BATCH = 2_000
REMINDERS = {
    "Calls logged": ReminderFacts(
        name="Thursday noon",
        channel=Channel.MAIL,
        lead_hours=29,
        words=Words(
            "{left} left until {until}: log your calls",
            "Hello {name},\n\n{left} left until {until}: {what}.\n\n{why}\n\n{manager}",
        ),
    ),
    "Contacts kept up": ReminderFacts(
        name="Friday morning",
        channel=Channel.PRODUCT,
        lead_hours=5,
        words=Words(
            "Contacts: {left} left until {until}",
            "{left} left until {until}, when marketing writes to these addresses.\n\n{manager}",
        ),
    ),
}


def remind(actor: Actor, *, moment: datetime) -> None:
    """Write the reminders, switch them on, and look back as if they had been on for a quarter."""
    there = {each.name: each for each in Behaviour.objects.filter(workspace=actor.workspace)}
    for name, facts in REMINDERS.items():
        behaviour = there.get(name)
        if behaviour is None or behaviour.reminders.exists():
            continue
        written = write_reminder(actor, behaviour.pk, facts)
        switch_reminder(actor, written.pk, on=True)
        _look_back(actor, written, moment)
        _tell_users(actor, written, moment)


def _look_back(actor: Actor, reminder: Reminder, moment: datetime) -> None:
    """Draw everybody who was due for a reminder or for none, and see who met it."""
    known = stand(actor.workspace, [reminder.behaviour], moment)
    people = dict(Person.objects.filter(workspace=actor.workspace).values_list("external_id", "pk"))
    definition = newest(reminder.behaviour)
    rows = [
        _drawn(reminder, definition, people[name], name, first, standing)
        for running in known.running
        for (first, name), standing in running.ended.items()
        if standing <= Standing.MET and first >= (moment - BACK).date() and name in people
    ]
    Reminded.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)


def _drawn(
    reminder: Reminder,
    definition: Definition,
    key: int,
    name: str,
    first: date,
    standing: Standing,
) -> Reminded:
    zone = ZoneInfo(reminder.behaviour.workspace.timezone)
    (span,) = periods(definition.cadence, first, first, zone=zone, deadline=definition.deadline)
    at = span.due - timedelta(hours=reminder.lead_hours)
    return Reminded(
        reminder=reminder,
        version=reminder.version,
        person_id=key,
        day=at.date(),
        decided_at=at,
        period=first,
        closes=span.closes,
        is_held_out=is_held_out(reminder.template, name, span.label),
        met=standing is Standing.MET,
        judged_at=span.closes,
    )


def _tell_users(actor: Actor, reminder: Reminder, moment: datetime) -> None:
    """Leave a notice for those who sign in, so that there is one to read."""
    if reminder.channel != Channel.PRODUCT:
        return
    said = Message(
        subject="Contacts: 2 are left until Friday 13:00",
        paragraphs=("2 are left until Friday 13:00, when marketing writes to these addresses.",),
        why="You get this because it is asked of you.",
    )
    for person in Person.objects.filter(workspace=actor.workspace, user__isnull=False):
        to = Recipient(Channel.PRODUCT, person=person.external_id, user=person.user)
        when = When(moment, moment + timedelta(days=1))
        put(actor.workspace, f"reminder:{reminder.pk}:{person.pk}:demo", said, to=to, when=when)
