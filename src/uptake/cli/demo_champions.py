"""Who carries what is asked of the simulated vendor's people: some jobs named, some nobody's."""

from __future__ import annotations

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.champions.addressed import addressed
from uptake.capabilities.champions.models import Carrier, Job
from uptake.capabilities.champions.naming import Named, decline, name_carrier
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

NAMED = {
    "Calls logged": {Job.MODEL: "user", Job.REMIND: "manager", Job.RECOGNISE: "lead"},
    "Contacts kept up": {Job.MODEL: "manager", Job.REMIND: "lead"},
    "Cases diagnosed": {Job.REMIND: "success", Job.RECOGNISE: "executive"},
}
"""Jobs by behaviour, and who of the cast has them; the others are nobody's."""

DECLINED = "I only see the figures once a month; somebody closer to the cases should do this."


def carry(actor: Actor) -> None:
    """Name somebody for some of the jobs, of whom one declines; unless somebody was named."""
    if Carrier.objects.filter(workspace=actor.workspace).exists():
        return
    cast = {user.email.partition("@")[0]: user for user in User.objects.filter(is_active=True)}
    behaviours = {each.name: each for each in Behaviour.objects.filter(workspace=actor.workspace)}
    if "success" not in cast:
        return
    names_them = Actor.of(cast["success"], actor.workspace)
    for name, jobs in NAMED.items():
        behaviour = behaviours.get(name)
        if behaviour is None:
            continue
        for job, who in jobs.items():
            _name(names_them, behaviour, job, cast[who])
    declined = Carrier.objects.filter(workspace=actor.workspace, job=Job.RECOGNISE)
    for each in declined.filter(user=cast["executive"]):
        decline(Actor.of(cast["executive"], actor.workspace), each.pk, reason=DECLINED)


def _name(actor: Actor, behaviour: Behaviour, job: Job, user: User) -> None:
    (population, *_) = addressed(actor.workspace, [behaviour])[behaviour.pk]
    person: Person | None = person_of(Actor.of(user, actor.workspace))
    who = person.external_id if person is not None else user.email
    key = population.pk if population is not None else None
    name_carrier(actor, behaviour.pk, Named(job, who, key, behaviour.live_from))
