"""The retention curve: how long people stay, by weeks since they were first seen."""

from __future__ import annotations

from dataclasses import replace

from uptake.capabilities.measure.picture import Curve, CurvePoint
from uptake.methods.adoption.retention import gaps_before_return, lapse_gap
from uptake.methods.statistics.survival import SurvivalCurve
from uptake.metrics.lifecycle import retention_curve_of
from uptake.metrics.measurement import MINIMUM_PEOPLE, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope
from uptake.metrics.weeks import people_weeks

FEWEST_WEEKS = 8
"""Whole weeks of data that a curve needs."""


def retention(relations: Relations, window: Window) -> Curve:
    """Return the curve up to the end of the window; drawn as far as a lapse could be seen."""
    first = relations.span[0] if relations.span else window.first
    if (window.last - first).days + 1 < 7 * FEWEST_WEEKS:
        return _without(f"It takes at least {FEWEST_WEEKS} whole weeks of data to judge.")
    scope = Scope(window)
    people = people_weeks(relations, scope)
    gap = lapse_gap(gaps_before_return(people.active)) if len(people.active) else None
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
