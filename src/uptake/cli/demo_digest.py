"""What the manager of the simulated customer was told in the last weeks."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Clarification
from uptake.capabilities.behaviours.own_counts import asked_of
from uptake.capabilities.behaviours.speaking import ask_what_is_wanted
from uptake.capabilities.customers.models import Person
from uptake.capabilities.digest.models import Digest
from uptake.capabilities.digest.sending import leaders, send_digests
from uptake.foundation.actor import Actor

MORNING = 9
ASKED_BEFORE = timedelta(days=9)
"""So long before the newest digest the question was asked."""
QUESTION = "Does a call that nobody answered count?"


def tell(actor: Actor, *, moment: datetime) -> None:
    """Send the digests of the last two weeks, unless there are some."""
    if Digest.objects.filter(person__workspace=actor.workspace).exists():
        return
    monday = (moment - timedelta(days=moment.weekday())).replace(hour=MORNING, minute=0)
    _ask(actor, at=monday - ASKED_BEFORE)
    for week in (monday - timedelta(weeks=1), monday):
        send_digests(actor.workspace, min(week, now()))


def _ask(actor: Actor, *, at: datetime) -> None:
    """Somebody who is led asked what is wanted, if one of them signs in; nobody answered."""
    led = {person.pk for person in leaders(actor.workspace)}
    people = Person.objects.filter(workspace=actor.workspace, user__isnull=False)
    for person in people.exclude(pk__in=led).select_related("user"):
        if person.user is None:
            continue
        who = Actor.of(person.user, actor.workspace)
        for behaviour in asked_of(actor, person)[:1]:
            asked = ask_what_is_wanted(who, behaviour.pk, question=QUESTION)
            Clarification.objects.filter(pk=asked.pk).update(asked_at=at)
