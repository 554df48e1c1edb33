"""Who of the simulated customer was seen doing it well: one public, one to answer, one waiting."""

from __future__ import annotations

from django.utils.timezone import localdate

from uptake.capabilities.behaviours.own_counts import asked_of
from uptake.capabilities.customers.models import Person
from uptake.capabilities.recognition.actions import Seen, answer, decide, nominate
from uptake.capabilities.recognition.models import Nomination
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

SAID = (
    "Her notes said what was agreed, so I could call back at once.",
    "He kept the contacts so well that our letter reached all of them.",
    "Wrote down the next step after each call, even on the busiest day.",
)


def recognise(actor: Actor) -> None:
    """Nominate the end user of the demo twice and a colleague once, unless somebody did."""
    if Nomination.objects.filter(workspace=actor.workspace).exists():
        return
    cast = {user.email.partition("@")[0]: user for user in User.objects.filter(is_active=True)}
    if not {"user", "success", "lead"} <= set(cast):
        return
    success, lead, user = (
        Actor.of(cast[name], actor.workspace) for name in ("success", "lead", "user")
    )
    person = Person.objects.filter(workspace=actor.workspace, user=cast["user"]).first()
    if person is None or not asked_of(actor, person):
        return
    about = asked_of(actor, person)[0].pk
    today = localdate()
    first = nominate(success, Seen(person.external_id, about, today, SAID[0]))
    decide(success, first.pk, confirm=True)
    answer(user, first.pk, publish=True)
    second = nominate(lead, Seen(person.external_id, about, today, SAID[1]))
    decide(success, second.pk, confirm=True)
    colleague = Person.objects.filter(
        workspace=actor.workspace, team=person.team, role=person.role, ends_on=None
    ).exclude(pk=person.pk)
    for other in colleague.order_by("external_id")[:1]:
        nominate(user, Seen(other.external_id, about, today, SAID[2]))
