"""Counting behaviours in the event lake: everybody on record by period, then those who are asked.

What is counted here names people by their place in a list and is never shown; figures are made of
it (``figuring``), or it is about the person who asks (``my_week``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.customers.attributes import attributes
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.foundation.models import Workspace
from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.behaviour.attainment import Attainment
from uptake.methods.behaviour.periods import Period, Presence, shares_worked
from uptake.metrics.attributes import Member, one_row_each
from uptake.metrics.behaviours.artificial import Artificial, Marks, artificial, mark
from uptake.metrics.behaviours.attaining import Asked, attained
from uptake.metrics.behaviours.counting import Shared, Tally, tally
from uptake.metrics.behaviours.endings import endings
from uptake.metrics.behaviours.files import View
from uptake.metrics.behaviours.wanted import Answer, Predicate, Quality, Wanted
from uptake.store.schema import TermKind

FULL_WEEK = 5.0
"""Working days of a full-time week, where somebody's own are known."""

_UNSEEN = 2**40
"""Codes from here on stand for people of whom the lake has no event."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One view of the lake and everybody on record, each at the same place in every array.

    ``first`` and ``last`` are the days with the oldest and newest events: nothing is known of
    periods that began before. ``now`` is the end of the last: periods that close later are open.
    ``calendar``: on which days people work, public holidays left out where the country is known.
    ``place`` finds people by any of their identifiers.
    """

    view: View
    people: tuple[Member, ...]
    codes: Counts
    place: Mapping[str, int]
    first: date
    last: date
    now: datetime
    calendar: WorkingCalendar

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the calendar days."""
        return ZoneInfo(self.view.timezone)

    def places(self, people: Iterable[str]) -> Counts:
        """Return the places of people, each once, in ascending order."""
        found = {self.place[person] for person in people if person in self.place}
        return np.array(sorted(found), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Piece:
    """A definition to be counted under a key; ``since``: from when on, if it is asked once."""

    key: str
    definition: Definition
    since: date | None = None

    @property
    def span(self) -> tuple[date, date] | None:
        """The days of something that is asked once; None where it is not, or nobody is asked."""
        due = self.definition.due_on
        if not self.definition.is_once or self.since is None or due is None or due < self.since:
            return None
        return self.since, due


@dataclass(frozen=True, slots=True)
class Counted:
    """What everybody did of a definition, and what of it is artificial.

    ``ended``: of people x periods, what was done in the last hours before the deadline; None where
    that was not looked for, or means nothing.
    """

    tally: Tally
    apart: Artificial | None
    ended: Counts | None = None

    @property
    def spans(self) -> tuple[Period, ...]:
        """The periods."""
        return self.tally.grid.periods


@contextmanager
def ground(workspace: Workspace, *, only: Collection[str] | None = None) -> Iterator[Ground | None]:
    """Open the lake of a workspace, for ``only`` some people; None where nothing has arrived."""
    listed = attributes(Actor.system(workspace, name="behaviours")).people
    if only is not None:
        listed = tuple(member for member in listed if member.person in only)
    with shared_lake().snapshot(workspace.slug) as snapshot:
        days = snapshot.connection.execute("SELECT min(day), max(day) FROM account_hours")
        ((oldest, last),) = days.fetchall()
        if last is None:
            yield None
            return
        zone = ZoneInfo(snapshot.timezone)
        end = datetime.combine(last + timedelta(days=1), time(), zone)
        now = min(end, datetime.now(UTC))
        yield stand_on(
            snapshot,
            listed,
            snapshot.known_as(),
            days=(oldest, last),
            now=now,
            calendar=calendar_of(workspace),
        )


def calendar_of(workspace: Workspace) -> WorkingCalendar:
    """Return on which days people of a workspace work, its country's public holidays left out."""
    return WorkingCalendar().at(workspace.country)


def stand_on(
    view: View,
    listed: tuple[Member, ...],
    known_as: Mapping[str, str],
    *,
    days: tuple[date, date],
    now: datetime,
    calendar: WorkingCalendar,
) -> Ground:
    """Put everybody on record in the order of their codes in the lake."""
    codes = view.codes(TermKind.PERSON)
    coded = sorted(
        (codes.get(member.person, _UNSEEN + number), number, member)
        for number, member in enumerate(one_row_each(listed, known_as))
    )
    people = tuple(member for _code, _number, member in coded)
    place = {member.person: number for number, member in enumerate(people)}
    aliases = {other: place[person] for other, person in known_as.items() if person in place}
    return Ground(
        view=view,
        people=people,
        codes=np.array([code for code, _number, _member in coded], dtype=np.int64),
        place=aliases | place,
        first=days[0],
        last=days[1],
        now=now,
        calendar=calendar,
    )


