"""What whoever runs contests can do: write rules, open for teams, call off, note prizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.definition import kept_form as kept_definition
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.queries import access_behaviour, newest
from uptake.capabilities.contests.models import Contest, PrizeGiven, RulesVersion, Status
from uptake.capabilities.contests.queries import contests_to_run, newest_rules, runs_contests
from uptake.capabilities.contests.rules import (
    Rules,
    check,
    kept_form,
    read,
    refuse_unfit,
    settled,
)
from uptake.capabilities.customers.models import Account
from uptake.capabilities.customers.queries import access_account, account_with_descendants
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Workspace, WorkspaceKind

FROZEN = (
    "The rules are frozen since the contest started: everybody keeps to what they entered by. Call "
    "it off, or wait for its end and write another one."
)


@dataclass(frozen=True, slots=True)
class ContestFacts:
    """What a contest is called, the behaviour it is about, whose teams may enter, its rules."""

    name: str
    behaviour: int
    rules: Rules
    account: str = ""


@transaction.atomic
def draft_contest(actor: Actor, facts: ContestFacts, *, today: date | None = None) -> Contest:
    """Write a contest down; no team can enter before it is opened.

    ``today``: the day that it is, for rehearsals of the past.

    Raises:
        NotAllowed: the actor runs no contests.
        NotFound: there is no such behaviour or account for the actor.
        Invalid: the behaviour or the rules are unfit for a contest.
        Conflict: there is a contest of this name.
    """
    require_runner(actor)
    behaviour = access_behaviour(actor, facts.behaviour)
    definition = _fit(behaviour)
    account = _account(actor, behaviour, facts.account)
    rules = _settled(actor.workspace, facts.rules, definition, today)
    _refuse_taken(actor.workspace, facts.name)
    contest = Contest.objects.create(
        workspace=actor.workspace,
        behaviour=behaviour,
        account=account,
        name=facts.name.strip(),
        owner=actor.user,
        first=rules.first,
        last=rules.last,
    )
    _write(actor, contest, rules, definition)
    activity.record(actor, "contest.drafted", contest)
    return contest


@transaction.atomic
def revise_contest(
    actor: Actor,
    key: int,
    *,
    name: str,
    rules: Rules,
    note: str = "",
    today: date | None = None,
) -> RulesVersion:
    """Write the next version of the rules; teams that entered by the last one are asked anew.

    Raises:
        Conflict: it has started, so its rules are frozen, or it was called off.
        Invalid: the rules make no sense.
    """
    contest = lock(actor, key)
    if contest.has_started:
        raise Conflict(FROZEN)
    if contest.status == Status.CALLED_OFF:
        raise Conflict("This contest was called off; write another one.")
    _refuse_taken(actor.workspace, name, besides=contest.pk)
    definition = _fit(contest.behaviour)
    fit = _settled(actor.workspace, rules, definition, today)
    contest.name, contest.first, contest.last = name.strip(), fit.first, fit.last
    contest.save(update_fields=["name", "first", "last"])
    version = _write(actor, contest, fit, definition, note)
    activity.record(actor, "contest.rules_changed", contest, version=version.number)
    return version


@transaction.atomic
def open_contest(actor: Actor, key: int, *, today: date | None = None) -> Contest:
    """Let teams enter, until the day before it starts.

    Raises:
        Conflict: it is no draft.
        Invalid: the day on which it should start has come.
    """
    contest = lock(actor, key)
    if contest.status != Status.DRAFT:
        raise Conflict("Only a draft can be opened for teams; write another contest.")
    if contest.first <= (today or today_in(actor.workspace)):
        raise Invalid("Teams need a day at least to decide; choose a later first day.")
    contest.status = Status.OPEN
    contest.save(update_fields=["status"])
    activity.record(actor, "contest.opened", contest)
    return contest


@transaction.atomic
def call_off(actor: Actor, key: int, *, note: str) -> Contest:
    """Stop a contest that has not ended; nobody has won anything.

    Raises:
        Conflict: it has ended.
        Invalid: nothing was said about why.
    """
    contest = lock(actor, key)
    if contest.status not in (Status.DRAFT, Status.OPEN, Status.RUNNING):
        raise Conflict("This contest has ended already; what it showed stays.")
    if not note.strip():
        raise Invalid("Say why, so that the teams understand it.")
    contest.status, contest.note = Status.CALLED_OFF, note.strip()
    contest.save(update_fields=["status", "note"])
    activity.record(actor, "contest.called_off", contest)
    return contest


@transaction.atomic
def note_prize(
    actor: Actor, key: int, *, prize: int, entry: int, given_on: date, today: date | None = None
) -> PrizeGiven:
    """Note that a team was given a prize.

    Raises:
        Conflict: the contest has not ended, or the team has this prize already.
        NotFound: there is no such prize or team in it.
        Invalid: the day lies ahead or before the end.
    """
    contest = lock(actor, key)
    if contest.status not in (Status.ENDED, Status.MEASURED):
        raise Conflict("Prizes are given once the contest has ended.")
    rules, _definition = read(newest_rules(contest))
    team = contest.entries.filter(pk=entry, withdrawn_at=None).first()
    if team is None or not 0 <= prize < len(rules.prizes):
        raise NotFound("There is no such prize or team in this contest.")
    if not contest.last < given_on <= (today or today_in(actor.workspace)):
        raise Invalid("Choose the day on which it was given, after the end of the contest.")
    given, is_new = PrizeGiven.objects.get_or_create(
        contest=contest,
        entry=team,
        prize=prize,
        defaults={"given_on": given_on, "noted_by": actor.called},
    )
    if not is_new:
        raise Conflict("This team was given this prize already.")
    activity.record(actor, "contest.prize_given", contest, team=str(team.team))
    return given


def lock(actor: Actor, key: int) -> Contest:
    """Return a contest that the actor may change, for the rest of the transaction."""
    require_runner(actor)
    rows = contests_to_run(actor).select_for_update(of=("self",))
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such contest for you; see the list of contests.")
    return found


def today_in(workspace: Workspace) -> date:
    """Return the day that it is in a workspace."""
    return localdate(timezone=ZoneInfo(workspace.timezone))


def require_runner(actor: Actor) -> None:
    """Do nothing for who may write contests, else refuse.

    Raises:
        NotAllowed: the actor's role does not include it.
    """
    actor.require(Permission.BEHAVIOURS_WRITE)
    if not runs_contests(actor):
        raise NotAllowed(
            "Managers enter their teams; a contest is written by whoever answers for the behaviour "
            "beyond one team. Ask your adoption lead."
        )


def _fit(behaviour: Behaviour) -> Definition:
    if not behaviour.is_live:
        raise Invalid("A contest is about something that people are asked to do; set it live.")
    if behaviour.of_team:
        raise Invalid("This is asked of one team alone; choose what several teams are asked for.")
    definition = newest(behaviour)
    refuse_unfit(definition)
    return definition


def _account(actor: Actor, behaviour: Behaviour, named: str) -> Account | None:
    """Whose teams may enter: customers of a vendor never meet those of another one."""
    within = behaviour.account
    if named:
        account = access_account(actor, named)
        if within is not None:
            inside = account_with_descendants(actor, within.external_id)
            if account not in inside:
                raise Invalid(f"The behaviour is asked in {within} alone; choose an account there.")
        return account
    if within is not None:
        return within
    if actor.account is not None:
        return access_account(actor, actor.account)
    if actor.workspace.kind == WorkspaceKind.VENDOR:
        raise Invalid("Choose whose teams take part: customers do not see each other's teams.")
    return None


def _settled(
    workspace: Workspace, rules: Rules, definition: Definition, today: date | None
) -> Rules:
    """The rules with the first day of a period, if they make sense."""
    check(rules)
    if rules.first <= (today or today_in(workspace)):
        raise Invalid("Choose a first day that lies ahead, so that teams can decide.")
    return settled(rules, definition, ZoneInfo(workspace.timezone))


def _refuse_taken(workspace: Workspace, name: str, *, besides: int | None = None) -> None:
    if not name.strip():
        raise Invalid("A contest needs a name; write what people will call it.")
    taken = Contest.objects.filter(workspace=workspace, name=name.strip())
    if taken.exclude(pk__in=() if besides is None else (besides,)).exists():
        raise Conflict(f"There is a contest {name.strip()!r} already; choose another name.")


def _write(
    actor: Actor, contest: Contest, rules: Rules, definition: Definition, note: str = ""
) -> RulesVersion:
    return RulesVersion.objects.create(
        contest=contest,
        number=contest.versions.count() + 1,
        rules=kept_form(rules),
        definition=kept_definition(definition),
        note=note.strip(),
        written_by=actor.called,
    )
