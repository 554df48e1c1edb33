"""How long do new starters need to work like the others? (Ramp, by Kaplan-Meier.)

A starter is ramped at the end of the first four weeks since their start in which they were active
on as many days as the median of tenured people of their population. Where no start dates are known
newcomers are people first seen well after the data begins. Methods section 1, requirement J7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.methods.adoption.ramp import (
    RampCohort,
    RampTimes,
    ramp_cohort,
    ramp_cohorts,
    ramp_times,
    tenured_level,
)
from uptake.methods.adoption.retention import gaps_before_return, lapse_gap, lapse_times
from uptake.methods.arrays import Counts, Flags, Floats
from uptake.metrics.counting import Counting
from uptake.metrics.day_blocks import number
from uptake.metrics.measurement import (
    MINIMUM_PEOPLE,
    Dimension,
    Figure,
    MeasurementState,
    Unit,
    Window,
)
from uptake.metrics.metric import OF_PEOPLE, WHOLE_HISTORY, Context, Metric
from uptake.metrics.people import ALWAYS, FOREVER, everyone, histogram
from uptake.metrics.people_days import NEVER, people_days
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope
from uptake.metrics.splitting import split

TENURED_DAYS = 182
"""A person is tenured half a year after their start."""

SEEN_BEFORE_DAYS = 28
"""Without start dates: people seen in the first days of the data were there before it began."""

DAYS = 7


@Counting
def ramps(relations: Relations, scope: Scope) -> pa.Table:
    """``[group,] weeks, ramped, persons``: starters by the weeks they took, or were watched.

    A person's weeks begin on the start date, or on the first day seen where no start is known, but
    never before the data or before the go-live of their account.
    """
    history = relations.history(scope)
    starters = _starters(relations, history)
    if starters is None:
        return _NOBODY
    times = starters.times
    weeks = (times.days // DAYS).astype(np.int64)
    columns = {"group": starters.group, "weeks": weeks, "ramped": times.observed.astype(np.int64)}
    found = histogram(columns)
    counted = {name: found[name].to_numpy() for name in ("weeks", "ramped", "persons")}
    everybody = everyone(relations, scope.by)
    nowhen = np.zeros(len(found), np.int64)
    return everybody.rows(history, found["group"].to_numpy(), nowhen, counted)


_NOBODY = pa.table({name: pa.nulls(0, pa.int64()) for name in ("weeks", "ramped", "persons")})


@dataclass(frozen=True, slots=True)
class StartCohort:
    """The ramp of the people who started in one quarter, ``first`` to ``last``.

    Quarters in which too few started are taken together with the next, the newest with the last.
    """

    first: date
    last: date
    ramp: RampCohort


def ramp_by_quarter(relations: Relations, window: Window) -> tuple[StartCohort, ...]:
    """Return the ramp of everybody who started in the data by quarter of their start."""
    starters = _starters(relations, relations.history(Scope(window)))
    if starters is None:
        return ()
    quarter = starters.start.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // 3
    spans = _spans(Counter(quarter.tolist()))
    begins = np.array([begin for begin, _ in spans], dtype=np.int64)
    if not len(begins):
        return ()
    begun = begins[np.searchsorted(begins, quarter, side="right") - 1]
    cohorts = ramp_cohorts(starters.times, [_quarter(label).isoformat() for label in begun])
    return tuple(
        StartCohort(_quarter(begin), _quarter(end + 1) - timedelta(days=1), cohort)
        for (begin, end), cohort in zip(spans, cohorts, strict=True)
    )


def _spans(sizes: Mapping[int, int]) -> list[tuple[int, int]]:
    """First and last quarter of each cohort of enough people; none where all are too few."""
    spans: list[tuple[int, int]] = []
    begin, people = min(sizes, default=0), 0
    for label in sorted(sizes):
        people += sizes[label]
        if people >= MINIMUM_PEOPLE:
            spans.append((begin, label))
            begin, people = label + 1, 0
    if spans and people:
        spans[-1] = (spans[-1][0], max(sizes))
    return spans


def _quarter(label: int) -> date:
    """The first day of a quarter, the quarters being counted since 1970."""
    return date(1970 + int(label) // 4, 1 + 3 * (int(label) % 4), 1)


@dataclass(frozen=True, slots=True)
class _Starters:
    """People who started in the data: group, start (a day number) and what became of them."""

    group: Counts
    start: Counts
    times: RampTimes


def _starters(relations: Relations, history: Scope) -> _Starters | None:
    """Those whose population has a level to compare with; None where nobody can have started."""
    people = _watched(relations, history)
    if not len(people.start) or relations.span is None:
        return None
    first = number(_first_start(relations, relations.span[0]))
    levels = _levels(people, _tenured_before(relations, history.window))
    level = np.array([levels.get(p, np.nan) for p in people.population], dtype=float)
    here: Flags = (people.start >= first) & ~np.isnan(level)
    new = people.where(here)
    kept = ~np.isnan(new.weekly[:, 0])
    return _Starters(new.group[kept], new.start[kept], ramp_times(new.weekly, level[here]))


@dataclass(frozen=True, slots=True)
class _Watched:
    """People who belong: group, population, start (a day number), active days by week.

    ``weekly`` is people x weeks since their start, NaN from the week in which watching ends.
    """

    group: Counts
    population: npt.NDArray[np.object_]
    start: Counts
    weekly: Floats

    def where(self, kept: Flags) -> _Watched:
        return _Watched(
            self.group[kept], self.population[kept], self.start[kept], self.weekly[kept]
        )


def _watched(relations: Relations, history: Scope) -> _Watched:
    """Everybody whose start is known."""
    key = ("watched", history)
    return relations.part(key, lambda: _weeks_of(relations, history))


def _weeks_of(relations: Relations, history: Scope) -> _Watched:
    window, days = history.window, people_days(relations, history)
    people = days.people
    kept = np.flatnonzero(people.belonging(window) & (people.start != ALWAYS))
    first, last = number(window.first), number(window.last)
    watched = np.maximum(people.start, first)[kept]
    watched = np.maximum(watched, _live(relations, people.person[kept]))
    weeks = ((np.minimum(people.end[kept], last) - watched + 1) // DAYS).clip(0)
    weekly = _weekly(days.each(window)[kept], watched - first, weeks)
    return _Watched(people.group[kept], people.population[kept], people.start[kept], weekly)


def _live(relations: Relations, person: Counts) -> Counts:
    """The go-live of each person's account as a day number; of the earliest, if of several."""
    live = np.full(len(person), NEVER, dtype=np.int64)
    if not relations.go_lives:
        return live
    accounts = everyone(relations, Grouping.ACCOUNT)
    names = [relations.name_of(Grouping.ACCOUNT, code) for code in accounts.groups]
    known: dict[str | None, int] = {}
    for told in relations.go_lives:
        known[told.account] = min(known.get(told.account, FOREVER), number(told.day))
    of_group = np.array([known.get(name, NEVER) for name in names], dtype=np.int64)
    order = np.lexsort((-of_group[accounts.group], accounts.person))
    days = of_group[accounts.group[order]].tolist()
    found = dict(zip(accounts.person[order].tolist(), days, strict=True))
    return np.array([found.get(code, NEVER) for code in person.tolist()], dtype=np.int64)


