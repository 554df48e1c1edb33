"""How long do new starters need to work like the others? (Ramp, by Kaplan-Meier.)

A starter is ramped at the end of the first four weeks since their start in which they were active
on as many days as the median of tenured people of their population. Where no start dates are known
newcomers are people first seen well after the data begins. Methods section 1, requirement J7.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from uptake.methods.adoption.ramp import RampCohort, RampTimes, ramp_cohort, ramp_times
from uptake.methods.arrays import Counts, Days, Floats
from uptake.metrics.active_days import each_active_day
from uptake.metrics.measurement import Dimension, Figure, MeasurementState, Unit, Window
from uptake.metrics.metric import OF_PEOPLE, WHOLE_HISTORY, Context, Metric
from uptake.metrics.people_in_scope import people_in_scope
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope, quotient
from uptake.metrics.weeks import keys_of

TENURED_DAYS = 182
"""A person is tenured half a year after their start."""

SEEN_BEFORE_DAYS = 28
"""Without start dates: people seen in the first days of the data were there before it began."""

DAYS = 7


def weeks_since_start(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] person, population, start, end, week, days``: active days by own week.

    Week 0 begins on the start date, or on the first day seen where no start is known, but never
    before the data; people who never were active have one row without a week.
    """
    history = relations.history(scope)
    people = people_in_scope(relations, history).filter(_.start.notnull())
    days = each_active_day(relations, history)
    keys = [key for key in days.columns if key != "day"]
    joined = people.left_join(days, keys).select(*people.columns, day=days.day)
    watched = ibis.greatest(joined.start, ibis.literal(history.window.first, "date"))
    since = joined.day.delta(watched, unit="day").cast("int64")
    weekly = joined.mutate(week=(since >= 0).ifelse(quotient(since, DAYS), -1))
    return weekly.aggregate(
        by=[*history.keys, "person", "population", "start", "end", "week"], days=_.day.count()
    )


@dataclass(frozen=True, slots=True)
class _Starters:
    """One row per group and person: group, population, days of watching, active days by week.

    ``weekly`` is people x weeks since their start, NaN from the week in which watching ends.
    """

    group: npt.NDArray[np.object_]
    population: npt.NDArray[np.object_]
    start: Days
    weekly: Floats

    def where(self, kept: npt.NDArray[np.bool_]) -> _Starters:
        return _Starters(
            self.group[kept], self.population[kept], self.start[kept], self.weekly[kept]
        )


def read_ramp(rows: pa.Table, context: Context) -> list[Figure]:
    """Median days from start to ramped, of the people who started in the data."""
    figures = []
    for group, cohort in _cohorts(rows, context).items():
        if cohort.median_days is None:
            reason = "fewer than half of the starters have ramped so far"
            state = MeasurementState.NOT_YET_DUE
            figures.append(_figure(group, cohort, state=state, reason=reason))
        else:
            figures.append(_figure(group, cohort, reason=_caveat(context)))
    return figures


