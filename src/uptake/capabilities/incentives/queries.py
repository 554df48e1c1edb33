"""The only doors to incentives: the register, and what stands on the page of a behaviour.

Whoever reads the figures of a workspace reads its register; whoever is limited to an account what
is given in that account and below. Managers learn on the page of a behaviour what works against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from uptake.capabilities.behaviours.models import Behaviour, Obstacle, Status
from uptake.capabilities.behaviours.queries import (
    asked_of_all,
    sees_own_team_only,
    visible_behaviours,
)
from uptake.capabilities.behaviours.scope import of_account
from uptake.capabilities.customers.models import Account
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.incentives.models import Answer, Incentive, Link, Proposal, Way
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def reads_register(actor: Actor) -> bool:
    """Say whether somebody reads the register."""
    return actor.may(Permission.BEHAVIOURS_READ) and not sees_own_team_only(actor)


def visible_incentives(actor: Actor) -> QuerySet[Incentive]:
    """Return the register as far as the actor may read it, by name, each with its links."""
    actor.require(Permission.BEHAVIOURS_READ)
    actor.require(Permission.METRICS_READ)
    rows = Incentive.objects.filter(of_account(actor), workspace=actor.workspace)
    links = Link.objects.filter(behaviour__in=known_behaviours(actor)).select_related("behaviour")
    return rows.select_related("account", "population").prefetch_related(
        Prefetch("links", links), "proposals"
    )


def known_behaviours(actor: Actor) -> QuerySet[Behaviour]:
    """Return what an incentive can work on: what the actor may read, by name.

    For who is limited to an account what is asked there because it is asked everywhere, too: they
    know what it says, and none of its numbers.
    """
    everywhere = [each.pk for each, _asked in asked_of_all(actor)]
    own = visible_behaviours(actor).order_by().values("pk")
    rows = Behaviour.objects.filter(Q(pk__in=own) | Q(pk__in=everywhere), workspace=actor.workspace)
    return rows.order_by("name", "pk")


def access_known_behaviour(actor: Actor, key: int) -> Behaviour:
    """Return a behaviour that an incentive can work on, or say that there is none."""
    found = known_behaviours(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such behaviour for you; see the list of behaviours.")
    return found


def told_numbers_of(actor: Actor) -> frozenset[int]:
    """Return the behaviours whose numbers the actor may read, by number."""
    return frozenset(visible_behaviours(actor).order_by().values_list("pk", flat=True))


def access_incentive(actor: Actor, key: int) -> Incentive:
    """Return one incentive, or say that there is none."""
    found = visible_incentives(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such incentive for you; see the register.")
    return found


def writes_register(actor: Actor) -> bool:
    """Say whether somebody writes in the register."""
    return reads_register(actor) and actor.may(Permission.BEHAVIOURS_WRITE)


def works_against(incentive: Incentive, day: date) -> bool:
    """Say whether it is given and works against something that people are asked to do."""
    against = (link for link in incentive.links.all() if link.way == Way.AGAINST)
    is_asked = any(link.behaviour.status == Status.LIVE for link in against)
    return is_asked and incentive.is_in_force(day)


def open_proposals(actor: Actor) -> QuerySet[Proposal]:
    """Return the proposals that wait for an answer, the oldest first."""
    rows = Proposal.objects.filter(answer=Answer.PROPOSED, incentive__in=visible_incentives(actor))
    return rows.select_related("incentive").order_by("proposed_on", "pk")


def linked_to(actor: Actor, behaviour: Behaviour, day: date) -> list[Link]:
    """Return what is given on a day and works on a behaviour, as far as the actor may know.

    For whoever may see the behaviour: what is given in the accounts they see; for a manager in
    those that they themselves are in.
    """
    actor.require(Permission.BEHAVIOURS_READ)
    rows = Link.objects.filter(
        _within(actor), behaviour=behaviour, incentive__workspace=actor.workspace
    )
    rows = rows.select_related("incentive").order_by("way", "incentive__name")
    return [link for link in rows if link.incentive.is_in_force(day)]


def _within(actor: Actor) -> Q:
    if not sees_own_team_only(actor):
        seen = Incentive.objects.filter(of_account(actor), workspace=actor.workspace)
        return Q(incentive__in=seen)
    person = person_of(actor)
    above = [] if person is None else _above(person.account)
    return Q(incentive__account=None) | Q(incentive__account__in=above)


def _above(account: Account | None) -> list[int]:
    found: list[int] = []
    while account is not None and account.pk not in found:
        found.append(account.pk)
        account = account.parent
    return found


@dataclass(frozen=True, slots=True)
class Unregistered:
    """So many people say they are rewarded for something else; the register does not say what."""

    behaviour: Behaviour
    people: int


def said_by_people(actor: Actor) -> list[Unregistered]:
    """Return where people, of the smallest group or more, say so and nothing is registered."""
    reported = Q(reports__kind=Obstacle.REWARD)
    registered = Link.objects.filter(way=Way.AGAINST, incentive__in=visible_incentives(actor))
    live = visible_behaviours(actor).filter(status=Status.LIVE)
    rows = (
        live.exclude(pk__in=registered.values("behaviour"))
        .annotate(people=Count("reports__person", filter=reported, distinct=True))
        .filter(people__gte=actor.workspace.minimum_group)
    )
    return [Unregistered(row, row.people) for row in rows.order_by("-people", "name")]
