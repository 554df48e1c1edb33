"""How long do new starters need to work like the others?

From a person's start date to the end of the first four-week window in which they are at or above
the median of tenured people of the same role; still under way is censored. Methods section 1
(new-hire ramp), requirement row J7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Flags, Floats
from uptake.methods.statistics.proportions import Interval
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier

WINDOW_WEEKS = 4
"""Weeks a starter has to hold the level."""

MILESTONES = (30, 60, 90)
"""Days at which the share of ramped starters is reported."""


@dataclass(frozen=True, slots=True)
class RampTimes:
    """Days from start to ramped, one row per person; ``observed`` false: not ramped so far."""

    days: Floats
    observed: Flags


@dataclass(frozen=True, slots=True)
class RampedBy:
    """Share of starters ramped by a day; ``followed`` people were still being watched then."""

    day: int
    share: float
    interval: Interval
    followed: int


@dataclass(frozen=True, slots=True)
class RampCohort:
    """The ramp of the people who started together.

    ``median_days`` None: half of them have not ramped yet. ``ramped_by`` leaves out days that
    nobody has reached: not yet due.
    """

    cohort: str
    people: int
    ramped: int
    median_days: float | None
    median_low: float | None
    median_high: float | None
    ramped_by: tuple[RampedBy, ...]
    curve: SurvivalCurve


def ramp_times(
    weekly: npt.ArrayLike, tenured_median: npt.ArrayLike, window: int = WINDOW_WEEKS
) -> RampTimes:
    """Find when each starter first held the level of tenured people for ``window`` weeks.

    ``weekly``: people x weeks since their start date, attainment in each week (value actions, or
    the share of what is expected), NaN from the week in which watching ends. ``tenured_median``:
    the level, one number or one per person (that of their role). A window counts when its mean is
    at or above the level; the time is the last day of that window. People watched for less than
    one week are left out. Raises ValueError when ``window`` is below 1.
    """
    if window < 1:
        raise ValueError("A window has at least one week.")
    table = np.atleast_2d(np.asarray(weekly, dtype=float))
    level = np.broadcast_to(np.asarray(tenured_median, dtype=float), len(table))
    watched = (~np.isnan(table)).cumprod(axis=1).sum(axis=1)
    kept = watched > 0
    table, level, watched = table[kept], level[kept], watched[kept]
    total = np.cumsum(np.nan_to_num(table), axis=1)
    total[:, window:] -= np.cumsum(np.nan_to_num(table), axis=1)[:, :-window]
    week = np.arange(table.shape[1])
    whole = (week >= window - 1) & (week < watched[:, np.newaxis])
    reached = whole & (total / window >= level[:, np.newaxis] - 1e-12)
    ramped = reached.any(axis=1)
    weeks = np.where(ramped, reached.argmax(axis=1) + 1, watched)
    return RampTimes(7.0 * weeks, ramped)


def tenured_level(weekly: npt.ArrayLike) -> float | None:
    """The level to reach: median over tenured people who use the system of their mean week.

    ``weekly``: tenured people x weeks, NaN for weeks that do not count (leave). People without any
    use are left out: where half of the tenured never use it, a level of nought would call every
    starter ramped. None without people who use it.
    """
    table = np.asarray(weekly, dtype=float)
    counted = (~np.isnan(table)).sum(axis=1)
    total = np.nansum(table, axis=1)
    uses = total > 0
    return float(np.median(total[uses] / counted[uses])) if uses.any() else None


def ramp_cohorts(times: RampTimes, cohorts: npt.ArrayLike) -> list[RampCohort]:
    """Kaplan-Meier of the ramp per cohort (for example the quarter of hire), in order of name."""
    names = np.asarray(cohorts).astype(str)
    found = []
    for name in np.unique(names):
        inside = names == name
        summary = ramp_cohort(str(name), RampTimes(times.days[inside], times.observed[inside]))
        if summary:
            found.append(summary)
    return found


def ramp_cohort(cohort: str, times: RampTimes) -> RampCohort | None:
    """Summarise the ramp of one group of starters; None without people."""
    curve = kaplan_meier(times.days, times.observed)
    if curve is None:
        return None
    early, late = curve.median_interval
    milestones = [_ramped_by(curve, day) for day in MILESTONES]
    return RampCohort(
        cohort=cohort,
        people=len(times.days),
        ramped=int(times.observed.sum()),
        median_days=curve.median,
        median_low=early,
        median_high=late,
        ramped_by=tuple(milestone for milestone in milestones if milestone),
        curve=curve,
    )


def _ramped_by(curve: SurvivalCurve, day: int) -> RampedBy | None:
    if day > curve.followed_to and curve.survival[-1] > 0:
        return None
    limits = curve.interval_at(day)
    interval = Interval(1 - limits.high, 1 - limits.low)
    return RampedBy(day, 1 - curve.at(day), interval, curve.at_risk_at(day))
