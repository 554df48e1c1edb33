"""Naming who has a job around a behaviour, taking it off them, and their saying no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate, now

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.behaviours.queries import access_behaviour
from uptake.capabilities.champions.addressed import addressed
from uptake.capabilities.champions.carrying import may_name, own_jobs
from uptake.capabilities.champions.holders import Holder, find_holder
from uptake.capabilities.champions.models import REASON, Carrier, Ending, Job
from uptake.capabilities.champions.telling import answer_link, link, tell
from uptake.capabilities.customers.models import Population
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import Message
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Named:
    """Who gets which job, for which population (its number; None: the only one), since when.

    ``who``: a mail address or an identifier. ``since`` None: today.
    """

    job: Job
    who: str
    population: int | None = None
    since: date | None = None


@transaction.atomic
def name_carrier(actor: Actor, key: int, named: Named) -> Carrier:
    """Give somebody a job around a behaviour and tell them; whoever had it has it no longer.

    Raises:
        NotFound: there is no such behaviour or person for the actor.
        NotAllowed: the actor neither changes the behaviour nor answers for it.
        Invalid: it would begin in the future, or is not asked of the population.
        Conflict: it is asked of nobody any longer, or they have the job or have left.
    """
    behaviour = behaviour_decided_by(actor, key)
    if behaviour.status == Status.ENDED:
        raise Conflict("Nobody is asked for this any longer; there is nothing to carry.")
    population = _population(behaviour, named.population)
    since = named.since or localdate()
    if since > localdate():
        raise Invalid("Choose a day up to today; name them when it begins.")
    holder = find_holder(actor, named.who)
    before = Carrier.objects.select_for_update().filter(
        behaviour=behaviour, population=population, job=named.job, until=None
    )
    for each in before:
        if (each.person, each.user) == (holder.person, holder.user):
            raise Conflict(f"{each.name} has this job already.")
        _ended(each, Ending.REPLACED, by=actor.name)
    carrier = Carrier.objects.create(
        workspace=actor.workspace,
        behaviour=behaviour,
        population=population,
        job=named.job,
        person=holder.person,
        user=holder.user,
        since=since,
        named_by=actor.user,
        named_by_name=actor.called,
    )
    activity.record(actor, "job.named", behaviour, job=named.job.value, since=since)
    _tell_named(carrier, holder)
    return carrier


def behaviour_decided_by(actor: Actor, key: int) -> Behaviour:
    """Return a behaviour of which the actor decides who carries it.

    Raises:
        NotFound: there is no such behaviour for the actor.
        NotAllowed: the actor neither changes it nor answers for it.
    """
    behaviour = access_behaviour(actor, key)
    if not may_name(actor, behaviour):
        raise NotAllowed(
            "Who carries this is decided by whoever answers for it, or may change it; ask them."
        )
    return behaviour


def _population(behaviour: Behaviour, key: int | None) -> Population | None:
    found = addressed(behaviour.workspace, [behaviour])[behaviour.pk]
    if key is None and len(found) == 1:
        return found[0]
    for each in found:
        if each is not None and each.pk == key:
            return each
    names = ", ".join(str(each) for each in found)
    raise Invalid(f"Say for which population: this is asked of {names}.")


@transaction.atomic
def take_off(actor: Actor, key: int, carrier: int) -> Carrier:
    """Take a job off somebody; it is red until somebody else is named.

    Raises:
        NotFound: there is no such behaviour for the actor, or nobody has the job.
        NotAllowed: the actor neither changes the behaviour nor answers for it.
    """
    behaviour = behaviour_decided_by(actor, key)
    found = _lock(Carrier.objects.filter(behaviour=behaviour, until=None), carrier)
    _ended(found, Ending.ENDED, by=actor.name)
    activity.record(actor, "job.taken_off", behaviour, job=found.job)
    return found


@transaction.atomic
def decline(actor: Actor, carrier: int, *, reason: str) -> Carrier:
    """Say that one will not do a job that one was named for, and why.

    Raises:
        NotFound: it is not the actor's.
        Invalid: no reason was given.
    """
    found = _lock(own_jobs(actor), carrier)
    declined = decline_held(found, reason=reason)
    activity.record(actor, "job.declined", declined.behaviour, job=declined.job)
    return declined


def decline_held(carrier: Carrier, *, reason: str) -> Carrier:
    """End a job for whoever has it, as they ask, and tell who named them."""
    said = reason.strip()
    if not said or len(said) > REASON:
        raise Invalid(f"Say in up to {REASON} characters why, so that somebody else can be found.")
    carrier.reason = said
    _ended(carrier, Ending.DECLINED, by=carrier.name)
    if carrier.named_by is not None:
        told = Message(
            subject=f"Nobody yet, again: {carrier.behaviour}",
            paragraphs=(
                f"{carrier.get_job_display()}: whom you named said no. Why stands beside the job.",
            ),
            link=link("carriers", carrier.workspace),
            link_words="Name somebody else",
            why="You get this because you named them.",
        )
        to = Holder(user=carrier.named_by)
        tell(carrier.workspace, f"job:{carrier.pk}:declined", told, to=to)
    return carrier


def _ended(carrier: Carrier, ending: Ending, *, by: str) -> None:
    carrier.until, carrier.ended_at = max(localdate(), carrier.since), now()
    carrier.ending, carrier.ended_by = ending, by
    carrier.save(update_fields=["until", "ended_at", "ending", "ended_by", "reason"])


def _lock(rows: QuerySet[Carrier], key: int) -> Carrier:
    found = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such job for you; see who carries what.")
    return found


_WORK = {
    Job.MODEL: "People look at how you do it. Do it where they see it, and tell them how.",
    Job.REMIND: "Remind people before it is due. Uptake can send the reminders in your name.",
    Job.RECOGNISE: "Notice who does it well, say so under Recognition, and thank them.",
}


def _tell_named(carrier: Carrier, holder: Holder) -> None:
    """Tell somebody what they were named for, by whom, and where to say no."""
    whom = f" for {carrier.population}" if carrier.population is not None else ""
    does = carrier.get_job_display().lower()
    signs_in = holder.signs_in is not None
    told = Message(
        subject=f"Your part in “{carrier.behaviour}”",
        paragraphs=(
            f"{carrier.named_by_name} named you{whom}, as the one who {does}.",
            _WORK[Job(carrier.job)],
            "If you cannot or do not want to, say so and why; then somebody else is found.",
        ),
        link=link("own", carrier.workspace) if signs_in else answer_link("job", carrier.pk, holder),
        link_words="See my part" if signs_in else "Say no",
        why="You get this because somebody named you.",
    )
    tell(carrier.workspace, f"job:{carrier.pk}:named", told, to=holder)
