"""How many use it, how often and when last: active people, rates, frequency, recency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.methods.statistics.proportions import Share
from uptake.metrics.counting import Counting
from uptake.metrics.day_blocks import number
from uptake.metrics.histogram import weighted_median
from uptake.metrics.measurement import Dimension, Figure, MeasurementState, Unit, Window
from uptake.metrics.metric import (
    OF_PEOPLE,
    STANDARD_WINDOW,
    WHOLE_HISTORY,
    Context,
    Metric,
    counts_by_group,
    everyone_in_scope,
    group_and_bucket,
    read_mean,
    read_share_in_scope,
)
from uptake.metrics.people import People, histogram
from uptake.metrics.people_days import NEVER, people_days
from uptake.metrics.relations import Relations
from uptake.metrics.scope import OF_ACTIVITY, Scope

WEEK = 7

DAYS_BEFORE = 2**31
"""Keeps day numbers positive where they are packed into one number with others."""

_NOBODY = "nobody is in scope: map the column that names the person, or import a list of people"
_BASICS = ("person", "time", "action")


@Counting
def active_people(relations: Relations, scope: Scope) -> pa.Table:
    """People with at least one value action."""
    days = people_days(relations, scope)
    people = days.people
    counts = people.in_each(scope, lambda window: days.active(window) & people.belonging(window))
    return people.table(scope, counts, numerator=counts)


def read_active_people(rows: pa.Table, context: Context) -> list[Figure]:
    """Counts of people, 0 where people are in scope and nobody is active."""
    counted = counts_by_group(rows, context)
    return [
        Figure(group, n := counted.get((group, bucket), 0), n, None, people=people, bucket=bucket)
        for (group, bucket), people in everyone_in_scope(counted, context).items()
    ]


@Counting
def active_days(relations: Relations, scope: Scope) -> pa.Table:
    """Days with a value action, summed over active people."""
    days = people_days(relations, scope)
    people = days.people

    def counted(window: Window) -> Counts:
        return days.count(window) * people.belonging(window)

    used = people.in_each(scope, counted)
    active = people.in_each(scope, lambda window: counted(window) > 0)
    return people.table(scope, active, numerator=used, denominator=active)


@Counting
def active_this_week(relations: Relations, scope: Scope) -> pa.Table:
    """Active people of the last seven days among those of the window's last 28."""
    month = scope.ending(28)
    days = people_days(relations, month)
    people = days.people
    here = people.belonging(month.window)
    week = scope.ending(WEEK).window
    recent = people.in_each(month, lambda _month: days.active(week) & here)
    active = people.in_each(month, lambda window: days.active(window) & here)
    return people.table(month, active, numerator=recent, denominator=active, people=active)


@Counting
def last_active_days(relations: Relations, scope: Scope) -> pa.Table:
    """How many people were last active on each day."""
    history = relations.history(scope)
    days = people_days(relations, history)
    return people_by_day(days.people, history, days.last(history.window), "last")


def people_by_day(people: People, scope: Scope, day: Counts, name: str) -> pa.Table:
    """``[group,] <name>, persons``: how many people who belong have each day as theirs."""
    kept = (day != NEVER) & people.belonging(scope.window)
    keys = (people.group[kept] << 32) + day[kept] + DAYS_BEFORE
    found, persons = np.unique(keys, return_counts=True)
    days = (found & 0xFFFFFFFF) - DAYS_BEFORE
    columns = {name: _dates(days), "persons": persons}
    return people.rows(scope, found >> 32, np.zeros(len(found), np.int64), columns)


def _dates(days: Counts) -> pa.Array:
    return pa.array(days, pa.int32()).cast(pa.date32())


def read_recency(rows: pa.Table, context: Context) -> list[Figure]:
    """Median working days since people were last active."""
    calendar, end = context.relations.calendar, context.scope.window.last
    since = {
        day: calendar.count(day + timedelta(days=1), end) if day < end else 0
        for day in rows["last"].unique().to_pylist()
    }
    return [
        Figure(group, weighted_median(ages), people=sum(n for _, n in ages))
        for group, ages in _by_group(rows, context, since).items()
    ]


