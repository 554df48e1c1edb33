"""Do people stay? Retention by Kaplan-Meier, and who has lapsed given their own rhythm."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from uptake.methods.adoption.retention import gaps_before_return, lapse_gap, lapse_times
from uptake.methods.adoption.rhythm import bgbb_fit, bgbb_p_alive, rhythm_of
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier
from uptake.metrics.measurement import Dimension, Figure, Unit
from uptake.metrics.metric import OF_PEOPLE, WHOLE_HISTORY, Context, Metric
from uptake.metrics.weeks import PeopleWeeks, active_weeks, people_weeks

RETENTION_WEEKS = (4, 8, 12, 26, 52)
"""Weeks after the start at which the retention curve is reported."""


def read_retention(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of people who have not lapsed by some weeks after their start."""
    if not len(rows):
        return []
    people = people_weeks(rows, context)
    gap = lapse_gap(gaps_before_return(people.active))
    if gap is None:
        return []
    return [
        figure
        for position, name in enumerate(people.groups)
        for figure in _retention(name, people.of(position), gap)
    ]


def _retention(group: str | None, people: PeopleWeeks, gap: int) -> list[Figure]:
    curve = retention_curve_of(people, gap)
    if curve is None:
        return []
    reason = f"lapsed: {gap} weeks in a row without use, counted from the first of them"
    return [
        Figure(
            group,
            curve.at(week),
            denominator=curve.at_risk_at(week),
            low=float(curve.interval_at(week).low),
            high=float(curve.interval_at(week).high),
            people=len(people.active),
            point=f"week {week}",
            reason=reason,
        )
        for week in RETENTION_WEEKS
        if week <= curve.followed_to
    ]


def retention_curve_of(people: PeopleWeeks, gap: int) -> SurvivalCurve | None:
    """Kaplan-Meier curve of weeks until the first of ``gap`` inactive weeks; leavers censored."""
    times = lapse_times(
        people.active, gap, weeks_watched=people.watched, weeks_before=people.before
    )
    seen = times.durations > times.entry
    if not seen.any():
        return None
    return kaplan_meier(times.durations[seen], times.observed[seen], times.entry[seen])


def read_alive(rows: pa.Table, context: Context) -> list[Figure]:
    """Mean chance that people are still users, each judged by their own rhythm (BG/BB)."""
    if not len(rows):
        return []
    people = people_weeks(rows, context)
    fit = bgbb_fit(rhythm_of(people.active, people.watched))
    if fit is None:
        return []
    figures = []
    for position, name in enumerate(people.groups):
        staying = _not_left(people.of(position))
        rhythm = rhythm_of(staying.active, staying.watched)
        alive = bgbb_p_alive(rhythm, fit.parameters)
        if len(alive):
            total = float(np.sum(alive))
            mean = total / len(alive)
            figures.append(Figure(name, mean, total, len(alive), people=len(alive)))
    return figures


def _not_left(people: PeopleWeeks) -> PeopleWeeks:
    """Those who are still there; people who left have not lapsed."""
    there = people.watched == people.active.shape[1]
    return PeopleWeeks(
        people.groups,
        people.group[there],
        people.active[there],
        people.watched[there],
        people.before[there],
    )


RETENTION = Metric(
    key="retention",
    name="Retention",
    question="Do people who begin to use it stay?",
    dimension=Dimension.FREQUENCY,
    formula="Kaplan-Meier S(t) of weeks from the first active week to the first of k inactive "
    "weeks; of those who came back, 95 % did so sooner than k",
    numerator="none: S(t) = Π (1 - lapsed / at risk); people who left are censored",
    denominator="people still at risk just before week t",
    unit=Unit.SHARE,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when="fewer than 20 times did anybody come back after a silent week, or there "
    "are fewer than four weeks of data: it is not known yet when a silence is a lapse",
    expression=active_weeks,
    reading=read_retention,
    groupings=OF_PEOPLE,
    over_time=False,
    method="retention",
)

ALIVE = Metric(
    key="p_alive",
    name="Still users",
    question="How many of those who ever used it still do, given their own rhythm?",
    dimension=Dimension.FREQUENCY,
    formula="mean over people of P(alive) in the BG/BB model of active weeks",
    numerator="sum of each person's chance of being still a user",
    denominator="people who were ever active and have not left",
    unit=Unit.SHARE,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when="fewer than 30 people were active, or none came back in another week: "
    "there is no rhythm to learn from",
    expression=active_weeks,
    reading=read_alive,
    groupings=OF_PEOPLE,
    over_time=False,
    method="p-alive",
)

METRICS = (RETENTION, ALIVE)
