"""What people say about what is asked of them: questions, answers, what stops them."""

from __future__ import annotations

from collections import defaultdict

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Behaviour,
    Clarification,
    LeadersWord,
    Obstacle,
    WordKind,
)
from uptake.capabilities.behaviours.own_counts import asked_of, myself
from uptake.capabilities.behaviours.queries import visible_behaviours
from uptake.capabilities.customers.expectations import led_by
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound


@transaction.atomic
def ask_what_is_wanted(actor: Actor, key: int, *, question: str) -> Clarification:
    """Ask what exactly is wanted; the manager and whoever answers for the behaviour see who asks.

    Raises:
        NotFound: nobody said which person the actor is, or this is not asked of them.
        Invalid: nothing was asked.
    """
    person, behaviour = _own(actor, key)
    if not question.strip():
        raise Invalid("Write what is unclear to you, and somebody will answer it.")
    asked = Clarification.objects.create(
        behaviour=behaviour, person=person, question=question.strip()
    )
    activity.record(actor, "behaviour.question_asked", behaviour)
    return asked


@transaction.atomic
def answer_question(actor: Actor, key: int, *, answer: str) -> Clarification:
    """Answer what somebody asked.

    Raises:
        NotFound: there is no such question that the actor may answer.
        Conflict: it was answered already.
        Invalid: nothing was answered.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    found = questions_for(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such question for you; it may have been answered.")
    asked = Clarification.objects.select_for_update().get(pk=found.pk)
    if not asked.is_open:
        raise Conflict("Somebody has answered this already; see the behaviour.")
    if not answer.strip():
        raise Invalid("Write an answer that tells what exactly to do.")
    asked.answer, asked.answered_by, asked.answered_at = answer.strip(), actor.called, now()
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    activity.record(actor, "behaviour.question_answered", asked.behaviour)
    return asked


@transaction.atomic
def say_what_stops(actor: Actor, key: int, *, kind: Obstacle, text: str = "") -> BarrierReport:
    """Say what stops one; others learn how many people it stops, and nobody's name.

    Raises:
        NotFound: nobody said which person the actor is, or this is not asked of them.
    """
    person, behaviour = _own(actor, key)
    report = BarrierReport.objects.create(
        behaviour=behaviour, person=person, kind=kind, text=text.strip()
    )
    activity.record(Actor.system(actor.workspace), "behaviour.barrier_reported", behaviour)
    return report


@transaction.atomic
def take_back_obstacle(actor: Actor, key: int) -> Behaviour:
    """Take back what one said stops one, however often: it was a slip, or does so no longer.

    Raises:
        NotFound: the actor said nothing like it.
    """
    report = own_obstacles(actor).select_related("behaviour").filter(pk=key).first()
    if report is None:
        raise NotFound("You have not said this; see what stands under My week.")
    behaviour = report.behaviour
    own_obstacles(actor).filter(behaviour=behaviour, kind=report.kind).delete()
    activity.record(Actor.system(actor.workspace), "behaviour.barrier_taken_back", behaviour)
    return behaviour


def questions_for(actor: Actor) -> QuerySet[Clarification]:
    """Return the questions that the actor may answer, the oldest first.

    Those about behaviours that the actor may change, and for a manager those of the people led.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    mine = Q(behaviour__in=visible_behaviours(actor))
    person = person_of(actor)
    if actor.role is Role.MANAGER and person is not None:
        mine |= Q(person__external_id__in=led_by(person), behaviour__workspace=actor.workspace)
    return Clarification.objects.filter(mine).select_related("behaviour", "person")


def own_questions(actor: Actor) -> QuerySet[Clarification]:
    """Return what the actor asked, as a person; nobody else's."""
    person = myself(actor)
    rows = Clarification.objects.filter(person=person, behaviour__workspace=actor.workspace)
    return rows.select_related("behaviour", "person")


def own_obstacles(actor: Actor) -> QuerySet[BarrierReport]:
    """Return what the actor said stops them; nobody else's."""
    person = myself(actor)
    return BarrierReport.objects.filter(person=person, behaviour__workspace=actor.workspace)


def own_open_obstacles(actor: Actor) -> dict[int, list[BarrierReport]]:
    """Return what the actor said and nobody has acted on since, by the number of the behaviour.

    Of each kind the newest.
    """
    acted = LeadersWord.objects.filter(
        kind=WordKind.FOLLOWED_UP,
        behaviour=OuterRef("behaviour"),
        obstacle=OuterRef("kind"),
        said_at__gte=OuterRef("reported_at"),
    )
    found: dict[int, list[BarrierReport]] = defaultdict(list)
    for report in own_obstacles(actor).exclude(Exists(acted)):
        if all(report.kind != each.kind for each in found[report.behaviour_id]):
            found[report.behaviour_id].append(report)
    return found


def obstacles(behaviour: Behaviour, *, fewest: int) -> list[tuple[str, int]]:
    """Return how many people each thing stops, in words; see ``obstacles_by_kind``."""
    found = obstacles_by_kind(behaviour, fewest=fewest)
    return [(str(kind.label), people) for kind, people in found]


def obstacles_by_kind(behaviour: Behaviour, *, fewest: int) -> list[tuple[Obstacle, int]]:
    """Return how many people each thing stops, of at least the smallest group, largest first."""
    rows = (
        BarrierReport.objects.filter(behaviour=behaviour)
        .order_by()
        .values_list("kind")
        .annotate(people=Count("person", distinct=True))
    )
    told = [(Obstacle(kind), people) for kind, people in rows if people >= fewest]
    return sorted(told, key=lambda pair: -pair[1])


def _own(actor: Actor, key: int) -> tuple[Person, Behaviour]:
    """The actor as a person, and a behaviour that is asked of them."""
    person = myself(actor)
    found = next((each for each in asked_of(actor, person) if each.pk == key), None)
    if found is None:
        raise NotFound("This is not asked of you; see what is under My week.")
    return person, found
