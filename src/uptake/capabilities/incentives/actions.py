"""What can be done to the register: write down, change, propose, decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import localdate

from uptake.capabilities.customers.models import Population
from uptake.capabilities.customers.queries import chosen_account, visible_populations
from uptake.capabilities.incentives.models import Answer, Incentive, Kind, Link, Proposal, Way
from uptake.capabilities.incentives.queries import (
    access_incentive,
    access_known_behaviour,
    writes_register,
)
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.ui import words

MOST_LINKS = 4
"""What works on more than four behaviours is described too broadly to be changed."""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """The number of a behaviour, which way the incentive works on it, and how."""

    behaviour: int
    way: Way
    how: str


@dataclass(frozen=True, slots=True)
class IncentiveFacts:
    """An incentive as somebody found it; ``population`` and ``account`` by name, empty for none."""

    name: str
    kind: Kind
    what: str
    whom: str
    given_by: str
    source: str
    since: date | None = None
    until: date | None = None
    population: str = ""
    account: str = ""
    links: tuple[LinkFacts, ...] = ()


@transaction.atomic
def register(actor: Actor, facts: IncentiveFacts) -> Incentive:
    """Write an incentive down.

    Raises:
        NotAllowed: the actor does not write in the register.
        NotFound: there is no such behaviour, account or population for the actor.
        Invalid: something of it is missing, or its days or links make no sense.
        Conflict: there is one of this name.
    """
    require_writer(actor)
    _check(actor, facts)
    incentive = Incentive(workspace=actor.workspace, account=chosen_account(actor, facts.account))
    _fill(actor, incentive, facts)
    activity.record(actor, "incentive.registered", incentive)
    return incentive


@transaction.atomic
def change(actor: Actor, key: int, facts: IncentiveFacts) -> Incentive:
    """Correct what was written of an incentive, or say until when it was given.

    Where it is given stays. Links to behaviours that the actor does not see stay as well.

    Raises:
        NotAllowed, NotFound, Invalid, Conflict: as for ``register``.
    """
    incentive = _lock(actor, key)
    _check(actor, facts, besides=key)
    before = (incentive.since, incentive.until)
    _fill(actor, incentive, facts)
    activity.record(
        actor,
        "incentive.changed",
        incentive,
        days_changed=before != (incentive.since, incentive.until),
        until=incentive.until,
    )
    return incentive


@transaction.atomic
def end(actor: Actor, key: int, *, last: date) -> Incentive:
    """Say until which day an incentive was given; it stays in the register.

    Raises:
        NotAllowed: the actor does not write in the register.
        NotFound: there is no such incentive for the actor.
        Conflict: it ended before.
        Invalid: the day lies before its first one.
    """
    incentive = _lock(actor, key)
    if incentive.until is not None and incentive.until < _today(actor):
        ended = words.short_day(incentive.until)
        raise Conflict(f"It ended on {ended}; change it to correct the day.")
    if incentive.since and last < incentive.since:
        raise Invalid("It cannot end before it begins; choose a later day.")
    incentive.until, incentive.written_by = last, actor.called
    incentive.save(update_fields=["until", "written_by"])
    activity.record(actor, "incentive.changed", incentive, days_changed=True, until=last)
    return incentive


@transaction.atomic
def propose(
    actor: Actor, key: int, *, what: str, to_whom: str, proposed_on: date | None = None
) -> Proposal:
    """Note what HR, or whoever gives it, was asked to change; today unless a day is named.

    Raises:
        NotAllowed: the actor does not write in the register.
        NotFound: there is no such incentive for the actor.
        Invalid: it does not say what or whom, or lies ahead.
    """
    incentive = _lock(actor, key)
    if not what.strip() or not to_whom.strip():
        raise Invalid("Say what shall change, and who was asked for it.")
    day = proposed_on or _today(actor)
    if day > _today(actor):
        raise Invalid("Choose the day on which it was proposed; it cannot lie ahead.")
    proposal = Proposal.objects.create(
        incentive=incentive,
        what=what.strip(),
        to_whom=to_whom.strip(),
        proposed_on=day,
        proposer=actor.user,
        proposed_by=actor.called,
    )
    activity.record(actor, "incentive.change_proposed", incentive, to=proposal.to_whom)
    return proposal


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom, why and when; ``holds_from``: when what was accepted changed."""

    accepts: bool
    by: str
    reason: str
    on: date
    holds_from: date | None = None