def _by_group(
    rows: pa.Table, context: Context, since: Mapping[date, int]
) -> dict[str | None, list[tuple[float, int]]]:
    ages: dict[str | None, list[tuple[float, int]]] = defaultdict(list)
    for row in rows.to_pylist():
        ages[context.name(row.get("group"))].append((since[row["last"]], row["persons"]))
    return ages


@Counting
def working_days_used(relations: Relations, scope: Scope) -> pa.Table:
    """``population, days_a_week, due, active, persons``: people in scope by their working days.

    ``due`` are the working days on which the person belonged and was not on leave.
    """
    days, calendar = people_days(relations, scope), relations.calendar
    if scope.by in OF_ACTIVITY or not len(days.people):
        return _NO_DAYS
    tables = []
    for bucket, window in enumerate(scope.windows):
        active = days.count(window, calendar.is_working)
        due = _due(relations, days.people, window)
        tables.append(_histogram(days.people, scope, bucket, (active, due)))
    return pa.concat_tables(tables) if tables else _NO_DAYS


def _due(relations: Relations, people: People, window: Window) -> Counts:
    """Working days of each person in the window, those on leave taken away."""
    working = relations.calendar.each_day(window.first, window.last)
    before = np.concatenate(([0], np.cumsum(working)))
    first, last = number(window.first), number(window.last)

    def between(start: Counts, end: Counts) -> Counts:
        begin, stop = np.maximum(start, first) - first, np.minimum(end, last) - first + 1
        return np.where(
            stop > begin, before[stop.clip(0)] - before[begin.clip(max=len(working))], 0
        )

    due = between(people.start, people.end)
    for away in relations.leave:
        rows = np.flatnonzero(people.person == away.person)
        start = np.maximum(people.start[rows], number(away.first))
        due[rows] -= between(start, np.minimum(people.end[rows], number(away.last)))
    return due


def _histogram(people: People, scope: Scope, bucket: int, days: tuple[Counts, Counts]) -> pa.Table:
    kept = people.belonging(scope.windows[bucket])
    names, codes = people.populations
    population, named = codes[kept], np.array(names, dtype=object)
    pace = np.nan_to_num(people.days_a_week[kept], nan=-1.0)
    found = histogram(
        {
            "group": people.group[kept],
            "population": population,
            "days_a_week": pace,
            "active": days[0][kept],
            "due": days[1][kept],
        }
    )
    columns = {name: found[name].to_numpy() for name in ("days_a_week", "active", "due", "persons")}
    populations = named[found["population"].to_numpy()]  # all may be None: say that it is text
    columns |= {"population": pa.array(populations, pa.string())}
    where = np.full(len(found), bucket)
    return people.rows(scope, found["group"].to_numpy(), where, columns)


_NO_DAYS = pa.table({name: pa.nulls(0, pa.int64()) for name in ("active", "due", "persons")})


@dataclass(frozen=True, slots=True)
class _Days:
    """Active working days of some people and the days that were expected of each."""

    active: float
    expected: float
    persons: int


def read_frequency(rows: pa.Table, context: Context) -> list[Figure]:
    """Active working days of expected ones, each person capped at all of them."""
    groups = days_by_group(rows, context)
    return [_frequency(group, bucket, days) for (group, bucket), days in groups.items()]


def days_by_group(rows: pa.Table, context: Context) -> dict[tuple[str | None, int], list[_Days]]:
    """What people did and what was expected of them, by group and bucket."""
    groups: dict[tuple[str | None, int], list[_Days]] = defaultdict(list)
    for row in rows.to_pylist():
        key = group_and_bucket(row, context)
        expected = _expected_days(row, context.relations)
        if expected is not None:
            groups[key].append(_Days(row["active"], expected, row["persons"]))
    return groups


def median_frequency(days: list[_Days]) -> float | None:
    """Median over people of active / expected days, capped at 1."""
    shares = [(min(d.active / d.expected, 1.0), d.persons) for d in days if d.expected]
    return weighted_median(shares)


