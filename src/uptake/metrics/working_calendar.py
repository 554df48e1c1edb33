"""Which days people are expected to work: the denominator of everything counted in days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = frozenset(range(5))
"""Monday (0) to Friday (4)."""

MATERIAL_SHARE = 0.25
"""A weekday is a working day when it sees at least this share of the busiest weekday's events."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Working weekdays (0 = Monday) less holidays; ``proposed`` when read off the data."""

    weekdays: frozenset[int] = WEEKDAYS
    holidays: frozenset[date] = frozenset()
    proposed: bool = False

    def is_working(self, day: date) -> bool:
        """Say whether people are expected to work that day."""
        return day.weekday() in self.weekdays and day not in self.holidays

    def working_days(self, first: date, last: date) -> list[date]:
        """Working days from ``first`` to ``last``, both included."""
        return [day for day in days_between(first, last) if self.is_working(day)]

    def count(self, first: date, last: date) -> int:
        """Number of working days from ``first`` to ``last``, both included."""
        return _count(self, first, last)


@lru_cache(maxsize=4096)
def _count(calendar: WorkingCalendar, first: date, last: date) -> int:
    return len(calendar.working_days(first, last))


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def propose_calendar(events_by_weekday: dict[int, int]) -> WorkingCalendar:
    """Read the working weekdays off the events: those with a material share of the busiest one.

    Without events: Monday to Friday.
    """
    busiest = max(events_by_weekday.values(), default=0)
    if not busiest:
        return WorkingCalendar(proposed=True)
    worked = {day for day, n in events_by_weekday.items() if n >= MATERIAL_SHARE * busiest}
    return WorkingCalendar(frozenset(worked), proposed=True)
