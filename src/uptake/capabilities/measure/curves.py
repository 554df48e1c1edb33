"""Retention and new-starter ramp as curves, by weeks since a person was first seen."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from uptake.capabilities.measure import readings
from uptake.capabilities.measure.picture import Curve, CurvePoint
from uptake.methods.adoption.ramp import WINDOW_WEEKS, ramp_times
from uptake.methods.adoption.retention import gaps_before_return, lapse_gap
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier
from uptake.metrics.lifecycle import retention_curve_of
from uptake.metrics.measurement import MINIMUM_PEOPLE, Window
from uptake.metrics.metric import Context
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope
from uptake.metrics.weeks import active_weeks, people_weeks
from uptake.ui import words

FEWEST_WEEKS = 8
"""Whole weeks of data that a curve needs."""

STARTING_WEEKS = 4
"""People seen in the first weeks may have worked before the data begins: they are not new."""

Weekly = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Journeys:
    """Both curves of one picture."""

    retention: Curve
    ramp: Curve


def journeys(relations: Relations, window: Window) -> Journeys:
    """Return how long people stay, and how long newcomers take, up to the end of the window."""
    first = relations.span[0] if relations.span else window.first
    if (window.last - first).days + 1 < 7 * FEWEST_WEEKS:
        missing = f"It takes at least {FEWEST_WEEKS} whole weeks of data that can be judged."
        return Journeys(_without(missing), _without(missing))
    pace = relations.profile.everyone.days_a_week
    ramp = _ramp(readings.weekly_days(relations, window.last), pace)
    return Journeys(_retention(relations, window), ramp)


def _retention(relations: Relations, window: Window) -> Curve:
    scope = Scope(window)
    rows = relations.run(active_weeks(relations, scope))
    people = people_weeks(rows, Context(relations, scope))
    gap = lapse_gap(gaps_before_return(people.active))
    if gap is None:
        return _without(
            "Too few people came back after a pause to know from when on a pause is an end."
        )
    curve = retention_curve_of(people, gap)
    if curve is None or len(people.active) < MINIMUM_PEOPLE:
        return _without("Fewer than five people were seen.")
    latest = people.active.shape[1] - gap
    drawn = _curve(curve, followed=len(people.active), latest=latest)
    rule = f"Stopped: silent for {gap} weeks or more; 95 % of those who paused came back sooner."
    return replace(drawn, rule=rule)


def _ramp(active_days: Weekly, pace: float | None) -> Curve:
    """Share of newcomers who have had four weeks at the usual pace: the curve rises."""
    first = (active_days > 0).argmax(axis=1)
    new = active_days.any(axis=1) & (first >= STARTING_WEEKS)
    if pace is None:
        return _without("Nobody comes regularly enough to say what the usual rhythm is.")
    if int(new.sum()) < MINIMUM_PEOPLE:
        return _without("Fewer than five people were first seen after the first four weeks.")
    times = ramp_times(_since_first(active_days[new], first[new]), pace, WINDOW_WEEKS)
    curve = kaplan_meier(times.days / 7, times.observed)
    if curve is None:
        return _without("No newcomer was followed for a week.")
    falling = _curve(curve, followed=len(times.days), latest=active_days.shape[1])
    often = words.plural(pace, "active day") if pace == int(pace) else f"{pace:.1f} active days"
    rule = f"Usual rhythm: {often} a week over four weeks."
    return replace(falling, points=tuple(map(_turned, falling.points)), rule=rule)


def _turned(point: CurvePoint) -> CurvePoint:
    return replace(point, share=1 - point.share, low=1 - point.high, high=1 - point.low)


def _since_first(active_days: Weekly, first: Weekly) -> npt.NDArray[np.float64]:
    """Shift each person's weeks so that column 0 is the week first seen; NaN beyond the data."""
    weeks = active_days.shape[1]
    column = np.arange(weeks) + first[:, np.newaxis]
    shifted = np.take_along_axis(active_days, np.minimum(column, weeks - 1), axis=1)
    return np.where(column < weeks, shifted, np.nan)


def _curve(curve: SurvivalCurve, *, followed: int, latest: float) -> Curve:
    """Points up to the last week that says something, while five people are followed."""
    rows = zip(curve.times, curve.survival, curve.low, curve.high, curve.at_risk, strict=True)
    points = [
        CurvePoint(float(time), float(share), float(low), float(high), int(at_risk))
        for time, share, low, high, at_risk in rows
    ]
    kept = [p for p in points if 0 < p.time <= latest and p.at_risk >= MINIMUM_PEOPLE]
    start = CurvePoint(0.0, 1.0, 1.0, 1.0, followed)
    median = curve.median if any(point.share <= 0.5 for point in kept) else None
    return Curve((start, *kept), median, followed, int(curve.events.sum()), "weeks")


def _without(missing: str) -> Curve:
    return Curve((), None, 0, 0, "weeks", missing)