@transaction.atomic
def decide(actor: Actor, key: int, proposal: int, decision: Decision) -> Proposal:
    """Note what was decided about a proposal.

    Raises:
        NotAllowed: the actor does not write in the register.
        NotFound: there is no such proposal for the actor.
        Conflict: it was decided already.
        Invalid: it does not say by whom and why, or its days make no sense.
    """
    incentive = _lock(actor, key)
    rows = Proposal.objects.select_for_update().filter(incentive=incentive)
    found = rows.filter(pk=proposal).first()
    if found is None:
        raise NotFound("There is no such proposal for you; see the register.")
    if found.answer != Answer.PROPOSED:
        raise Conflict("This was decided already; propose anew what shall change now.")
    _check_decision(actor, found, decision)
    found.answer = Answer.ACCEPTED if decision.accepts else Answer.REFUSED
    found.decided_by, found.decided_on = decision.by.strip(), decision.on
    found.reason, found.holds_from = decision.reason.strip(), decision.holds_from
    found.save()
    activity.record(actor, f"incentive.proposal_{found.answer}", incentive, by=found.decided_by)
    return found


def require_writer(actor: Actor) -> None:
    """Do nothing for who writes in the register, else refuse.

    Raises:
        NotAllowed: the actor's role does not include it.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    if not writes_register(actor):
        raise NotAllowed("The register is kept by your adoption lead; tell them what you know.")


def _check_decision(actor: Actor, found: Proposal, decision: Decision) -> None:
    if not decision.by.strip() or not decision.reason.strip():
        raise Invalid("Say who decided, and why.")
    if not found.proposed_on <= decision.on <= _today(actor):
        raise Invalid("Choose the day of the decision, from the day of the proposal to today.")
    if decision.accepts and decision.holds_from is None:
        raise Invalid("Say from which day the change holds, so that its effect can be looked at.")
    if not decision.accepts and decision.holds_from is not None:
        raise Invalid("What was refused does not hold from any day; leave the day out.")


def _check(actor: Actor, facts: IncentiveFacts, *, besides: int | None = None) -> None:
    said = (facts.name, facts.what, facts.whom, facts.given_by, facts.source)
    if not all(text.strip() for text in said):
        raise Invalid("Say its name, what is rewarded, of whom, by whom, and how you know.")
    if facts.since and facts.until and facts.until < facts.since:
        raise Invalid("It cannot end before it begins; correct one of the days.")
    if len(facts.links) > MOST_LINKS:
        raise Invalid(f"Name the {MOST_LINKS} behaviours that it works on most.")
    if any(not link.how.strip() for link in facts.links):
        raise Invalid("Say of every behaviour how the incentive works for or against it.")
    if len({link.behaviour for link in facts.links}) < len(facts.links):
        raise Invalid("Name each behaviour once: it works either for or against it.")
    taken = Incentive.objects.filter(workspace=actor.workspace, name=facts.name.strip())
    if taken.exclude(pk__in=() if besides is None else (besides,)).exists():
        raise Conflict(f"{facts.name.strip()!r} is in the register already; choose another name.")


def _fill(actor: Actor, incentive: Incentive, facts: IncentiveFacts) -> None:
    behaviours = {
        link.behaviour: access_known_behaviour(actor, link.behaviour) for link in facts.links
    }
    incentive.name, incentive.kind = facts.name.strip(), facts.kind
    incentive.what, incentive.whom = facts.what.strip(), facts.whom.strip()
    incentive.given_by, incentive.source = facts.given_by.strip(), facts.source.strip()
    incentive.since, incentive.until = facts.since, facts.until
    incentive.population = _population(actor, facts.population)
    incentive.written_by = actor.called
    incentive.save()
    seen = access_incentive(actor, incentive.pk).links.all()
    Link.objects.filter(pk__in=[link.pk for link in seen]).delete()
    Link.objects.bulk_create(
        Link(
            incentive=incentive,
            behaviour=behaviours[link.behaviour],
            way=link.way,
            how=link.how.strip(),
        )
        for link in facts.links
    )


def _population(actor: Actor, named: str) -> Population | None:
    if not named:
        return None
    found = visible_populations(actor).filter(name=named).first()
    if found is None:
        raise NotFound(f"There is no population {named!r} for you; leave it out or choose another.")
    return found


def _lock(actor: Actor, key: int) -> Incentive:
    require_writer(actor)
    found = access_incentive(actor, key)
    return Incentive.objects.select_for_update().get(pk=found.pk)


def _today(actor: Actor) -> date:
    return localdate(timezone=ZoneInfo(actor.workspace.timezone))