def _expected_days(row: Mapping[str, object], relations: Relations) -> float | None:
    """Days expected of a person, in proportion for those who work part-time."""
    weekdays = len(relations.calendar.weekdays)
    a_week = relations.profile.of(_text(row["population"])).days_a_week
    if a_week is None or not weekdays:
        return None
    works = float(str(row["days_a_week"]))
    share = min(a_week / weekdays, 1.0) * (min(works / weekdays, 1.0) if works >= 0 else 1.0)
    return share * int(str(row["due"]))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _frequency(group: str | None, bucket: int, days: list[_Days]) -> Figure:
    done = fsum(min(d.active, d.expected) * d.persons for d in days)
    expected = fsum(d.expected * d.persons for d in days)
    people = sum(d.persons for d in days)
    if not expected:
        reason = "no working day was expected of anybody in this window"
        state = MeasurementState.EXEMPT
        return Figure(group, None, people=people, bucket=bucket, state=state, reason=reason)
    share = done / expected
    interval = Share(share * people, people).interval
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Figure(group, share, done, expected, low, high, people, bucket)


ACTIVE_PEOPLE = Metric(
    key="active_people",
    name="Active people",
    question="How many people really use it?",
    dimension=Dimension.FREQUENCY,
    formula="number of different people with at least one value action in the window",
    numerator="people with an action that is expected of them",
    denominator="none: a count",
    unit=Unit.PEOPLE,
    window=STANDARD_WINDOW,
    needs=_BASICS,
    not_measurable_when=_NOBODY,
    expression=active_people,
    reading=read_active_people,
    adds_up=True,
)

ADOPTION_RATE = Metric(
    key="adoption_rate",
    name="Adoption rate",
    question="What share of the people who should use it do?",
    dimension=Dimension.FREQUENCY,
    formula="active people / people in scope",
    numerator="people with an action that is expected of them in the window",
    denominator="people in scope: listed and employed in the window; without a list, seen so far",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=_BASICS,
    not_measurable_when=_NOBODY,
    expression=active_people,
    reading=read_share_in_scope,
    adds_up=True,
    method="wilson-interval",
)

FREQUENCY = Metric(
    key="frequency",
    name="Frequency",
    question="Do people use it as often as their work needs?",
    dimension=Dimension.FREQUENCY,
    formula="Σ min(active working days, expected days) / Σ expected days, over people in scope",
    numerator="working days with a value action, at most those expected, summed over people",
    denominator="days expected: the profile's days a week over working days in scope, summed; less "
    "leave and in proportion for part-time; of people of whom neither is known, full weeks",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=(*_BASICS, "expected days a week"),
    not_measurable_when="nobody said how often it should be used, and no person was active on "
    "three days, from which it could be proposed: set the days a week in the expected profile",
    expression=working_days_used,
    reading=read_frequency,
    groupings=OF_PEOPLE,
    method="frequency",
)

ACTIVE_DAYS = Metric(
    key="active_days",
    name="Active days (L28)",
    question="On how many days does an active person use it?",
    dimension=Dimension.FREQUENCY,
    formula="days with a value action / active people",
    numerator="days with a value action, summed over people",
    denominator="active people",
    unit=Unit.DAYS,
    window=STANDARD_WINDOW,
    needs=_BASICS,
    not_measurable_when="nobody was active: days cannot be shared out among no people",
    expression=active_days,
    reading=read_mean,
    method="frequency",
)

WEEK_OF_MONTH = Metric(
    key="wau_mau",
    name="Weekly of monthly active people (WAU/MAU)",
    question="Of those who use it in a month, how many do in a week?",
    dimension=Dimension.FREQUENCY,
    formula="people active in the last 7 days / people active in the last 28 days",
    numerator="people with a value action in the last 7 days of the window",
    denominator="people with a value action in the last 28 days of the window",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=_BASICS,
    not_measurable_when="nobody was active in the 28 days",
    expression=active_this_week,
    over_time=False,
    adds_up=True,
    method="stickiness",
)

RECENCY = Metric(
    key="recency",
    name="Recency",
    question="How long ago did people last use it?",
    dimension=Dimension.FREQUENCY,
    formula="median over people of working days since their last value action",
    numerator="working days after the last value action, up to the window's last day",
    denominator="none: a median over people who ever were active",
    unit=Unit.WORKING_DAYS,
    window=WHOLE_HISTORY,
    needs=_BASICS,
    not_measurable_when="nobody was ever active",
    expression=last_active_days,
    reading=read_recency,
    over_time=False,
    method="recency",
)

METRICS = (ACTIVE_PEOPLE, ADOPTION_RATE, FREQUENCY, ACTIVE_DAYS, WEEK_OF_MONTH, RECENCY)
