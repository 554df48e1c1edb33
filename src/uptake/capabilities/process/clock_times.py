"""What cases take by one clock: all of their time, or that in which the house is open."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.process.asked import Clock
from uptake.capabilities.process.headlines import open_hours
from uptake.capabilities.process.picture import ActivityRow, Edge, ProcessPicture, VariantRow
from uptake.capabilities.process.wording import HOUR, span
from uptake.methods.statistics.survival import SurvivalCurve

DASH = "\N{EN DASH}"


@dataclass(frozen=True, slots=True)
class ClockTimes:
    """``half`` and ``most``: by when half and nine of ten cases are over, open ones censored.

    ``says``: which time it is. ``waiting_share``: of the time that cases wait, the part in which
    the house is open; None in calendar time.
    """

    clock: Clock
    says: str
    half: str
    mean: str
    most: str
    cases: int
    open_cases: int
    left_out: int
    touch_share: float | None
    waiting_share: float | None
    curve: SurvivalCurve | None


def times_by(picture: ProcessPicture, clock: Clock) -> ClockTimes | None:
    """Return how long cases take by a clock; None where that is not known."""
    found, business = picture.durations, picture.business
    if clock is Clock.BUSINESS and business is not None:
        return ClockTimes(
            clock,
            f"Business time: {business.hours}",
            told(business.median_seconds, clock),
            told(business.mean_seconds, clock),
            told(business.p90_seconds, clock),
            business.cases,
            business.open_cases,
            business.left_out,
            business.touch_share,
            business.waiting_share,
            business.curve,
        )
    if found is None:
        return None
    return ClockTimes(
        Clock.CALENDAR,
        "Calendar time",
        span(found.half_seconds),
        span(found.mean_seconds),
        span(found.most_seconds),
        found.cases,
        found.open_cases,
        found.left_out,
        found.touch_share,
        None,
        found.curve,
    )


def told(seconds: float | None, clock: Clock) -> str:
    """Return a length of time; business time in hours, because a day of it is not one of 24."""
    if clock is Clock.CALENDAR:
        return span(seconds)
    if seconds is None:
        return DASH
    return span(seconds) if seconds < HOUR else open_hours(seconds)


def path_seconds(edge: Edge, clock: Clock) -> float | None:
    """Return what a path takes, the median."""
    return edge.median_seconds if clock is Clock.CALENDAR else edge.business_seconds


def waiting_seconds(row: ActivityRow, clock: Clock) -> float | None:
    """Return how long an activity is waited for, the median."""
    return row.waiting_seconds if clock is Clock.CALENDAR else row.business_waiting_seconds


def way_seconds(row: VariantRow, clock: Clock) -> float | None:
    """Return what cases of a way take, the median."""
    return row.median_seconds if clock is Clock.CALENDAR else row.business_seconds
