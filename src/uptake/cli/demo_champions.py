"""Who carries what is asked of the simulated vendor's people: jobs, some nobody's, and champions.

The simulation knows of no effect of champions, so what is seen near them is chance or where they
were chosen, and the page says so.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils.timezone import localdate

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.champions.addressed import addressed
from uptake.capabilities.champions.championing import (
    Proposal,
    decide_champion,
    nominate_champion,
)
from uptake.capabilities.champions.models import Carrier, Champion, Job, Standing
from uptake.capabilities.champions.naming import Named, decline, name_carrier
from uptake.capabilities.champions.near import measure
from uptake.capabilities.customers.membership import condition
from uptake.capabilities.customers.models import Person, Population
from uptake.capabilities.customers.populations import read_rules
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


COVERED = ("sales representative", "service agent")
"""Populations with a champion in every other team; the others have none."""

WHY = "Colleagues copy how this is done here."


def go_ahead(actor: Actor) -> None:
    """Make champions in every other team of two populations, and leave two to be decided."""
    if Champion.objects.filter(workspace=actor.workspace).exists():
        return
    users = {user.email.partition("@")[0]: user for user in User.objects.filter(is_active=True)}
    if "success" not in users:
        return
    success = Actor.of(users["success"], actor.workspace)
    for population in Population.objects.filter(workspace=actor.workspace, name__in=COVERED):
        chosen = _one_of_each_team(population)
        for person in chosen[::2]:
            _agreed(success, person, population)
        for person in chosen[1:2]:
            nominate_champion(success, Proposal(person.external_id, population.name, WHY))
    _ask_the_user(success, users.get("user"))
    measure(actor.workspace)


def _one_of_each_team(population: Population) -> list[Person]:
    """Whoever has been in each team the longest, by team."""
    people = Person.objects.filter(
        condition(read_rules(population.rules)),
        workspace=population.workspace,
        team__isnull=False,
        ends_on=None,
    )
    first: dict[int | None, Person] = {}
    for person in people.select_related("team").order_by("starts_on", "external_id"):
        first.setdefault(person.team_id, person)
    return sorted(first.values(), key=lambda person: str(person.team and person.team.external_id))


def _agreed(success: Actor, person: Person, population: Population) -> None:
    """A champion since before anything was asked; most of the simulated people do not sign in."""
    live = Behaviour.objects.filter(workspace=success.workspace, status=Status.LIVE)
    first = min((each.live_from for each in live if each.live_from), default=localdate())
    Champion.objects.create(
        workspace=success.workspace,
        population=population,
        person=person,
        standing=Standing.ACTIVE,
        since=first - timedelta(weeks=2),
        why=WHY,
        nominator=success.user,
        nominated_by="Success",
        decided_by=success.name,
    )


def _ask_the_user(success: Actor, user: User | None) -> None:
    """The end user of the demo is asked, and has not answered."""
    person = Person.objects.filter(workspace=success.workspace, user=user).first() if user else None
    if person is None or Champion.objects.filter(person=person).exists():
        return
    for population in Population.objects.filter(workspace=success.workspace):
        rules = condition(read_rules(population.rules))
        if Person.objects.filter(rules, pk=person.pk).exists():
            made = nominate_champion(success, Proposal(person.external_id, population.name, WHY))
            decide_champion(success, made.pk, confirm=True)
            return
