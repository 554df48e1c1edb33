"""People by weeks: who was active in which week of all data.

Whatever is about the order of a person's weeks (retention, rhythm) is computed on this matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from uptake.methods.arrays import Counts, Flags
from uptake.metrics.day_blocks import number
from uptake.metrics.measurement import Window
from uptake.metrics.people import ALWAYS, FOREVER
from uptake.metrics.people_days import people_days
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope

WEEK = 7


def first_day(window: Window) -> date:
    """The first day of week 0: weeks end with the window's last day, the first may be partial."""
    weeks = -(-window.days // WEEK)
    return date.fromordinal(window.last.toordinal() - weeks * WEEK + 1)


@dataclass(frozen=True, slots=True)
class PeopleWeeks:
    """One row per group and person who ever was active: in which weeks?

    ``group`` holds positions in ``groups``. ``watched``: weeks until the person left (all of them
    for those who did not). ``before``: whole weeks between the person's start and week 0, 0 for
    those who started in the data or of whom it is not known.
    """

    groups: list[str | None]
    group: Counts
    active: Flags
    watched: Counts
    before: Counts

    def of(self, position: int) -> PeopleWeeks:
        """The people of one group."""
        return self.taken(self.group == position)

    def taken(self, kept: Flags | Counts) -> PeopleWeeks:
        """Some of the people, or all in another order."""
        return PeopleWeeks(
            self.groups, self.group[kept], self.active[kept], self.watched[kept], self.before[kept]
        )


def people_weeks(relations: Relations, scope: Scope) -> PeopleWeeks:
    """The matrix of people by weeks over all data up to the window's last day."""
    window = relations.history(scope).window
    key = ("weeks", scope.by, window)
    return relations.part(key, lambda: _people_weeks(relations, Scope(window, scope.by)))


def _people_weeks(relations: Relations, history: Scope) -> PeopleWeeks:
    window = history.window
    days = people_days(relations, history)
    kept = np.flatnonzero(days.active(window) & days.people.belonging(window))
    active = np.array([days.active(week)[kept] for week in _weeks(window)]).T
    listed = relations.members is not None
    groups, group = _named(relations, history, days.people.groups, days.people.group[kept])
    order = np.argsort(group, kind="stable")
    origin, weeks = number(first_day(window)), active.shape[1]
    start, end = days.people.start[kept], days.people.end[kept]
    watched = np.where(end == FOREVER, weeks, ((end - origin) // WEEK + 1).clip(0, weeks))
    before = np.where(start == ALWAYS, 0, ((origin - start) // WEEK).clip(0))
    found = PeopleWeeks(groups, group, active, watched, before if listed else np.zeros_like(before))
    return found.taken(order)


def _weeks(window: Window) -> list[Window]:
    first = first_day(window)
    count = -(-window.days // WEEK)
    weeks = [first + timedelta(days=WEEK * n) for n in range(count)]
    return [Window(max(day, window.first), day + timedelta(days=WEEK - 1)) for day in weeks]


def _named(
    relations: Relations, scope: Scope, codes: tuple[object, ...], group: Counts
) -> tuple[list[str | None], Counts]:
    """Names of the groups that have anybody, in order, and each row's place among them."""
    present = np.unique(group)
    names = [relations.name_of(scope.by, codes[position]) for position in present]
    order = sorted(range(len(names)), key=lambda i: names[i] or "")
    place = np.full(len(codes), -1, dtype=np.int64)
    place[present[order]] = np.arange(len(order))
    return [names[i] for i in order], place[group]
