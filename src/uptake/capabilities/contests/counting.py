"""What the people of a contest did before, during and after it, by the rules it started with.

Everything is judged by the definition that was kept at the start, the time before and after too: a
target that is changed later does not look like decay. What is counted here names people by their
place in a list and is never shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from uptake.capabilities.behaviours.counted import Counted, Piece, count, ground, judge
from uptake.capabilities.behaviours.counted import worked as shares_worked
from uptake.capabilities.behaviours.counters import ARTIFICIAL
from uptake.capabilities.behaviours.counters import pieces as counter_pieces
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.scope import concerned
from uptake.capabilities.contests.figures import When
from uptake.capabilities.contests.models import Contest, Place, RulesVersion
from uptake.capabilities.contests.rules import Rules, as_judged, read
from uptake.foundation.actor import Actor
from uptake.methods.arrays import Counts, Flags
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.contests import ByPerson, Days, times
from uptake.methods.behaviour.periods import Period

KEY = "contest"


@dataclass(frozen=True, slots=True)
class Seen:
    """People x periods: how each was judged, and what was counted of them.

    ``over``: periods that are over; ``closed``: those of which everything is known as well.
    ``teams``: the places of those who count for each entry; ``others``: of those whose team did
    not take part.
    """

    rules: Rules
    definition: Definition
    spans: tuple[Period, ...]
    over: Flags
    closed: Flags
    standing: Counts
    counted: Mapping[str, Counted]
    teams: Mapping[int, Counts]
    others: Counts
    as_of: date

    def days(self, when: When) -> Days:
        """The days of a time, both ends included."""
        found = times(self.definition.cadence, self.rules.first, self.rules.last)
        return {
            When.BEFORE: found.before,
            When.DURING: found.during,
            When.FOUR: found.soon,
            When.EIGHT: found.later,
        }[when]

    def within(self, when: When) -> Flags:
        """The periods that begin within a time."""
        first, last = self.days(when)
        return _flags(first <= span.first <= last for span in self.spans)

    def is_due(self, when: When) -> bool:
        """Say whether a time is over and everything is known of it."""
        return self.as_of >= self.days(when)[1] and bool(self.over[self.within(when)].all())

    def by_person(self, rows: Counts, columns: Flags) -> ByPerson:
        """What people met of what was due to them in some periods that are closed."""
        told = self.standing[np.ix_(rows, np.flatnonzero(columns & self.closed))]
        return ByPerson((told == Standing.MET).sum(axis=1), (told <= Standing.MET).sum(axis=1))

    def due_to(self, rows: Counts, columns: Flags) -> int:
        """How many people had something due in some closed periods."""
        return self.by_person(rows, columns).people


def see(contest: Contest, version: RulesVersion) -> Seen | None:
    """Count what everybody did whom a contest concerns; None without any data."""
    rules, written = read(version)
    definition = as_judged(written)
    teams = _teams(contest)
    others = _others(contest, definition)
    wanted = {name for names in teams.values() for name in names} | others
    with ground(contest.workspace, only=wanted) as stand:
        if stand is None:
            return None
        around = times(definition.cadence, rules.first, rules.last)
        first = max(stand.first, around.before[0])
        counted = count(stand, _pieces(definition), first=first)
        told = counted[KEY]
        shares = shares_worked(stand.people, told.spans, stand.calendar)
        judged = judge(told, shares, definition, now=stand.now, since=0)
        over = _flags(span.closes <= stand.now for span in told.spans)
        return Seen(
            rules=rules,
            definition=definition,
            spans=told.spans,
            over=over,
            # nothing is known of a period that began before the oldest event
            closed=over & _flags(span.first >= stand.first for span in told.spans),
            standing=judged.standing,
            counted=counted,
            teams={entry: stand.places(names) for entry, names in teams.items()},
            others=stand.places(others),
            as_of=stand.last,
        )


def _flags(each: Iterable[bool]) -> Flags:
    return np.array(list(each), dtype=bool)


def _pieces(definition: Definition) -> list[Piece]:
    watched = replace(definition, counters=watched_counters(definition))
    return [Piece(KEY, definition), *counter_pieces(KEY, watched)]


def watched_counters(definition: Definition) -> tuple[str, ...]:
    """What must not get worse: what was agreed, and artificial records in any case."""
    return tuple(dict.fromkeys((ARTIFICIAL, *definition.counters)))


def _teams(contest: Contest) -> dict[int, set[str]]:
    """Whose work counts for each entry: those who were there at the start and did not opt out."""
    rows = Place.objects.filter(entry__contest=contest, entry__withdrawn_at=None)
    rows = rows.exclude(person__in=contest.opt_outs.values("person"))
    found: dict[int, set[str]] = {}
    for entry, name in rows.values_list("entry_id", "person__external_id"):
        found.setdefault(entry, set()).add(name)
    return found


def _others(contest: Contest, definition: Definition) -> set[str]:
    """Who is asked for the same in teams that never entered."""
    system = Actor.system(contest.workspace, name="contests")
    account = contest.account or contest.behaviour.account
    people = concerned(system, definition, account=account, team=None).exclude(team=None)
    people = people.exclude(team__in=contest.entries.values("team"))
    people = people.exclude(pk__in=contest.opt_outs.values("person"))
    places = Place.objects.filter(entry__contest=contest).values("person")
    return set(people.exclude(pk__in=places).values_list("external_id", flat=True))