def _weekly(active: Flags, begin: Counts, weeks: Counts) -> Floats:
    """People x weeks from each person's first day on: active days, NaN after watching ends."""
    widest = max(int(weeks.max(initial=0)), 1)
    size, days = active.shape
    before = np.zeros((size, days + 1), dtype=np.int16)
    np.cumsum(active, axis=1, out=before[:, 1:])
    ends = (begin[:, np.newaxis] + DAYS * np.arange(widest + 1)).clip(0, days)
    table = np.diff(np.take_along_axis(before, ends, axis=1), axis=1).astype(np.float64)
    table[np.arange(widest) >= weeks[:, np.newaxis]] = np.nan
    return table


def _first_start(relations: Relations, first: date) -> date:
    listed = relations.members is not None
    return first if listed else first + timedelta(days=SEEN_BEFORE_DAYS)


def _tenured_before(relations: Relations, window: Window) -> int:
    """The day number up to which a start makes a person tenured."""
    before = number(window.last) - TENURED_DAYS
    if relations.members is None and relations.span is not None:
        before = max(before, number(relations.span[0]) + SEEN_BEFORE_DAYS - 1)
    return before


def _levels(people: _Watched, before: int) -> dict[object, float]:
    """Median active days a week of the tenured people of each population, while they use it."""
    tenured = people.where(people.start <= before)
    used = _while_used(tenured.weekly)
    levels = {}
    for population in set(tenured.population):
        level = tenured_level(used[tenured.population == population])
        if level is not None:
            levels[population] = level
    return levels


def _while_used(weekly: Floats) -> Floats:
    """The weeks from the first active one to the last before a lapse, the others NaN.

    Before go-live nobody could use it, and who has stopped says nothing of those who work.
    """
    active: Flags = np.asarray(np.nan_to_num(weekly) > 0)
    used = np.flatnonzero(active.any(axis=1))
    weeks = np.arange(weekly.shape[1])
    first = active.argmax(axis=1)
    end = weekly.shape[1] - active[:, ::-1].argmax(axis=1)
    gap = lapse_gap(gaps_before_return(active)) if len(active) else None
    if gap is not None:
        watched = (~np.isnan(weekly)).sum(axis=1)
        stayed = lapse_times(active, gap, weeks_watched=watched).durations
        end[used] = first[used] + stayed
    weeks_of, lengths = weeks[np.newaxis, :], np.where(active.any(axis=1), end, 0)
    inside = (weeks_of >= first[:, np.newaxis]) & (weeks_of < lengths[:, np.newaxis])
    return np.where(inside, weekly, np.nan)


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
    found = {}
    for key, part in split(rows, ["group"] if "group" in rows.column_names else []).items():
        persons = part["persons"].to_numpy()
        days = np.repeat(DAYS * part["weeks"].to_numpy().astype(float), persons)
        ramped = np.repeat(part["ramped"].to_numpy().astype(bool), persons)
        name = context.name(key[0] if key else None)
        cohort = ramp_cohort(str(name), RampTimes(days, ramped))
        if cohort:
            found[name] = cohort
    return found


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
    expression=ramps,
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
    expression=ramps,
    reading=read_ramped_by,
    groupings=OF_PEOPLE,
    over_time=False,
    method="new-starter-ramp",
)

METRICS = (RAMP, RAMPED_BY)
