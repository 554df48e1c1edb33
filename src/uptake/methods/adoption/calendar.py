"""Working days: the denominator of everything that is expected of people at work.

Weekends and public holidays of a country (from the ``holidays`` package) and own closures.
Methods section 0.1 (calendars).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from uptake.methods.arrays import Flags

EVERY_DAY = frozenset(range(7))
"""Weekdays, Monday = 0."""

WEEKEND = frozenset({5, 6})
"""Saturday and Sunday."""

MATERIAL_SHARE = 0.25
"""A weekday is a working day when it sees at least this share of the busiest weekday's events."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When a group works.

    ``country``: two-letter code, None without public holidays; ``subdivision``: state or region
    within it. ``days_off``: weekdays without work, Monday = 0; None takes the country's weekend
    (Saturday and Sunday without a country). ``closures``: own days off. ``proposed``: read off the
    data, confirmed by nobody. Whatever asks for days raises ValueError for a country or
    subdivision that is not known.
    """

    country: str | None = None
    subdivision: str | None = None
    days_off: frozenset[int] | None = None
    closures: frozenset[date] = frozenset()
    proposed: bool = False

    def __post_init__(self) -> None:
        if self.days_off is not None and (len(self.days_off) > 6 or not self.days_off <= EVERY_DAY):
            raise ValueError("Days off are weekdays 0 (Monday) to 6 (Sunday), six at most.")

    @property
    def weekdays(self) -> frozenset[int]:
        """The weekdays on which people work."""
        if self.days_off is not None:
            return EVERY_DAY - self.days_off
        return EVERY_DAY - _weekend(self.country, self.subdivision)

    @property
    def knows_holidays(self) -> bool:
        """Say whether anybody said which days are holidays."""
        return self.country is not None or bool(self.closures)

    def at(self, place: str) -> WorkingCalendar:
        """Return the calendar with the public holidays of a place: ``DE``, or ``DE-BY``.

        Without a place they are not known. Raises ValueError for a place that nobody knows.
        """
        country, _, subdivision = place.strip().upper().partition("-")
        _public_holidays(country or None, subdivision or None, 2000)
        return replace(self, country=country or None, subdivision=subdivision or None)

    def is_working(self, day: date) -> bool:
        """Say whether people are expected to work that day."""
        return day.weekday() in self.weekdays and day not in _free_days(self, day.year)

    def each_day(self, first: date, last: date) -> Flags:
        """Whether each day from ``first`` to ``last``, both included, is a working day."""
        days = range((last - first).days + 1)
        return np.array([self.is_working(first + timedelta(days=n)) for n in days], dtype=bool)

    def working_days(self, first: date, last: date) -> list[date]:
        """Working days from ``first`` to ``last``, both included; none if time runs backwards."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if self.is_working(day)]

    def count(self, first: date, last: date) -> int:
        """Number of working days from ``first`` to ``last``, both included."""
        return _count(self, first, last)


def propose_calendar(events_by_weekday: Mapping[int, int]) -> WorkingCalendar:
    """Read the working weekdays off the events: those with a material share of the busiest one.

    Without events: Monday to Friday. Holidays cannot be read off.
    """
    busiest = max(events_by_weekday.values(), default=0)
    if not busiest:
        return WorkingCalendar(proposed=True)
    worked = {day for day, n in events_by_weekday.items() if n >= MATERIAL_SHARE * busiest}
    return WorkingCalendar(days_off=EVERY_DAY - worked, proposed=True)


@lru_cache(maxsize=4096)
def _count(calendar: WorkingCalendar, first: date, last: date) -> int:
    return len(calendar.working_days(first, last))


@lru_cache(maxsize=1024)
def _free_days(calendar: WorkingCalendar, year: int) -> frozenset[date]:
    """Public holidays of the year and all own closures."""
    return calendar.closures | _public_holidays(calendar.country, calendar.subdivision, year)


@lru_cache(maxsize=1024)
def _public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    if country is None:
        return frozenset()
    import holidays  # takes a moment to import

    try:
        public = holidays.country_holidays(country, subdiv=subdivision, years=year)
    except NotImplementedError as unknown:
        place = " ".join(filter(None, (country, subdivision)))
        raise ValueError(
            f"No public holidays are known for {place!r}: use a two-letter country code such as "
            "DE, or DE-BY for a state."
        ) from unknown
    return frozenset(public)


@lru_cache(maxsize=256)
def _weekend(country: str | None, subdivision: str | None) -> frozenset[int]:
    if country is None:
        return WEEKEND
    _public_holidays(country, subdivision, 2000)  # names a place that is not known
    import holidays  # takes a moment to import

    return frozenset(holidays.country_holidays(country, subdiv=subdivision).weekend)
