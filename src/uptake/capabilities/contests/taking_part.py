"""Who takes part: teams enter and leave, and each person decides for themselves."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.timezone import now

from uptake.capabilities.contests.actions import today_in
from uptake.capabilities.contests.models import Contest, Entry, KeptFigures, OptOut, Status
from uptake.capabilities.contests.queries import (
    access_contest,
    has_opted_out,
    newest_rules,
    takes_part,
    teams_to_enter,
)
from uptake.capabilities.customers.queries import person_of
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, NotFound

NOT_IN_IT = "Your work does not count in this contest; nothing needs to be done."


@transaction.atomic
def enter(actor: Actor, key: int, team: int, *, today: date | None = None) -> Entry:
    """Enter a team by the rules as they stand; each of its people may still opt out.

    Raises:
        NotAllowed: the actor writes nothing here.
        NotFound: there is no such contest for the actor, or no such team that is large enough.
        Conflict: it is not open, or the team is in already.
    """
    contest = _lock(actor, key)
    found = next((each for each in teams_to_enter(actor, contest) if each.pk == team), None)
    if found is None:
        raise NotFound(
            f"There is no such team for you to enter; it takes {actor.workspace.minimum_group} "
            "people at least who are asked for the behaviour, all of whom you lead."
        )
    if contest.status != Status.OPEN or contest.first <= (today or today_in(actor.workspace)):
        raise Conflict("Teams enter while the contest is open, until the day before it starts.")
    number = newest_rules(contest).number
    entry = Entry.objects.filter(contest=contest, team=found).first()
    if entry is not None and entry.withdrawn_at is None and entry.rules == number:
        raise Conflict("This team is in already.")
    entry = entry or Entry(contest=contest, team=found)
    entry.rules, entry.entered_by = number, actor.called
    entry.entered_at, entry.withdrawn_at = now(), None
    entry.save()
    activity.record(actor, "contest.team_entered", contest, team=found.external_id, rules=number)
    return entry


@transaction.atomic
def withdraw(actor: Actor, key: int, team: int) -> Entry:
    """Take a team out; from then on nothing of it is shown.

    Raises:
        NotFound: there is no such contest or team for the actor.
        Conflict: the contest has ended.
    """
    contest = _lock(actor, key)
    allowed = {each.pk for each in teams_to_enter(actor, contest)}
    entry = contest.entries.filter(team=team, withdrawn_at=None).first()
    if entry is None or team not in allowed:
        raise NotFound("There is no such team of yours in this contest.")
    if contest.status not in (Status.OPEN, Status.RUNNING):
        raise Conflict("The contest has ended; what it showed stays.")
    entry.withdrawn_at = now()
    entry.save(update_fields=["withdrawn_at"])
    KeptFigures.objects.filter(contest=contest).delete()
    activity.record(actor, "contest.team_withdrawn", contest, team=entry.team.external_id)
    return entry


@transaction.atomic
def opt_out(actor: Actor, key: int) -> None:
    """Have one's own work count for nobody; who it was is written nowhere but for counting.

    The feed says that somebody chose, neither who nor what.

    Raises:
        NotFound: there is no such contest for the actor, or their work does not count in it.
        Conflict: it has ended.
    """
    contest = _own(actor, key)
    OptOut.objects.get_or_create(contest=contest, person=person_of(actor))
    activity.record(Actor.system(actor.workspace), "contest.choice_made", contest)


@transaction.atomic
def opt_in(actor: Actor, key: int) -> None:
    """Have one's own work count again, also what was done meanwhile.

    Raises:
        NotFound: there is no such contest for the actor, or their work does not count in it.
        Conflict: it has ended.
    """
    contest = _own(actor, key)
    OptOut.objects.filter(contest=contest, person=person_of(actor)).delete()
    activity.record(Actor.system(actor.workspace), "contest.choice_made", contest)


def own_work_counts(actor: Actor, key: int) -> bool:
    """Return whether one's own work counts.

    Raises:
        NotFound: there is no such contest for the actor, or their work does not count in it.
    """
    contest = access_contest(actor, key)
    if not takes_part(actor, contest):
        raise NotFound(NOT_IN_IT)
    return not has_opted_out(actor, contest)


def _own(actor: Actor, key: int) -> Contest:
    contest = access_contest(actor, key)
    if not takes_part(actor, contest):
        raise NotFound(NOT_IN_IT)
    if contest.status not in (Status.OPEN, Status.RUNNING):
        raise Conflict("This contest has ended; opting out is for the next one.")
    return contest


def _lock(actor: Actor, key: int) -> Contest:
    found = access_contest(actor, key)
    rows = Contest.objects.select_for_update(of=("self",))
    return rows.get(pk=found.pk)
