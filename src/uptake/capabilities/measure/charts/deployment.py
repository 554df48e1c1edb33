"""The deployment's pictures: adoption with its marks, retention, first use, new starters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.measure.deployment_findings import compared
from uptake.capabilities.measure.views import DeploymentView, Mark
from uptake.metrics.measurement import Measurement
from uptake.ui import measured, words
from uptake.ui.charts.adoption import RatePoint, rate_over_time
from uptake.ui.charts.cohorts import CohortPoint, cohort
from uptake.ui.charts.series import Mark as DrawnMark
from uptake.ui.charts.theme import Headline
from uptake.ui.document import Chart, Column, text_table

FEWEST_POINTS = 2
STEADY = 0.02
"""A change of less than this share of people is none."""

_PLACE = re.compile(r"(week|day|month) (\d+)")


def adoption(weeks: Sequence[Measurement], marks: Sequence[Mark]) -> Chart | None:
    """Return the share of people active in each week, changes marked on the axis."""
    if sum(week.is_measured for week in weeks) < FEWEST_POINTS:
        return None
    points = [_rate(week) for week in weeks]
    headline = Headline(
        _course(weeks), "Share of people active in each week, with its 95 % interval"
    )
    drawn = [DrawnMark(mark.day, mark.label) for mark in marks]
    told = [f"{mark.label} ({words.short_day(mark.day)})" for mark in marks]
    summary = f"{headline.title} {len(points)} weeks are drawn."
    if told:
        summary += f" Marked: {'; '.join(told)}."
    columns = (
        Column("Week from"),
        Column("Active", numeric=True),
        Column("People", numeric=True),
        Column("Share", numeric=True),
        Column("95 % interval", numeric=True),
    )
    rows = [_row(week) for week in weeks]
    table = text_table("Active people by week", columns, rows)
    return Chart(rate_over_time(points, headline, marks=drawn), summary, table)


def _rate(week: Measurement) -> RatePoint:
    told = f"{measured.of_text(week)} ({measured.value_text(week)})"
    return RatePoint(
        start=week.window.first,
        share=week.value,
        low=week.low,
        high=week.high,
        told=told if week.is_measured else measured.value_text(week),
    )


def _row(week: Measurement) -> tuple[str, ...]:
    if not week.is_measured:
        return (str(week.window.first), "", "", measured.value_text(week), "")
    return (
        str(week.window.first),
        words.count(week.numerator or 0),
        words.count(week.denominator or 0),
        measured.value_text(week),
        measured.interval_text(week),
    )


def _course(weeks: Sequence[Measurement]) -> str:
    before, now = compared(weeks)
    if before is None or now is None:
        newest = next((week for week in reversed(weeks) if week.is_measured), None)
        share = words.percent(newest.value or 0.0) if newest else "Nobody"
        return f"{share} of people were active in the newest week."
    if before == now == 0:
        return "Nobody has used it for twelve weeks."
    if abs(now - before) < STEADY:
        return f"Weekly use has held at {words.percent(now)} of people for twelve weeks."
    word = "rose" if now > before else "fell"
    return (
        f"Weekly use {word} from {words.percent(before)} to {words.percent(now)} of people in "
        "twelve weeks."
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """How a curve of a cohort is told."""

    finding: str
    measure: str
    caption: str
    falls: bool


def retention(view: DeploymentView) -> Chart | None:
    """Return how many of those who began still use it."""
    points = _points(view.retention)
    if len(points) < FEWEST_POINTS:
        return None
    last = points[-1]
    finding = (
        f"{words.percent(last.share)} of those who began still use it after {last.time} weeks."
    )
    rule = next((point.reason for point in view.retention if point.reason), "")
    measure = "Share still using it, by weeks since first use (Kaplan-Meier, 95 % interval)"
    told = _Course(finding, f"{measure}; {rule}" if rule else measure, "Retention", falls=True)
    return _cohort(points, told, unit="weeks")


def first_use(view: DeploymentView) -> Chart | None:
    """Return how many have begun to use it since go-live."""
    points = _points(view.adoption_curve)
    if len(points) < FEWEST_POINTS:
        return None
    last = points[-1]
    finding = f"{words.percent(last.share)} of people had begun {last.time} weeks after go-live."
    told = _Course(finding, "Share of people who have begun to use it", "First use", falls=False)
    return _cohort(points, told, unit="weeks")


def ramp(view: DeploymentView) -> Chart | None:
    """Return how fast new starters reach the usual pace."""
    points = _points(view.ramp)
    if not points or len(points) < FEWEST_POINTS:
        return None
    last = points[-1]
    finding = f"{words.percent(last.share)} of new starters are up to pace after {last.time} days."
    half = view.ramp_days
    if half is not None and half.is_measured and half.value is not None:
        finding = f"Half of new starters are up to pace after {words.plural(half.value, 'day')}."
    told = _Course(
        finding, "Share of new starters who work at the usual pace", "New starters", falls=False
    )
    return _cohort(points, told, unit="days")


def _points(numbers: Sequence[Measurement]) -> list[CohortPoint]:
    found = []
    for number in numbers:
        place = _PLACE.match(number.point or "")
        if place and number.is_measured and number.value is not None:
            found.append(_point(int(place[2]), number, place[1]))
    return sorted(found, key=lambda point: point.time)


def _point(time: int, number: Measurement, unit: str) -> CohortPoint:
    behind = int(number.denominator) if number.denominator is not None else number.people
    interval = measured.interval_text(number)
    told = f"{unit} {time}: {measured.value_text(number)}"
    return CohortPoint(
        time=time,
        share=number.value or 0.0,
        low=number.low,
        high=number.high,
        people=behind,
        told=f"{told} ({interval})" if interval else told,
    )


def _cohort(points: Sequence[CohortPoint], told: _Course, *, unit: str) -> Chart:
    columns = (
        Column(unit.capitalize()),
        Column("Share", numeric=True),
        Column("95 % interval", numeric=True),
        Column("People followed", numeric=True),
    )
    rows = [
        (
            str(point.time),
            words.percent(point.share),
            words.interval(point.low, point.high)
            if point.low is not None and point.high is not None
            else "",
            words.count(point.people) if point.people is not None else "",
        )
        for point in points
    ]
    spec = cohort(points, Headline(told.finding, told.measure), unit=unit, falls=told.falls)
    return Chart(spec, told.finding, text_table(told.caption, columns, rows))
