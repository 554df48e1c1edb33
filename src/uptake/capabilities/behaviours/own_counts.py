"""My week: what is asked of the person who looks, and how they stand; read for nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.utils.timezone import localtime, now

from uptake.capabilities.behaviours.counted import Ground, calendar_of, stand_on
from uptake.capabilities.behaviours.definition import Definition, read
from uptake.capabilities.behaviours.judged import judge_own
from uptake.capabilities.behaviours.models import Behaviour, Clarification, Status
from uptake.capabilities.behaviours.queries import in_force, versions_of
from uptake.capabilities.behaviours.scope import concerns
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.lake import shared_lake
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import Cadence, Period, periods
from uptake.methods.behaviour.streaks import streaks
from uptake.metrics.attributes import Member

BACK = {
    Cadence.DAY: 14,
    Cadence.WEEK: 70,
    Cadence.MONTH: 280,
    Cadence.QUARTER: 730,
    Cadence.ONCE: 0,
}
"""Days that one's own course goes back."""

MOST_PERIODS = 8

KEPT_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnPeriod:
    """A period that is over, and how it went: met, missed, exempt, not due."""

    first: date
    standing: str


@dataclass(frozen=True, slots=True)
class OwnItem:
    """One thing that is asked of somebody.

    ``good`` of ``asked`` are done in the running period; ``others`` were done but are not good
    ones. ``standing`` is met, open, exempt or not due; ``due`` when the period is due.
    """

    behaviour: Behaviour
    definition: Definition
    good: int
    others: int
    asked: int
    standing: str
    due: datetime
    course: tuple[OwnPeriod, ...]
    streak: int
    questions: tuple[Clarification, ...]

    @property
    def left(self) -> int:
        """How many are left."""
        return max(self.asked - self.good, 0)

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.standing == "open"


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """Everything asked of one person; ``as_of`` is the newest day with data."""

    person: Person
    as_of: date | None
    items: tuple[OwnItem, ...]

    @property
    def open_items(self) -> tuple[OwnItem, ...]:
        """What is left, the next due first."""
        return tuple(sorted((i for i in self.items if i.is_open), key=lambda item: item.due))


def myself(actor: Actor) -> Person:
    """Return the person whose work is the actor's own.

    Raises:
        NotFound: nobody has said which person the user is.
    """
    actor.require(Permission.CUSTOMERS_READ)
    person = person_of(actor)
    if person is None:
        raise NotFound(
            "Nobody has said which person you are in the data; ask an owner to link you under "
            "Settings, Members."
        )
    return person


def asked_of(actor: Actor, person: Person) -> list[Behaviour]:
    """Return the live behaviours that are asked of a person."""
    system = Actor.system(actor.workspace, name="my week")
    live = Behaviour.objects.filter(workspace=actor.workspace, status=Status.LIVE)
    today = localtime(now(), ZoneInfo(actor.workspace.timezone)).date()
    return [
        behaviour
        for behaviour in live.select_related("account", "leader", "owner")
        if (rows := versions_of(behaviour))
        and not _is_long_over(definition := read(rows[-1].definition), today)
        and concerns(system, behaviour, definition, person)
    ]


def _is_long_over(definition: Definition, today: date) -> bool:
    """What was asked once stays in one's week for some days after it was due."""
    return definition.due_on is not None and definition.due_on + KEPT_AFTER < today


def own_week(actor: Actor) -> OwnWeek:
    """Return what is asked of the person who is signed in, and how they stand."""
    person = myself(actor)
    asked = asked_of(actor, person)
    with shared_lake().snapshot(actor.workspace.slug) as snapshot:
        days = snapshot.connection.execute("SELECT min(day), max(day) FROM account_hours")
        ((oldest, newest),) = days.fetchall()
        if newest is None:
            return OwnWeek(person, None, ())
        moment = now()
        today = localtime(moment, ZoneInfo(snapshot.timezone)).date()
        stand = stand_on(
            snapshot,
            (member_of(person),),
            snapshot.known_as(),
            days=(oldest, max(today, newest)),
            now=moment,
            calendar=calendar_of(actor.workspace),
        )
        found = [_item(stand, each, person, (today, newest)) for each in asked]
    return OwnWeek(person, newest, tuple(item for item in found if item is not None))


def member_of(person: Person) -> Member:
    """Return a person as counting sees them: when they work."""
    leave: tuple[tuple[date, date], ...] = ()
    if person.leave_starts_on is not None:
        leave = ((person.leave_starts_on, person.leave_ends_on or date.max),)
    return Member(
        person=person.external_id,
        start=person.starts_on,
        end=person.ends_on,
        days_a_week=None if person.days_a_week is None else float(person.days_a_week),
        leave=leave,
    )


def _item(
    stand: Ground, behaviour: Behaviour, person: Person, days: tuple[date, date]
) -> OwnItem | None:
    """The running period and those before it, each by the version in force when it began.

    ``days``: today, and the newest day with data, after which nothing is known. None where there
    is nothing to count.
    """
    today, known = days
    rows = versions_of(behaviour)
    newest = read(rows[-1].definition)
    running = periods(newest.cadence, today, today, zone=stand.zone, deadline=newest.deadline)[0]
    definition = read(in_force(rows, running.first).definition)
    live = behaviour.live_from or today
    first = max(stand.first, live, today - timedelta(days=BACK[definition.cadence]))
    found = judge_own(stand, behaviour, rows, first=first)
    if found is None:
        return None
    spans, judged = found
    at = _place_of(today, spans)
    standing = judged.standing[0]
    past = _past(spans[:at], live, known)
    return OwnItem(
        behaviour=behaviour,
        definition=definition,
        good=int(judged.ok[0, at]),
        others=0 if definition.every_object else int(judged.done[0, at] - judged.ok[0, at]),
        asked=int(judged.asked[0, at]),
        standing=_word(standing[at]),
        due=spans[at].due,
        course=tuple(OwnPeriod(spans[n].first, _word(standing[n])) for n in past),
        streak=int(streaks(np.array([standing[past]])).current[0]) if past else 0,
        questions=tuple(behaviour.questions.filter(person=person)),
    )


def _past(spans: Sequence[Period], live: date, known: date) -> list[int]:
    """Positions of the periods that are over and of which all is known."""
    found = [n for n, span in enumerate(spans) if span.first >= live and span.last <= known]
    return found[-MOST_PERIODS:]


def _place_of(today: date, spans: Sequence[Period]) -> int:
    """The position of the running period."""
    running = (n for n, span in enumerate(spans) if span.first <= today <= span.last)
    return next(running, len(spans) - 1)


def _word(standing: int) -> str:
    return Standing(int(standing)).name.lower().replace("_", " ")


def sentences(week: OwnWeek) -> Sequence[str]:
    """Return how one stands in a sentence or two."""
    if not week.items:
        return ("Nothing is asked of you at the moment.",)
    open_items = week.open_items
    if not open_items:
        return ("You have done everything that is asked of you in this period.",)
    following = open_items[0]
    things = "thing is" if len(open_items) == 1 else "things are"
    return (
        f"{len(open_items)} of {len(week.items)} {things} left to do.",
        f"Next: {following.behaviour.name}, by {following.due:%A %H:%M}.",
    )
