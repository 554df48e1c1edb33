"""Contests of the simulated vendor's largest customer: one that is over, one running, one open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.contests.actions import (
    ContestFacts,
    draft_contest,
    note_prize,
    open_contest,
)
from uptake.capabilities.contests.models import Contest
from uptake.capabilities.contests.queries import kept_figures, teams_to_enter
from uptake.capabilities.contests.rules import Prize, Rules
from uptake.capabilities.contests.running import run
from uptake.capabilities.contests.taking_part import enter
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

LUNCH = Prize("Lunch for the whole team", "Head of sales", Decimal(250), "EUR")
AFTERNOON = Prize("A free Friday afternoon", "Each team's manager")
LEFT_OUT = 2
"""So many teams do not enter, for comparison."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A contest of the demo: how many weeks ago it began, and for how many it lasts."""

    name: str
    behaviour: str
    weeks_ago: int
    weeks: int
    about: str
    prizes: tuple[Prize, ...]


STAGED = (
    Staged(
        "Autumn of calls",
        "Calls logged",
        weeks_ago=14,
        weeks=4,
        about="Inside sales call the same people next; a note spares them to ask again.",
        prizes=(LUNCH,),
    ),
    Staged(
        "Addresses before the mailing",
        "Contacts kept up",
        weeks_ago=3,
        weeks=6,
        about="Marketing's letters come back where an address is missing.",
        prizes=(AFTERNOON,),
    ),
    Staged(
        "Calls in the new quarter",
        "Calls logged",
        weeks_ago=-2,
        weeks=4,
        about="The new people have not seen yet what a good note is worth.",
        prizes=(),
    ),
)


def contest(actor: Actor, *, account: str, today: date) -> None:
    """Write the contests down and bring them to today, unless there are any."""
    if Contest.objects.filter(workspace=actor.workspace).exists():
        return
    success = Actor.of(_user("success"), actor.workspace)
    for staged in STAGED:
        behaviour = Behaviour.objects.filter(
            workspace=actor.workspace, name=staged.behaviour, status=Status.LIVE
        ).first()
        if behaviour is not None:
            _stage(success, staged, behaviour, account=account, today=today)


def _user(name: str) -> User:
    from uptake.cli.demo_cast import DOMAIN

    return User.objects.get(email=f"{name}@{DOMAIN}")


def _stage(
    success: Actor, staged: Staged, behaviour: Behaviour, *, account: str, today: date
) -> None:
    """Write a contest as of two weeks before it, let teams enter, and run it day by day."""
    first = today - timedelta(weeks=staged.weeks_ago)
    then = min(first - timedelta(weeks=2), today)
    rules = Rules(first, staged.weeks, staged.about, staged.prizes)
    facts = ContestFacts(staged.name, behaviour.pk, rules, account)
    found = open_contest(success, draft_contest(success, facts, today=then).pk, today=then)
    lead = Actor.of(_user("lead"), success.workspace)
    teams = teams_to_enter(lead, found)
    for team in teams[: max(len(teams) - LEFT_OUT, 2)]:
        enter(lead, found.pk, team.pk, today=then)
    if found.first <= today:
        run(found, found.first)
        run(found, today)
    _give(success, found, today)


def _give(success: Actor, found: Contest, today: date) -> None:
    """The prize of a contest that is over goes to every team in the first place."""
    figures = kept_figures(found)
    if figures is None or found.last >= today or not STAGED[0].prizes:
        return
    for team in figures.teams:
        if team.place == 1:
            on = found.last + timedelta(days=5)
            note_prize(success, found.pk, prize=0, entry=team.entry, given_on=on, today=today)
