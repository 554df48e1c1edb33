"""What somebody who leads people tells them: what is meant, thanks, what was done about a barrier.

Thanks go to those who improved; who that is nobody learns but they themselves. Each of these is a
deed by which a manager's duty is done.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from uptake.capabilities.behaviours.duties import obstacles_open
from uptake.capabilities.behaviours.improvers import improvers
from uptake.capabilities.behaviours.keeping import asked_below
from uptake.capabilities.behaviours.leading import Leader, leader
from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Behaviour,
    LeadersWord,
    Obstacle,
    Status,
    WordKind,
)
from uptake.capabilities.customers.models import Person
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound

ONCE_IN = timedelta(days=28)
"""Nobody is thanked twice for the same behaviour by the same leader within so many days."""


@transaction.atomic
def explain(actor: Actor, key: int, *, text: str) -> LeadersWord:
    """Tell the people one leads what exactly is meant; it stands in their week.

    Raises:
        NotFound: it is asked of nobody the actor leads.
        Invalid: nothing was said.
    """
    who, behaviour = _theirs(actor, key)
    word = _said(actor, who, behaviour, WordKind.EXPLAINED, text=_some(text))
    activity.record(actor, "behaviour.explained", behaviour)
    return word


@transaction.atomic
def thank_improvers(actor: Actor, key: int, *, text: str) -> LeadersWord:
    """Thank those who improved; each of them reads it in their week, and nobody learns who.

    Raises:
        NotFound: it is asked of nobody the actor leads.
        Invalid: nothing was said.
        Conflict: nobody improved who was not thanked lately, or too few people are asked to tell.
    """
    who, behaviour = _theirs(actor, key)
    said = _some(text)
    found = improvers(actor, behaviour, who.led)
    lately = LeadersWord.objects.filter(
        leader=who.person,
        behaviour=behaviour,
        kind=WordKind.THANKED,
        said_at__gt=now() - ONCE_IN,
    )
    thanked = set(lately.values_list("thanked__external_id", flat=True))
    names = [each.person for each in found if each.person not in thanked]
    if not names:
        raise Conflict(
            "Nobody has improved since you thanked last, or too few people are asked to tell; "
            "come back after the next period."
        )
    word = _said(actor, who, behaviour, WordKind.THANKED, text=said)
    word.thanked.set(Person.objects.filter(workspace=actor.workspace, external_id__in=names))
    activity.record(actor, "behaviour.thanked", behaviour)
    return word


@transaction.atomic
def follow_up(actor: Actor, key: int, *, obstacle: Obstacle, text: str) -> LeadersWord:
    """Say what was done about what stops people; they read it in their week.

    Raises:
        NotFound: it is asked of nobody the actor leads, or nothing of the kind is known.
        Invalid: nothing was said.
    """
    who, behaviour = _theirs(actor, key)
    if (behaviour.pk, obstacle) not in open_obstacles(actor, who, [behaviour.pk]):
        raise NotFound("Nothing of this kind waits to be acted on; reload the page.")
    word = _said(actor, who, behaviour, WordKind.FOLLOWED_UP, text=_some(text), obstacle=obstacle)
    activity.record(actor, "behaviour.followed_up", behaviour, obstacle=obstacle.value)
    return word


def open_obstacles(actor: Actor, who: Leader, behaviours: list[int]) -> dict[tuple[int, str], int]:
    """Return how many people each thing stops that this leader has not acted on since."""
    reports = BarrierReport.objects.filter(
        behaviour__in=behaviours, behaviour__workspace=actor.workspace
    )
    acted = LeadersWord.objects.filter(leader=who.person, kind=WordKind.FOLLOWED_UP)
    return obstacles_open(
        reports.values_list("behaviour_id", "kind", "person_id", "reported_at"),
        acted.values_list("behaviour_id", "obstacle", "said_at"),
        fewest=actor.workspace.minimum_group,
    )


def words_to(person: Person, behaviours: list[Behaviour]) -> QuerySet[LeadersWord]:
    """Return what those who lead a person said about behaviours, newest first, thanks included."""
    said = LeadersWord.objects.filter(behaviour__in=behaviours, leader__in=_chain(person))
    others = said.exclude(kind=WordKind.THANKED)
    return (others | said.filter(thanked=person)).distinct().select_related("leader")


def _chain(person: Person) -> set[int]:
    """Keys of everybody who leads a person, directly or through others."""
    found: set[int] = set()
    above = person.manager
    while above is not None and above.pk not in found and above.pk != person.pk:
        found.add(above.pk)
        above = above.manager
    return found


def _theirs(actor: Actor, key: int) -> tuple[Leader, Behaviour]:
    """The actor as a leader, and a live behaviour that is asked of their people."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    who = leader(actor)
    live = Behaviour.objects.filter(workspace=actor.workspace, status=Status.LIVE, pk=key)
    found = live.first() if key in asked_below(actor.workspace, who.person) else None
    if found is None:
        raise NotFound("This is asked of nobody whom you lead; see Team.")
    return who, found


def _said(
    actor: Actor,
    who: Leader,
    behaviour: Behaviour,
    kind: WordKind,
    *,
    text: str,
    obstacle: str = "",
) -> LeadersWord:
    return LeadersWord.objects.create(
        behaviour=behaviour,
        leader=who.person,
        kind=kind,
        text=text,
        obstacle=obstacle,
        said_by=actor.name,
    )


def _some(text: str) -> str:
    if not text.strip():
        raise Invalid("Write a sentence that tells them.")
    return text.strip()
