"""Working days: the denominator of everything that is expected of people at work.

Weekends and public holidays of a country (from the ``holidays`` package) and own closures.
Methods section 0.1 (calendars).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from uptake.methods.arrays import Days, Flags

_SATURDAY_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When a group works.

    ``country``: two-letter code, None without public holidays; ``subdivision``: state or region
    within it. ``days_off``: weekdays without work, Monday = 0; None takes the country's weekend
    (Saturday and Sunday without a country). ``closures``: own days off.
    """

    country: str | None = None
    subdivision: str | None = None
    days_off: frozenset[int] | None = None
    closures: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.days_off is not None and (len(self.days_off) > 6 or not self.days_off <= _WEEK):
            raise ValueError("Days off are weekdays 0 (Monday) to 6 (Sunday), six at most.")


_WEEK = frozenset(range(7))


def working_days(first: date, last: date, calendar: WorkingCalendar) -> Days:
    """The working days from ``first`` to ``last``, both included, in order.

    Empty when ``last`` lies before ``first``. Raises ValueError for a country or subdivision that
    is not known.
    """
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + np.timedelta64(1, "D"))
    return days[is_working_day(days, calendar)]


def is_working_day(days: Days, calendar: WorkingCalendar) -> Flags:
    """Whether each calendar day is a working day; same shape as ``days``."""
    if not len(days):
        return np.zeros(0, dtype=bool)
    years = range(days.min().item().year, days.max().item().year + 1)
    off, weekend = _days_off(calendar, years)
    return np.asarray(np.is_busday(days, weekmask=_weekmask(weekend), holidays=off), dtype=bool)


def count_working_days(first: date, last: date, calendar: WorkingCalendar) -> int:
    """How many working days lie from ``first`` to ``last``, both included."""
    return len(working_days(first, last, calendar))


def _weekmask(weekend: frozenset[int]) -> str:
    return "".join("0" if weekday in weekend else "1" for weekday in range(7))


def _days_off(calendar: WorkingCalendar, years: range) -> tuple[Days, frozenset[int]]:
    closures = [np.datetime64(day, "D") for day in sorted(calendar.closures)]
    weekend = calendar.days_off
    if calendar.country is not None:
        import holidays  # takes a moment to import

        try:
            public = holidays.country_holidays(
                calendar.country, subdiv=calendar.subdivision, years=years
            )
        except NotImplementedError as unknown:
            place = " ".join(filter(None, (calendar.country, calendar.subdivision)))
            raise ValueError(
                f"No public holidays are known for {place!r}: use a two-letter country code."
            ) from unknown
        closures += [np.datetime64(day, "D") for day in sorted(public)]
        weekend = frozenset(public.weekend) if weekend is None else weekend
    off = np.array(closures, dtype="datetime64[D]")
    return off, _SATURDAY_SUNDAY if weekend is None else weekend
