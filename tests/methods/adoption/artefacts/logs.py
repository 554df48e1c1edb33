"""Synthetic logs of office work with a known artefact planted, or none."""

from __future__ import annotations

import numpy as np

from uptake.methods.adoption.artefacts import EventArrays

MONDAY = np.datetime64("2026-01-05T00:00:00", "s")
PEOPLE = 40
GROUPS = 8
DAY = 86_400


def office_stamps(random: np.random.Generator, *, weeks: int, a_day: int = 200) -> np.ndarray:
    """Moments of work from Monday to Friday, between 8:00 and 18:00, to the second."""
    days = np.arange(weeks * 7).reshape(weeks, 7)[:, :5].ravel()
    day = np.repeat(days, random.poisson(a_day, len(days)))
    second = random.integers(8 * 3600, 18 * 3600, len(day))
    return MONDAY + (day * DAY + second).astype("timedelta64[s]")


def office_log(seed: int = 1, *, weeks: int = 20) -> EventArrays:
    """A log without any artefact: everybody does about the same, in their own group."""
    random = np.random.default_rng(seed)
    stamps = office_stamps(random, weeks=weeks)
    people = random.integers(0, PEOPLE, len(stamps))
    return EventArrays(stamps, people, people % GROUPS)


def case_log(
    seed: int = 1, *, days: int = 120, a_day: int = 30, mean_life: float = 10.0
) -> EventArrays:
    """Updates of cases opened every day of ``days``, each living some days, complete otherwise."""
    random = np.random.default_rng(seed)
    opened = np.repeat(np.arange(days), a_day) * DAY + random.integers(0, DAY, days * a_day)
    life = random.exponential(mean_life * DAY, len(opened))
    updates = 1 + random.poisson(4, len(opened))
    cases = np.repeat(np.arange(len(opened)), updates)
    first = np.concatenate(([0], np.cumsum(updates)[:-1]))
    moment = opened[cases] + (random.uniform(0, 1, len(cases)) * life[cases]).astype(int)
    moment[first] = opened
    people = random.integers(0, PEOPLE, len(cases))
    return EventArrays(
        MONDAY + moment.astype("timedelta64[s]"),
        people,
        people % GROUPS,
        cases,
        MONDAY + opened[cases].astype("timedelta64[s]"),
    )


def keep(log: EventArrays, rows: np.ndarray) -> EventArrays:
    """The log with only the rows that are true."""
    columns = (log.stamps, log.people, log.groups, log.cases, log.opened)
    return EventArrays(*(None if column is None else column[rows] for column in columns))


def add(log: EventArrays, stamps: np.ndarray, person: int, groups: np.ndarray) -> EventArrays:
    """The log with events of one more person."""
    return EventArrays(
        np.concatenate((log.stamps, stamps)),
        np.concatenate((log.people, np.full(len(stamps), person))),
        np.concatenate((log.groups, groups)),
    )


def seconds(log: EventArrays) -> np.ndarray:
    """Seconds since the log's first Monday."""
    return (log.stamps - MONDAY).astype(np.int64)
