"""One's own deadlines as a calendar to subscribe to, at an address that is a secret."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.own_counts import asked_of
from uptake.capabilities.behaviours.queries import newest
from uptake.capabilities.reminders.models import OwnReminders
from uptake.capabilities.reminders.sending import ALARM, BLOCK
from uptake.config import load_settings
from uptake.formats.calendar_text import CalendarEvent, calendar_text
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Workspace
from uptake.foundation.tokens import hash_of
from uptake.methods.behaviour.periods import periods

AHEAD = timedelta(days=35)
MOST = 60
"""Deadlines of one behaviour in one calendar."""


def feed(secret: str, moment: datetime) -> str:
    """Return the deadlines of the person whose calendar it is, for five weeks.

    Raises:
        NotFound: it is nobody's, or no longer.
    """
    kept = OwnReminders.objects.select_related("person", "person__workspace")
    wishes = kept.filter(feed_hash=hash_of(secret)).first()
    if wishes is None:
        raise NotFound("There is no calendar at this address; copy it anew from Reminders.")
    workspace = wishes.person.workspace
    system = Actor.system(workspace, name="calendar")
    events = [
        event
        for behaviour in asked_of(system, wishes.person)
        for event in _deadlines(behaviour, workspace, moment)
    ]
    return calendar_text(events, name=f"{workspace.name}: asked of me")


def _deadlines(
    behaviour: Behaviour, workspace: Workspace, moment: datetime
) -> Iterator[CalendarEvent]:
    definition = newest(behaviour)
    if definition.every_opportunity:
        return
    zone = ZoneInfo(workspace.timezone)
    today = moment.astimezone(zone).date()
    spans = periods(
        definition.cadence, today, today + AHEAD, zone=zone, deadline=definition.deadline
    )
    path = reverse("behaviours:my_week", kwargs={"workspace": workspace.slug})
    for span in spans[:MOST]:
        if span.due >= moment:
            yield CalendarEvent(
                uid=f"behaviour-{behaviour.pk}-{span.label}@uptake",
                stamp=moment,
                start=span.due - BLOCK,
                end=span.due,
                summary=definition.statement or behaviour.name,
                description=definition.reason,
                url=f"{load_settings().public_url}{path}",
                alarm=ALARM,
            )
