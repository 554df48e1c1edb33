"""Countries, public holidays, time zones and the rhythm of the day and the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np

from uptake.simulate.arrays import Flags, Floats, Ints
from uptake.simulate.config import SimulationConfig

COUNTRIES = ("DE", "FR", "GB", "US", "BR", "IN")
TIME_ZONES = (
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/London",
    "America/Chicago",
    "America/Sao_Paulo",
    "Asia/Kolkata",
)
WEEKDAY_WEIGHTS = np.array([1.0, 1.1, 1.1, 1.05, 0.75, 0.02, 0.01])
HOUR_WEIGHTS = np.array([1, 4, 8, 10, 9, 5, 6, 9, 9, 7, 4, 2], dtype=float)
"""Weight of the local hours 7 to 18 on a working day."""

SUMMER_LEAVE = 0.75
"""Share of people who take two weeks in a row in July or August."""
FIRST_HOUR = 7
MINUTE_MS = 60_000
DAY_MS = 86_400_000
DEADLINE_MS = 13 * 3_600_000
"""The weekly deadline: 13:00 local time on the last working day of the week, usually Friday."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Calendars of all countries over a run, on a grid of days and weeks.

    ``working``: country x day; ``weekday_cumulative``: country x week x 7, the distribution of a
    week's work over its days; ``working_share``: country x week, working days / 5;
    ``offset_ms``: country x day, local time minus UTC; ``deadline_day``: country x week, 0-6.
    """

    working: Flags
    weekday_cumulative: Floats
    working_share: Floats
    offset_ms: Ints
    deadline_day: Ints
    midnight_ms: int
    """UTC epoch of the run's first midnight."""


def _working_days(config: SimulationConfig) -> Flags:
    days = config.weeks * 7
    years = range(config.start.year, (config.start + timedelta(days=days)).year + 1)
    flags = np.zeros((len(COUNTRIES), days), dtype=np.bool_)
    for row, country in enumerate(COUNTRIES):
        public = holidays.country_holidays(country, years=years)
        for day in range(days):
            flags[row, day] = day % 7 < 5 and config.start + timedelta(days=day) not in public
    return flags


def _offsets(config: SimulationConfig) -> Ints:
    days = config.weeks * 7
    offsets = np.zeros((len(COUNTRIES), days), dtype=np.int64)
    for row, name in enumerate(TIME_ZONES):
        zone = ZoneInfo(name)
        for day in range(days):
            noon = datetime.combine(config.start + timedelta(days=day), datetime.min.time(), zone)
            shift = (noon + timedelta(hours=12)).utcoffset() or timedelta()
            offsets[row, day] = int(shift.total_seconds()) * 1_000
    return offsets


@lru_cache(maxsize=4)
def calendar_of(config: SimulationConfig) -> Calendar:
    """Build the calendars of a run."""
    working = _working_days(config)
    by_week = working.reshape(len(COUNTRIES), config.weeks, 7)
    weekend = np.arange(7) >= 5
    weights = WEEKDAY_WEIGHTS * (by_week | weekend)
    cumulative = np.cumsum(weights, axis=2)
    last = 6 - np.argmax(by_week[:, :, ::-1], axis=2)
    return Calendar(
        working=working,
        weekday_cumulative=cumulative / cumulative[:, :, -1:],
        working_share=by_week.sum(axis=2) / 5.0,
        offset_ms=_offsets(config),
        deadline_day=np.where(by_week.any(axis=2), last, 4),
        midnight_ms=int(datetime.combine(config.start, datetime.min.time(), UTC).timestamp())
        * 1_000,
    )


def _single_weeks(config: SimulationConfig) -> Floats:
    """Return the chance of a single week of leave, by week of the run."""
    mondays = [config.monday(week) for week in range(config.weeks)]
    year_end = np.array([day.month == 12 and day.day >= 22 for day in mondays])
    return np.where(year_end, 0.55, 0.04)


def draw_leave(random: np.random.Generator, config: SimulationConfig, people: int) -> Flags:
    """Return people x weeks of leave: single weeks, and two weeks in a row in most summers."""
    leave = random.random((people, config.weeks)) < _single_weeks(config)
    months = np.array([config.monday(week).month for week in range(config.weeks)])
    years = np.array([config.monday(week).year for week in range(config.weeks)])
    for year in np.unique(years):
        summer = np.flatnonzero((years == year) & np.isin(months, (7, 8)))
        takes = np.flatnonzero(random.random(people) < SUMMER_LEAVE)
        if summer.size >= 2:
            first = random.choice(summer[:-1], takes.size)
            leave[takes, first] = True
            leave[takes, first + 1] = True
    return leave


def draw_local_times(random: np.random.Generator, weekday: Ints, shift_minutes: Ints) -> Ints:
    """Return milliseconds after local midnight; weekend work falls between 9 and 15 o'clock."""
    cumulative = np.cumsum(HOUR_WEIGHTS) / HOUR_WEIGHTS.sum()
    hour = FIRST_HOUR + np.searchsorted(cumulative, random.random(weekday.size), side="right")
    within = random.integers(0, 3_600_000, weekday.size)
    weekend = 9 * 3_600_000 + random.integers(0, 6 * 3_600_000, weekday.size)
    weekdays = hour * 3_600_000 + within + shift_minutes * MINUTE_MS
    return np.where(weekday >= 5, weekend, weekdays).astype(np.int64)