def wanted(piece: Piece) -> Wanted | None:
    """Return a definition as counting sees it; None while there is nothing to count."""
    definition = piece.definition
    if not definition.actions or (definition.is_once and piece.span is None):
        return None
    hours = definition.within_hours
    return Wanted(
        key=piece.key,
        predicate=Predicate(
            frozenset(definition.actions),
            product=definition.product or None,
            module=definition.module or None,
            object_type=definition.object_type or None,
            properties=definition.properties,
        ),
        quality=Quality(
            right_first_time=definition.right_first_time,
            within=None if hours is None else timedelta(hours=hours),
            filled_in=definition.filled_in,
        ),
        cadence=definition.cadence,
        deadline=definition.deadline,
        answer=_answer(definition),
        span=piece.span,
        objects=definition.every_object,
    )


def _answer(definition: Definition) -> Answer | None:
    if not definition.every_opportunity or not definition.answer_actions:
        return None
    within = timedelta(hours=definition.answer_hours or 0)
    return Answer(Predicate(frozenset(definition.answer_actions)), within)


def count(
    stand: Ground,
    pieces: Sequence[Piece],
    *,
    first: date,
    tell_apart: bool = True,
    marks: Marks | None = None,
    shared: Shared | None = None,
) -> dict[str, Counted]:
    """Count definitions over the periods from ``first`` to the newest day, by key.

    ``tell_apart``: also look for artificial records and for work in the last hours. ``marks``: the
    artificial events of every action, where they were looked for before; ``shared`` what was read
    for these and others.
    """
    asked = [each for piece in pieces if (each := wanted(piece)) is not None]
    view, codes, last = stand.view, stand.codes, stand.last
    apart = (
        artificial(view, asked, codes, first=first, last=last, marks=marks) if tell_apart else ()
    )
    ended = endings(view, asked, codes, first=first, last=last, shared=shared) if tell_apart else ()
    found = {told.key: told for told in apart}
    late = {told.key: told.done for told in ended}
    return {
        counted.key: Counted(counted, found.get(counted.key), late.get(counted.key))
        for counted in tally(view, asked, codes, first=first, last=last, shared=shared)
    }


def shared_by(pieces: Sequence[Piece]) -> Shared:
    """What definitions that are counted a few at a time have in common."""
    return Shared([each for piece in pieces if (each := wanted(piece)) is not None])


def marks_of(stand: Ground, pieces: Sequence[Piece], *, first: date) -> Marks | None:
    """Look for the artificial events of some definitions; None without any."""
    asked = [each for piece in pieces if (each := wanted(piece)) is not None]
    return mark(stand.view, asked, first=first) if asked else None


def part(counted: Counted, rows: Counts, columns: Flags) -> Counted:
    """Return some people and periods of what was counted."""

    def cut(table: Counts) -> Counts:
        return table[np.ix_(rows, np.flatnonzero(columns))]

    grid = replace(
        counted.tally.grid,
        periods=tuple(span for span, kept in zip(counted.spans, columns, strict=True) if kept),
    )
    told, apart = counted.tally, counted.apart
    return Counted(
        Tally(told.key, grid, cut(told.done), cut(told.ok)),
        None
        if apart is None
        else Artificial(
            apart.key,
            grid,
            {kind: cut(table) for kind, table in apart.done.items()},
            {kind: cut(table) for kind, table in apart.ok.items()},
        ),
        None if counted.ended is None else cut(counted.ended),
    )


def worked(people: Sequence[Member], spans: Sequence[Period], calendar: WorkingCalendar) -> Floats:
    """Return which share of each period each person works; none of one that is all holidays."""
    return shares_worked([presence(member) for member in people], spans, calendar)


def presence(member: Member) -> Presence:
    """Return when somebody works; who has no part of the week on record works all of it."""
    days = member.days_a_week
    share = 1.0 if days is None else min(days / FULL_WEEK, 1.0)
    return Presence(member.start, member.end, member.leave, share)


def judge(
    counted: Counted, shares: Floats, definition: Definition, *, now: datetime, since: int
) -> Attainment:
    """Judge people over periods; ``since``: position of the first one that is asked for.

    ``shares``: of each period that each person works. Before ``since`` the final amount is held
    against what they did: that is the baseline.
    """
    spans = counted.spans
    amount = None
    if not definition.has_no_amount:
        amount = np.array([definition.amount_of(n - since) for n in range(len(spans))])
        amount[: max(since, 0)] = definition.amount or 0
    asked = Asked(amount, shares, np.ones(shares.shape, dtype=bool), threshold=definition.threshold)
    return attained(counted.tally, asked, now, apart=counted.apart)
