"""Retention and new-starter ramp as curves, by weeks since a person was first seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.capabilities.measure.picture import Curve, CurvePoint
from uptake.methods.adoption.ramp import WINDOW_WEEKS, ramp_times, tenured_level
from uptake.methods.adoption.retention import gaps_before_return, lapse_gap, lapse_times
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier
from uptake.metrics.measurement import MINIMUM_PEOPLE

FEWEST_WEEKS = 8
"""Whole weeks of data that a curve needs."""

STARTING_WEEKS = 4
"""People seen in the first weeks may have worked before the data begins: they are not new."""

Weekly = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Journeys:
    """Both curves, and the silent weeks after which someone counts as stopped."""

    retention: Curve
    ramp: Curve
    gap: int | None


def journeys(active_days: Weekly) -> Journeys:
    """Return both curves from active days per person and week (oldest week first)."""
    if active_days.shape[1] < FEWEST_WEEKS:
        missing = f"it takes at least {FEWEST_WEEKS} whole weeks of data that can be judged"
        return Journeys(_without(missing), _without(missing), None)
    gap = lapse_gap(gaps_before_return(active_days > 0))
    return Journeys(_retention(active_days, gap), _ramp(active_days), gap)


def _retention(active_days: Weekly, gap: int | None) -> Curve:
    if gap is None:
        return _without("too few people came back after a pause to know when a pause is an end")
    if gap >= active_days.shape[1]:
        return _without("pauses of these people last as long as the data")
    times = lapse_times(active_days > 0, gap)
    if len(times.durations) < MINIMUM_PEOPLE:
        return _without("fewer than five people were seen")
    return _curve(kaplan_meier(times.durations, times.observed), len(times.durations))


def _ramp(active_days: Weekly) -> Curve:
    first = (active_days > 0).argmax(axis=1)
    seen = active_days.any(axis=1)
    tenured = active_days[seen & (first < STARTING_WEEKS)]
    level = tenured_level(tenured) if len(tenured) >= MINIMUM_PEOPLE else None
    new = seen & (first >= STARTING_WEEKS)
    if level is None or int(new.sum()) < MINIMUM_PEOPLE:
        return _without(
            "it takes five people seen in the first four weeks and five first seen later"
        )
    times = ramp_times(_since_first(active_days[new], first[new]), level, WINDOW_WEEKS)
    return _curve(kaplan_meier(times.days / 7, times.observed), len(times.days))


def _since_first(active_days: Weekly, first: Weekly) -> npt.NDArray[np.float64]:
    """Shift each person's weeks so that column 0 is the week first seen; NaN beyond the data."""
    weeks = active_days.shape[1]
    column = np.arange(weeks) + first[:, np.newaxis]
    shifted = np.take_along_axis(active_days, np.minimum(column, weeks - 1), axis=1)
    return np.where(column < weeks, shifted, np.nan)


def _curve(curve: SurvivalCurve | None, followed: int) -> Curve:
    if curve is None:
        return _without("nobody was followed")
    start = CurvePoint(0.0, 1.0, 1.0, 1.0, followed)
    rows = zip(curve.times, curve.survival, curve.low, curve.high, curve.at_risk, strict=True)
    points = [
        CurvePoint(float(time), float(share), float(low), float(high), int(at_risk))
        for time, share, low, high, at_risk in rows
    ]
    kept = [point for point in points if point.time > 0 and point.at_risk >= MINIMUM_PEOPLE]
    reached = int(curve.events.sum())
    median = curve.median if any(point.share <= 0.5 for point in kept) else None
    return Curve((start, *kept), median, followed, reached, "weeks")


def _without(missing: str) -> Curve:
    return Curve((), None, 0, 0, "weeks", missing)
