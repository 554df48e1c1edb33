"""What can be done to behaviours: draft, revise, set live, end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.definition import Definition, for_linter, kept_form
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion, Status
from uptake.capabilities.behaviours.queries import (
    access_behaviour,
    newest,
    sees_own_team_only,
    visible_behaviours,
)
from uptake.capabilities.behaviours.scope import concerned_by
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.customers.populations import read_rules
from uptake.capabilities.customers.queries import chosen_account, person_of
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed
from uptake.foundation.models import User, Workspace
from uptake.methods.behaviour.periods import Cadence, periods
from uptake.methods.behaviour.smart import Finding, lint, may_go_live


@dataclass(frozen=True, slots=True)
class BehaviourFacts:
    """What a behaviour is called, what is asked, inside which account, and who answers for it."""

    name: str
    definition: Definition
    account: str = ""
    owner: User | None = None
    owner_name: str = ""


@transaction.atomic
def draft_behaviour(actor: Actor, facts: BehaviourFacts) -> Behaviour:
    """Write down what shall be asked; nobody is asked before it goes live.

    A manager's behaviour is asked of the team they lead.

    Raises:
        Conflict: there is one of this name.
        NotFound: the account is none that the actor sees.
        NotAllowed: the actor is limited to an account or a team and names another one.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    _check(facts)
    _refuse_taken(actor.workspace, facts.name)
    leader = _leader(actor)
    behaviour = Behaviour.objects.create(
        workspace=actor.workspace,
        name=facts.name.strip(),
        account=_account(actor, facts.account, leader),
        of_team=leader is not None,
        leader=leader,
        owner=facts.owner,
        owner_name=facts.owner_name,
    )
    _write(actor, behaviour, facts.definition, valid_from=_running(behaviour, facts.definition))
    activity.record(actor, "behaviour.drafted", behaviour)
    return behaviour


@transaction.atomic
def revise_behaviour(
    actor: Actor, key: int, facts: BehaviourFacts, *, note: str = ""
) -> BehaviourVersion | None:
    """Change what is asked: as a new version, from the next period on where people are asked.

    What was asked and judged before stays. None where what is asked stays the same.

    Raises:
        Conflict: it has ended, or another one has this name.
        Invalid: people are asked already, and this would leave something unclear to them.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    behaviour = _lock(actor, key)
    _check(facts)
    if behaviour.status == Status.ENDED:
        raise Conflict("This behaviour has ended; define a new one.")
    _refuse_taken(actor.workspace, facts.name, besides=key)
    _rename(actor, behaviour, facts)
    if facts.definition == newest(behaviour):
        return None
    if behaviour.is_live and (facts.definition.is_once or newest(behaviour).is_once):
        raise Conflict(
            "People have been asked for this once, by a day; end it and ask anew, so that nobody "
            "is judged by what they did not know."
        )
    if behaviour.is_live:
        _refuse_unclear(findings(actor, behaviour, facts.definition))
        _refuse_telling(actor, behaviour, facts.definition)
        valid_from = _following(behaviour, newest(behaviour))
    else:
        valid_from = _running(behaviour, facts.definition)
    version = _write(actor, behaviour, facts.definition, valid_from=valid_from, note=note)
    activity.record(
        actor, "behaviour.revised", behaviour, version=version.number, from_day=valid_from
    )
    return version


@transaction.atomic
def go_live(actor: Actor, key: int, *, since: date | None = None) -> Behaviour:
    """Ask people from the running period on.

    ``since``: a day of the first period that is judged, where people were asked before this was
    written down here; only of what was never changed.

    Raises:
        Conflict: they are asked already, or no longer, or it was changed since it was written.
        Invalid: something of the definition leaves unclear what is wanted; the text says what.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    behaviour = _lock(actor, key)
    if behaviour.status != Status.DRAFT:
        raise Conflict("Only a draft can go live; define a new behaviour.")
    if since is not None and behaviour.versions.count() > 1:
        raise Conflict("It was changed, so nobody knows what was asked then; leave the day out.")
    definition = newest(behaviour)
    _refuse_unclear(findings(actor, behaviour, definition))
    if definition.due_on is not None and definition.due_on < (since or _today(actor.workspace)):
        raise Invalid("The day by which it is due has passed; choose a later one.")
    behaviour.status = Status.LIVE
    behaviour.live_from = _running(behaviour, definition, on=since)
    behaviour.save(update_fields=["status", "live_from"])
    activity.record(actor, "behaviour.went_live", behaviour, from_day=behaviour.live_from)
    return behaviour


