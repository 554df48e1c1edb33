"""Contests of the simulated vendor's largest customer: one that is over, one running, one open.

The simulated people know of no contest, so what they did more of during the one that is over is
added to the lake here: more calls in the teams that entered, and no more than usual afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zlib import crc32

import pyarrow as pa

from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.contests.actions import (
    ContestFacts,
    draft_contest,
    note_prize,
    open_contest,
)
from uptake.capabilities.contests.models import Contest, Place
from uptake.capabilities.contests.queries import kept_figures, teams_to_enter
from uptake.capabilities.contests.rules import Prize, Rules
from uptake.capabilities.contests.running import run
from uptake.capabilities.contests.taking_part import enter
from uptake.capabilities.customers.models import Person
from uptake.foundation.actor import Actor
from uptake.foundation.lake import open_lake
from uptake.foundation.models import User
from uptake.store.schema import CANONICAL

LUNCH = Prize("Lunch for the whole team", "Head of sales", Decimal(250), "EUR")
AFTERNOON = Prize("A free Friday afternoon", "Each team's manager")
CALL = "call.logged"
CALLS_A_WEEK = 3
LAZY = (6, 2)
"""One in so many weeks somebody does no more than usual: in every other team, in the others."""


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
    own = Person.objects.filter(workspace=success.workspace, user=_user("user")).first()
    for at, team in enumerate(teams_to_enter(lead, found)):
        if at % 2 == 0 or (own is not None and team == own.team):
            enter(lead, found.pk, team.pk, today=then)
    if found.first > today:
        return
    run(found, found.first)
    if found.last < today:
        _work_harder(found)
    run(found, today)
    _give(success, found, today)


def _work_harder(found: Contest) -> None:
    """Have the people of a contest log more calls while it lasts."""
    places = Place.objects.filter(entry__contest=found).select_related("person")
    entries = found.entries.values_list("pk", flat=True)
    eager = {entry: at % len(LAZY) for at, entry in enumerate(entries)}
    rows = [
        _call(place.person.external_id, found, week=week, number=number)
        for at, place in enumerate(places.order_by("person__external_id"))
        for week in range((found.last - found.first).days // 7 + 1)
        if (at + week) % LAZY[eager[place.entry_id]]
        for number in range(CALLS_A_WEEK)
    ]
    with open_lake() as lake:
        lake.bulk_load(
            found.workspace.slug,
            pa.Table.from_pylist(rows, schema=CANONICAL).to_batches(),
            import_key="contest",
            content_keyed=False,
        )


def _call(person: str, found: Contest, *, week: int, number: int) -> dict[str, object]:
    """One call, on a day of its own and at an hour that differs between people."""
    day = found.first + timedelta(days=7 * week + 2 + number)
    hour = time(8 + crc32(person.encode()) % 8, crc32(f"{person} {week} {number}".encode()) % 60)
    moment = datetime.combine(day, hour, UTC)
    key = f"contest-{person}-{week}-{number}"
    return {
        "source_id": "contest",
        "message_id": key,
        "received_at": moment,
        "occurred_at": moment,
        "recorded_at": moment + timedelta(minutes=20),
        "account": found.account.external_id if found.account else None,
        "person": person,
        "product": "crm",
        "action": CALL,
        "object_type": "activity",
        "object_id": key,
        "quality_ok": True,
    }


def _give(success: Actor, found: Contest, today: date) -> None:
    """The prize of a contest that is over goes to every team in the first place."""
    figures = kept_figures(found)
    if figures is None or found.last >= today or not STAGED[0].prizes:
        return
    for team in figures.teams:
        if team.place == 1:
            on = found.last + timedelta(days=5)
            note_prize(success, found.pk, prize=0, entry=team.entry, given_on=on, today=today)
