"""From counts per week to events: the day, the moment, the object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.simulate.activity import Activity
from uptake.simulate.arrays import Floats, Ints
from uptake.simulate.calendars import (
    DAY_MS,
    DEADLINE_MS,
    Calendar,
    draw_local_times,
)
from uptake.simulate.catalogue import ACTIONS, OBJECT_TYPES, action_code
from uptake.simulate.drafts import ABSENT, OBJECTS_OF_A_PERSON, Draft, draft_of
from uptake.simulate.gaming import GamingPlan

EXISTING_OBJECTS = 20
"""Objects of every type that each person owns before the run."""
OWN_OBJECT = 0.8
BURST_SHARE = 0.7
BURST_MS = 45 * 60_000
LATE_MS = 5 * 3_600_000
EARLY_MEAN_MS = 6 * 3_600_000
LONGEST_EARLY_MS = 4 * 3_600_000
"""On-time forecasts come at most four hours before the deadline, so within the same day."""

FORECAST = action_code("forecast.submitted")
CONTACT_UPDATED = action_code("contact.updated")
IS_UPDATE = np.array([a.name.endswith(".updated") for a in ACTIONS])
CREATES = np.array([a.creates for a in ACTIONS])
OBJECT_TYPE = np.array(
    [ABSENT if a.object_type is None else OBJECT_TYPES.index(a.object_type) for a in ACTIONS]
)


@dataclass(frozen=True, slots=True)
class ObjectBook:
    """How many objects of each type everyone has created before each week."""

    created: tuple[Ints, ...]

    @classmethod
    def of(cls, activity: Activity) -> ObjectBook:
        """Count the objects created in a run, by object type: people x (weeks + 1)."""
        people, weeks, _ = activity.counts.shape
        books = []
        for kind in range(len(OBJECT_TYPES)):
            made = activity.counts[:, :, CREATES & (kind == OBJECT_TYPE)].sum(
                axis=2, dtype=np.int64
            )
            book = np.zeros((people, weeks + 1), dtype=np.int64)
            np.cumsum(made, axis=1, out=book[:, 1:])
            books.append(book)
        return cls(tuple(books))


def expand_week_counts(
    random: np.random.Generator,
    calendar: Calendar,
    activity: Activity,
    *,
    book: ObjectBook,
    gaming: GamingPlan,
    weeks: range,
) -> Draft:
    """Turn the counts of a block of weeks into events."""
    block = activity.counts[:, weeks.start : weeks.stop]
    row, week, code = np.nonzero(block)
    times = block[row, week, code].astype(np.int64)
    person, action = np.repeat(row, times), np.repeat(code, times)
    at_week = np.repeat(week, times) + weeks.start
    turn = np.arange(person.size) - np.repeat(np.cumsum(times) - times, times)
    occurred = _moments(
        random, calendar, activity, person=person, week=at_week, action=action, gaming=gaming
    )
    item = _objects(random, activity, book, person=person, week=at_week, action=action, turn=turn)
    changed = np.where(IS_UPDATE[action], 1 + random.integers(0, 3, person.size), ABSENT)
    return draft_of(person, action, occurred, item=item, changed=changed)


def _moments(
    random: np.random.Generator,
    calendar: Calendar,
    activity: Activity,
    *,
    person: Ints,
    week: Ints,
    action: Ints,
    gaming: GamingPlan,
) -> Ints:
    """Draw UTC moments: by weekday and hour, forecasts around their deadline, bursts before it."""
    people = activity.people
    team = people.team[person]
    country = activity.account.team_countries()[team]
    position = random.random(person.size)[:, None]
    weekday = (position >= calendar.weekday_cumulative[country, week]).sum(axis=1)
    local = draw_local_times(random, weekday, people.shift_minutes[person])
    last_day = calendar.deadline_day[country, week]
    forecast = action == FORECAST
    burst = gaming.bursts(team, week) & (action == CONTACT_UPDATED)
    burst &= random.random(person.size) < BURST_SHARE
    weekday = np.where(forecast | burst, last_day, weekday)
    local = np.where(forecast, _around_deadline(random, people.punctual[person]), local)
    before = (random.random(person.size) * BURST_MS).astype(np.int64)
    local = np.where(burst, DEADLINE_MS - before, local)
    day = week * 7 + weekday
    return calendar.midnight_ms + day * DAY_MS + local - calendar.offset_ms[country, day]


def _around_deadline(random: np.random.Generator, punctual: Floats) -> Ints:
    """Draw local times of submissions: before 13:00 with the person's chance, else until 18:00."""
    early = np.minimum(random.exponential(EARLY_MEAN_MS, punctual.size), LONGEST_EARLY_MS)
    late = random.random(punctual.size) * LATE_MS
    on_time = random.random(punctual.size) < punctual
    return np.where(on_time, DEADLINE_MS - early, DEADLINE_MS + 1 + late).astype(np.int64)


def _objects(
    random: np.random.Generator,
    activity: Activity,
    book: ObjectBook,
    *,
    person: Ints,
    week: Ints,
    action: Ints,
    turn: Ints,
) -> Ints:
    """Number the objects: new ones in order, others among what the owner has by then."""
    kind = OBJECT_TYPE[action]
    team = activity.people.team[person]
    first = np.array([t.first for t in activity.account.teams])[team]
    last = np.array([t.last for t in activity.account.teams])[team]
    colleague = first + (random.random(person.size) * (last - first)).astype(np.int64)
    creates = CREATES[action]
    owner = np.where(creates | (random.random(person.size) < OWN_OBJECT), person, colleague)
    known = np.zeros(person.size, dtype=np.int64)
    for number, made in enumerate(book.created):
        rows = np.flatnonzero(kind == number)
        known[rows] = made[owner[rows], week[rows]]
    pick = (random.random(person.size) * (EXISTING_OBJECTS + known)).astype(np.int64)
    running = np.where(creates, EXISTING_OBJECTS + known + turn, pick)
    return np.where(kind == ABSENT, ABSENT, owner * OBJECTS_OF_A_PERSON + running)