@transaction.atomic
def end_behaviour(actor: Actor, key: int) -> Behaviour:
    """Ask nobody any longer; what was judged stays to be read.

    Raises:
        Conflict: it is not live.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    behaviour = _lock(actor, key)
    if behaviour.status != Status.LIVE:
        raise Conflict("Only a live behaviour can be ended.")
    behaviour.status, behaviour.ended_on = Status.ENDED, _today(actor.workspace)
    behaviour.save(update_fields=["status", "ended_on"])
    activity.record(actor, "behaviour.ended", behaviour)
    return behaviour


def findings(actor: Actor, behaviour: Behaviour, definition: Definition) -> tuple[Finding, ...]:
    """Return what of a definition leaves unclear what is wanted."""
    people = concerned_by(actor, behaviour, definition).count()
    return lint(for_linter(definition, owner=behaviour.answers, people=people))


def _refuse_unclear(found: tuple[Finding, ...]) -> None:
    if not may_go_live(found):
        raise Invalid(next(f.sentence for f in found if not may_go_live([f])))


def _refuse_telling(actor: Actor, behaviour: Behaviour, definition: Definition) -> None:
    """Numbers before and after a change of whom it is asked of would tell of those between."""
    before, after = (
        set(concerned_by(actor, behaviour, each).values_list("pk", flat=True))
        for each in (newest(behaviour), definition)
    )
    fewest = actor.workspace.minimum_group
    if any(0 < len(some) < fewest for some in (before - after, after - before)):
        raise Invalid(
            f"This would take in or leave out fewer than {fewest} people, and the numbers before "
            "and after would tell what they did. Change it by more people, or define a behaviour "
            "of its own."
        )


def _check(facts: BehaviourFacts) -> None:
    definition = facts.definition
    if not facts.name.strip():
        raise Invalid("A behaviour needs a name; write what people call it.")
    read_rules(list(definition.rules))
    if not 0 < definition.threshold <= 1:
        raise Invalid("A period is met from a share of the amount above 0 and up to 100 %.")
    if definition.amount is not None and definition.amount < 1:
        raise Invalid("Ask for one at least, or for every opportunity.")
    if any(step < 1 for step in definition.ramp):
        raise Invalid("Every step of a rising target asks for one at least.")
    _check_once(definition)


def _check_once(definition: Definition) -> None:
    """What is asked once has a day, and nothing that takes several periods."""
    if definition.is_once and definition.ramp:
        raise Invalid("What is asked once cannot rise in steps; leave the steps out.")
    if not definition.is_once and (definition.due_on or definition.every_object):
        raise Invalid(
            "A day by which it is due, and every existing object, go with a deadline that comes "
            "once; choose once, or leave them out."
        )
    if definition.every_object and not (definition.object_type and definition.filled_in):
        raise Invalid(
            "Say which objects, and which fields each of them must have filled in, such as "
            "contact with phone and email."
        )


def _account(actor: Actor, named: str, leader: Person | None) -> Account | None:
    """The account it is asked in; a team's leader and a customer's people are bound to theirs."""
    return chosen_account(actor, named) if leader is None else leader.account


def _leader(actor: Actor) -> Person | None:
    if not sees_own_team_only(actor):
        return None
    person = person_of(actor)
    if person is None:
        raise NotAllowed(
            "Nobody has said which person you are in the data, so nobody knows whom you lead; ask "
            "an owner to link you under Settings, Members."
        )
    return person


def _refuse_taken(workspace: Workspace, name: str, *, besides: int | None = None) -> None:
    taken = Behaviour.objects.filter(workspace=workspace, name=name.strip())
    if taken.exclude(pk__in=() if besides is None else (besides,)).exists():
        raise Conflict(f"There is a behaviour {name.strip()!r} already; choose another name.")


def _rename(actor: Actor, behaviour: Behaviour, facts: BehaviourFacts) -> None:
    before = behaviour.name
    behaviour.name = facts.name.strip()
    behaviour.owner, behaviour.owner_name = facts.owner, facts.owner_name
    behaviour.save(update_fields=["name", "owner", "owner_name"])
    if before != behaviour.name:
        activity.record(actor, "behaviour.renamed", behaviour, before=before)


def _write(
    actor: Actor, behaviour: Behaviour, definition: Definition, *, valid_from: date, note: str = ""
) -> BehaviourVersion:
    return BehaviourVersion.objects.create(
        behaviour=behaviour,
        number=behaviour.versions.count() + 1,
        valid_from=valid_from,
        definition=kept_form(definition),
        note=note,
        written_by=actor.name,
    )


def _lock(actor: Actor, key: int) -> Behaviour:
    found = access_behaviour(actor, key)
    rows = visible_behaviours(actor).select_related(None)
    return rows.select_for_update().get(pk=found.pk)


def _today(workspace: Workspace) -> date:
    return localdate(timezone=ZoneInfo(workspace.timezone))


def _running(behaviour: Behaviour, definition: Definition, on: date | None = None) -> date:
    """The first day of the period that runs on a day, today if none is named."""
    today, zone = on or _today(behaviour.workspace), ZoneInfo(behaviour.workspace.timezone)
    if definition.cadence is Cadence.ONCE:
        return today
    running = periods(definition.cadence, today, today, zone=zone, deadline=definition.deadline)
    return running[0].first


def _following(behaviour: Behaviour, definition: Definition) -> date:
    """The first day of the next period."""
    today, zone = _today(behaviour.workspace), ZoneInfo(behaviour.workspace.timezone)
    running = periods(definition.cadence, today, today, zone=zone, deadline=definition.deadline)
    return running[-1].last + timedelta(days=1)
