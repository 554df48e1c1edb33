"""The only doors to nominations: one's own, those one decides about, and those that are public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.behaviours.own_counts import asked_of
from uptake.capabilities.behaviours.queries import sees_own_team_only, visible_behaviours
from uptake.capabilities.customers.expectations import led_by
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of, visible_accounts, visible_teams
from uptake.capabilities.recognition.models import Nomination, Standing
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed
from uptake.foundation.models import User

LATELY = timedelta(weeks=13)
SEEN = (Standing.CONFIRMED, Standing.PUBLIC, Standing.PRIVATE)
"""What a manager has confirmed, public or not."""


def public_nominations(actor: Actor) -> QuerySet[Nomination]:
    """Return what people agreed to have published, of the accounts that the actor sees."""
    actor.require(Permission.CUSTOMERS_READ)
    return _all(actor).filter(_within(actor), standing=Standing.PUBLIC)


def nominations_to_decide(actor: Actor) -> QuerySet[Nomination]:
    """Return what waits for the actor: of the people they lead, or of whom they may name."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    waiting = _all(actor).filter(standing=Standing.WAITING)
    if not sees_own_team_only(actor):
        return waiting.filter(_within(actor))
    person = person_of(actor)
    if person is None:
        return waiting.none()
    return waiting.filter(person__external_id__in=led_by(person))


def own_nominations(actor: Actor) -> QuerySet[Nomination]:
    """Return what others said of the actor and a manager confirmed; nobody else reads all of it."""
    person = person_of(actor)
    if person is None:
        return Nomination.objects.none()
    return _all(actor).filter(person=person, standing__in=SEEN)


def colleagues(actor: Actor) -> QuerySet[Person]:
    """Return whom the actor may nominate: everybody on record in the accounts that they see.

    Who is a person themselves and may name nobody: the colleagues in their own account.
    """
    actor.require(Permission.CUSTOMERS_READ)
    people = Person.objects.filter(workspace=actor.workspace)
    person = person_of(actor)
    if not actor.may(Permission.PEOPLE_READ) and person is not None:
        people = people.filter(account=person.account)
    elif actor.account is not None:
        people = people.filter(account__in=visible_accounts(actor))
    return people.exclude(user=actor.user) if actor.user else people.none()


def require_nominator(actor: Actor) -> User:
    """Return who nominates, or refuse those who only read here.

    Raises:
        NotAllowed: the actor is a viewer, or no user.
    """
    actor.require(Permission.CUSTOMERS_READ)
    if actor.user is None or actor.role is Role.VIEWER:
        raise NotAllowed("Viewers change nothing here; ask a colleague to nominate them.")
    return actor.user


def behaviours_to_name(actor: Actor) -> list[Behaviour]:
    """Return the behaviours by name that the actor may say were seen.

    Whoever reads behaviours: those asked of all accounts or of theirs, and of the teams they see.
    Everybody else: those that are asked of themselves.
    """
    if not actor.may(Permission.BEHAVIOURS_READ):
        person = person_of(actor)
        return asked_of(actor, person) if person else []
    of_accounts = Q(account=None) | Q(account__in=visible_accounts(actor))
    of_teams = Q(pk__in=visible_behaviours(actor).filter(of_team=True).order_by().values("pk"))
    live = Behaviour.objects.filter(workspace=actor.workspace, status=Status.LIVE)
    return list(live.filter((of_accounts & Q(of_team=False)) | of_teams))


@dataclass(frozen=True, slots=True)
class TeamCount:
    """A team and how often its people were recognised; None: too small to be told."""

    team: str
    people: int
    times: int | None


def counts_by_team(actor: Actor) -> list[TeamCount]:
    """Return how often people of each team were recognised in a quarter, by team."""
    actor.require(Permission.BEHAVIOURS_READ)
    since = now() - LATELY
    seen = Q(people__nominations__standing__in=SEEN, people__nominations__decided_at__gte=since)
    teams = visible_teams(actor).order_by("external_id")
    if sees_own_team_only(actor):
        person = person_of(actor)
        led = led_by(person) if person else frozenset()
        teams = teams.filter(people__external_id__in=led)
    rows = teams.values_list("pk", "external_id").annotate(
        size=Count("people", distinct=True),
        times=Count("people__nominations", filter=seen, distinct=True),
    )
    fewest = actor.workspace.minimum_group
    return [
        TeamCount(team, people, times if people >= fewest else None)
        for _key, team, people, times in rows
    ]


def _all(actor: Actor) -> QuerySet[Nomination]:
    rows = Nomination.objects.filter(workspace=actor.workspace)
    return rows.select_related("behaviour", "person", "person__team", "chat")


def _within(actor: Actor) -> Q:
    if actor.account is None:
        return Q()
    return Q(person__account__in=visible_accounts(actor))