def read_ramped_by(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of starters who had ramped by 30, 60 and 90 days."""
    return [
        Figure(
            group,
            ramped.share,
            denominator=ramped.followed,
            low=ramped.interval.low,
            high=ramped.interval.high,
            people=cohort.people,
            point=f"day {ramped.day}",
            reason=_caveat(context),
        )
        for group, cohort in _cohorts(rows, context).items()
        for ramped in cohort.ramped_by
    ]


def _figure(
    group: str | None,
    cohort: RampCohort,
    *,
    state: MeasurementState = MeasurementState.MEASURED,
    reason: str = "",
) -> Figure:
    return Figure(
        group,
        cohort.median_days,
        cohort.ramped,
        cohort.people,
        cohort.median_low,
        cohort.median_high,
        people=cohort.people,
        state=state,
        reason=reason,
    )


def _caveat(context: Context) -> str:
    if context.relations.members is not None:
        return ""
    return "no start dates are known: newcomers are people first seen after the first four weeks"


def _cohorts(rows: pa.Table, context: Context) -> dict[str | None, RampCohort]:
    span = context.relations.span
    if not len(rows) or span is None:
        return {}
    window = context.relations.history(context.scope).window
    people = _people(rows, context, window)
    new = people.where(people.start >= np.datetime64(_first_start(context, span[0]), "D"))
    levels = _levels(people, context, window)
    level = np.array([levels.get(p, np.nan) for p in new.population], dtype=float)
    known = ~np.isnan(level)
    new, level = new.where(known), level[known]
    found = {}
    for group in sorted(set(new.group), key=lambda name: name or ""):
        inside = new.group == group
        times = ramp_times(new.weekly[inside], level[inside])
        cohort = ramp_cohort(str(group), RampTimes(times.days, times.observed))
        if cohort:
            found[group] = cohort
    return found


def _first_start(context: Context, first: date) -> date:
    listed = context.relations.members is not None
    return first if listed else first + timedelta(days=SEEN_BEFORE_DAYS)


def _levels(people: _Starters, context: Context, window: Window) -> dict[object, float]:
    """Median active days a week of the tenured people of each population."""
    before = np.datetime64(window.last, "D") - np.timedelta64(TENURED_DAYS, "D")
    span = context.relations.span
    if context.relations.members is None and span is not None:
        newest = np.datetime64(span[0] + timedelta(days=SEEN_BEFORE_DAYS), "D")
        before = max(before, newest - np.timedelta64(1, "D"))
    tenured = people.where(people.start <= before)
    levels = {}
    for population in set(tenured.population):
        table = tenured.weekly[tenured.population == population]
        means = _mean_weeks(table)
        if len(means):
            levels[population] = float(np.median(means))
    return levels


def _mean_weeks(weekly: Floats) -> Floats:
    """Mean active days of the weeks up to each person's last active one: lapsed people do not
    lower the level of those who work."""
    active = np.nan_to_num(weekly) > 0
    last = weekly.shape[1] - active[:, ::-1].argmax(axis=1)
    used = active.any(axis=1)
    return np.asarray(np.nansum(weekly, axis=1)[used] / last[used], dtype=np.float64)


def _people(rows: pa.Table, context: Context, window: Window) -> _Starters:
    names = _names(rows, context)
    codes, name_of = _factor(names)
    _, first, row = np.unique(
        keys_of(codes, rows["person"].to_numpy()), return_index=True, return_inverse=True
    )
    start, end = _dates(rows["start"])[first], _dates(rows["end"])[first]
    watched = np.maximum(start, np.datetime64(window.first, "D"))
    last = np.where(np.isnat(end), np.datetime64(window.last, "D"), end)
    last = np.minimum(last, np.datetime64(window.last, "D"))
    weeks = ((last - watched).astype("timedelta64[D]").astype(np.int64) + 1) // DAYS
    weekly = _weekly(rows, row.ravel(), np.maximum(weeks, 0))
    population = np.array(rows["population"].to_pylist(), dtype=object)[first]
    return _Starters(name_of[codes[first]], population, start, weekly)


def _weekly(rows: pa.Table, row: Counts, weeks: Counts) -> Floats:
    """People x weeks of watching: active days, NaN after watching ends."""
    widest = max(int(weeks.max(initial=0)), 1)
    table = np.zeros((len(weeks), widest))
    week, days = rows["week"].fill_null(-1).to_numpy(), rows["days"].to_numpy()
    kept = (week >= 0) & (week < widest)
    np.add.at(table, (row[kept], week[kept]), days[kept])
    table[np.arange(widest) >= weeks[:, np.newaxis]] = np.nan
    return table


def _names(rows: pa.Table, context: Context) -> list[str | None]:
    if "group" not in rows.column_names:
        return [None] * len(rows)
    known = {code: context.name(code) for code in rows["group"].unique().to_pylist()}
    return [known[code] for code in rows["group"].to_pylist()]


def _factor(names: list[str | None]) -> tuple[Counts, npt.NDArray[np.object_]]:
    distinct = sorted(set(names), key=lambda name: name or "")
    positions = {name: i for i, name in enumerate(distinct)}
    codes = np.array([positions[name] for name in names], dtype=np.int64)
    return codes, np.array(distinct, dtype=object)


def _dates(column: pa.ChunkedArray) -> Days:
    return np.asarray(column.cast(pa.date32()).to_numpy().astype("datetime64[D]"))


_NO_STARTERS = (
    "nobody started while the data was watching, or nobody is tenured to compare with: import a "
    "list of people with start dates"
)

RAMP = Metric(
    key="ramp_days",
    name="New-starter ramp",
    question="How long do new starters need to work like the others?",
    dimension=Dimension.FREQUENCY,
    formula="median days from start to the end of the first 4 weeks with as many active days as "
    "the median tenured person of the population (Kaplan-Meier)",
    numerator="starters who have ramped",
    denominator="people who started in the data; those still under way are censored",
    unit=Unit.DAYS,
    window=WHOLE_HISTORY,
    needs=("people with start dates",),
    not_measurable_when=_NO_STARTERS,
    expression=weeks_since_start,
    reading=read_ramp,
    groupings=OF_PEOPLE,
    over_time=False,
    method="new-starter-ramp",
)

RAMPED_BY = Metric(
    key="ramped_by",
    name="Ramped by day",
    question="How many new starters work like the others after 30, 60 and 90 days?",
    dimension=Dimension.FREQUENCY,
    formula="1 - S(t) of the new-starter ramp at 30, 60 and 90 days",
    numerator="none: 1 - S(t), with those still under way censored",
    denominator="starters followed until then and not ramped just before",
    unit=Unit.SHARE,
    window=WHOLE_HISTORY,
    needs=("people with start dates",),
    not_measurable_when=_NO_STARTERS,
    expression=weeks_since_start,
    reading=read_ramped_by,
    groupings=OF_PEOPLE,
    over_time=False,
    method="new-starter-ramp",
)

METRICS = (RAMP, RAMPED_BY)
