"""Business time of a log: the hours of the days on which the house works."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.timing import Times, duration_reading
from uptake.formats.errors import UnusableFileError
from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.methods.process.durations import (
    Moments,
    WorkingHours,
    case_durations,
    waiting,
    work,
)
from uptake.methods.statistics.survival import SurvivalCurve

LONGEST_YEARS = 100
"""Years of a log up to which a calendar is laid out."""


@dataclass(frozen=True, slots=True)
class BusinessHours:
    """When work is done: on the days of ``calendar``, between two times on clocks in ``zone``."""

    opens: time = time(9)
    closes: time = time(17)
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)
    zone: tzinfo = UTC

    def within(self, ground: Ground) -> WorkingHours | None:
        """The spans from the first to the last moment that can be believed; None without any."""
        if not ground.known.any():
            return None
        first = self._day(int(ground.begun[ground.known].min())) - timedelta(days=1)
        last = self._day(int(ground.ended[ground.known].max())) + timedelta(days=1)
        if last.year - first.year > LONGEST_YEARS:
            raise UnusableFileError(
                f"The log runs from {first.year} to {last.year}: business time is laid out for "
                f"{LONGEST_YEARS} years at most; correct the moments or leave the hours out."
            )
        days = self.calendar.working_days(first, last) or [first]
        return WorkingHours.of(days, (self.opens, self.closes), self.zone, until=last, since=first)

    def _day(self, milliseconds: int) -> date:
        return datetime.fromtimestamp(milliseconds / 1000, self.zone).date()


@dataclass(frozen=True, slots=True)
class BusinessReading:
    """Cases and waiting in business time, in seconds; open cases as far as they went.

    ``median_seconds`` and ``p90_seconds``: of cases by Kaplan-Meier (``curve``), None where not
    reached. ``touch_share``: of the time of cases, what was worked on, where steps have a start and
    an end. ``waiting_share``: of the calendar time that cases wait, the part in which the house is
    open. ``left_out``: cases whose moments cannot be believed.
    """

    hours: str
    median_seconds: float | None
    mean_seconds: float
    p90_seconds: float | None
    cases: int
    open_cases: int
    left_out: int
    touch_share: float | None
    waiting_share: float | None
    curve: SurvivalCurve | None = None


def business_times(ground: Ground, times: Times | None, how: BusinessHours) -> Times | None:
    """The same times while the house is open; None where no moment can be believed."""
    hours = how.within(ground)
    if times is None or hours is None:
        return None
    moments = Moments(ground.begun, ground.ended, ground.known, ground.has_work)
    whole = np.ones(len(ground.begins), dtype=np.bool_)
    until = int(ground.ended[ground.known].max())
    return Times(
        waiting(ground.case, moments, hours),
        work(moments, hours),
        case_durations(ground.case, moments, whole, seen_until=until, hours=hours),
        times.is_closed,
        case_durations(ground.case, moments, times.is_closed, seen_until=until, hours=hours),
    )


def business_reading(
    times: Times, inside: Times | None, how: BusinessHours
) -> BusinessReading | None:
    """Read off cases in business time; ``times``: the same in calendar time."""
    found = duration_reading(inside)
    if inside is None or found is None:
        return None
    curve = found.curve
    waited = times.waiting.values[times.waiting.measurable].sum()
    open_waiting = inside.waiting.values[inside.waiting.measurable].sum()
    return BusinessReading(
        hours=spoken_hours(how),
        median_seconds=curve.median if curve else None,
        mean_seconds=found.mean_seconds,
        p90_seconds=curve.quantile(0.9) if curve else None,
        cases=found.cases,
        open_cases=found.open_cases,
        left_out=found.left_out,
        touch_share=found.touch_share,
        waiting_share=float(open_waiting) / float(waited) if waited else None,
        curve=curve,
    )


def spoken_hours(how: BusinessHours) -> str:
    """Say which hours count, such as "09:00 to 17:00, DE, Europe/Berlin"."""
    place = "-".join(filter(None, (how.calendar.country, how.calendar.subdivision)))
    holidays = f"public holidays of {place}" if place else "no public holidays"
    return f"{how.opens:%H:%M} to {how.closes:%H:%M} {how.zone}, {holidays}"


def parsed_hours(text: str, *, zone: str | None, place: str | None) -> BusinessHours:
    """Read "09:00-17:00" with a time zone and a country.

    Raises:
        UnusableFileError: one of them cannot be read; it says how to write it.
    """
    opens, dash, closes = text.partition("-")
    try:
        span = _clock(opens), _clock(closes)
    except ValueError:
        span = (time(), time())
    if not dash or span[0] >= span[1] or span[0].tzinfo or span[1].tzinfo:
        raise UnusableFileError(f"{text!r} are no hours: write them as 09:00-17:00.")
    try:
        calendar = WorkingCalendar().at(place) if place else WorkingCalendar()
        return BusinessHours(*span, calendar, ZoneInfo(zone) if zone else UTC)
    except (ZoneInfoNotFoundError, OSError):
        raise UnusableFileError(
            f"No time zone is called {zone!r}: write one such as Europe/Berlin."
        ) from None
    except ValueError as unknown:
        raise UnusableFileError(str(unknown)) from None


def _clock(text: str) -> time:
    """A time of day, with or without a nought before a single hour."""
    said = text.strip()
    return time.fromisoformat(f"0{said}" if said[1:2] == ":" else said)
