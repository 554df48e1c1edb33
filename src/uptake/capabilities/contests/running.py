"""What the worker does: starts contests whose day has come, ends them, and computes figures.

Figures are computed once a day of the workspace, never upon somebody's opting out: a standing that
moved right then would tell who it was.
"""

from __future__ import annotations

from datetime import date

import msgspec
import structlog
from django.db import transaction

from uptake.capabilities.behaviours.definition import kept_form as kept_definition
from uptake.capabilities.behaviours.queries import newest
from uptake.capabilities.contests.actions import today_in
from uptake.capabilities.contests.computing import compute
from uptake.capabilities.contests.models import (
    Contest,
    Entry,
    KeptFigures,
    Place,
    RulesVersion,
    Status,
)
from uptake.capabilities.contests.queries import (
    asked_in,
    entries_in_force,
    newest_rules,
    team_sizes,
)
from uptake.capabilities.contests.rules import read, refuse_unfit
from uptake.foundation import activity
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

LEAST_TEAMS = 2
UNDER_WAY = (Status.OPEN, Status.RUNNING, Status.ENDED)


def run_all(today: date | None = None) -> int:
    """Bring every contest to where it should be; returns how many had figures computed."""
    done = 0
    rows = Contest.objects.filter(status__in=UNDER_WAY).select_related("workspace", "behaviour")
    for contest in rows:
        with structlog.contextvars.bound_contextvars(contest=contest.pk):
            try:
                done += run(contest, today or today_in(contest.workspace))
            except UptakeError as problem:
                log.warning("contest.failed", problem=str(problem))
    return done


def run(contest: Contest, today: date) -> bool:
    """Bring a contest to where it should be on a day; say whether figures were computed."""
    advance(contest, today)
    if contest.status not in (Status.RUNNING, Status.ENDED) or _is_fresh(contest, today):
        return False
    figures = compute(contest)
    KeptFigures.objects.update_or_create(
        contest=contest, defaults={"day": today, "figures": msgspec.to_builtins(figures)}
    )
    if contest.status == Status.ENDED and figures.is_final:
        _set(contest, Status.MEASURED, "contest.decay_measured")
    return True


def advance(contest: Contest, today: date) -> None:
    """Start or end a contest whose day has come."""
    if contest.status == Status.OPEN and contest.first <= today:
        _start(contest)
    if contest.status == Status.RUNNING and contest.last < today:
        _set(contest, Status.ENDED, "contest.ended")


def _is_fresh(contest: Contest, today: date) -> bool:
    kept = KeptFigures.objects.filter(contest=contest, day__gte=today).first()
    fewest = contest.workspace.minimum_group
    return kept is not None and int(kept.figures["fewest"]) >= fewest


@transaction.atomic
def _start(contest: Contest) -> None:
    """Freeze the rules and who belongs to which team; without two teams it does not take place."""
    sizes, fewest = team_sizes(contest), contest.workspace.minimum_group
    entries = [e for e in entries_in_force(contest) if sizes.get(e.team_id, 0) >= fewest]
    if hindrance := _hindrance(contest, entries):
        contest.note = hindrance
        contest.save(update_fields=["note"])
        _set(contest, Status.CALLED_OFF, "contest.called_off")
        return
    entries = _as_asked_today(contest, entries)
    Place.objects.bulk_create(
        Place(entry=entry, person=person)
        for entry in entries
        for person in asked_in(contest, entry.team)
    )
    _set(contest, Status.RUNNING, "contest.started")


def _hindrance(contest: Contest, entries: list[Entry]) -> str:
    """Why it cannot start, in a sentence; empty if it can."""
    if len(entries) < LEAST_TEAMS:
        fewest = contest.workspace.minimum_group
        return f"Fewer than two teams of {fewest} people or more had entered by its day."
    asked = newest(contest.behaviour)
    if asked.cadence is not read(newest_rules(contest))[1].cadence:
        return "What is asked is due by other periods now; write a contest for these."
    try:
        refuse_unfit(asked)
    except Invalid as problem:
        return str(problem)
    return ""


def _as_asked_today(contest: Contest, entries: list[Entry]) -> list[Entry]:
    """Keep the definition of the day of the start, if it was changed since the rules."""
    version = newest_rules(contest)
    asked = newest(contest.behaviour)
    if read(version)[1] == asked:
        return entries
    following = RulesVersion.objects.create(
        contest=contest,
        number=version.number + 1,
        rules=version.rules,
        definition=kept_definition(asked),
        note="The behaviour as it was asked when the contest started.",
        written_by="system",
    )
    Entry.objects.filter(pk__in=[e.pk for e in entries]).update(rules=following.number)
    return entries


def _set(contest: Contest, status: Status, verb: str) -> None:
    contest.status = status
    contest.save(update_fields=["status"])
    activity.record(Actor.system(contest.workspace, name="contests"), verb, contest)
