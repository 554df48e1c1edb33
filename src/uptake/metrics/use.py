"""How many use it, how often and when last: active people, rates, frequency, recency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import fsum

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.methods.statistics.proportions import Share
from uptake.metrics.active_days import active, days_active, last_active
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
from uptake.metrics.people_in_scope import people_in_scope
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope

WEEK = 7

_NOBODY = "nobody is in scope: map the column that names the person, or import a list of people"
_BASICS = ("person", "time", "action")


def active_people(relations: Relations, scope: Scope) -> ir.Table:
    """People with at least one value action."""
    return active(relations, scope).aggregate(by=scope.keys, numerator=_.count())


def read_active_people(rows: pa.Table, context: Context) -> list[Figure]:
    """Counts of people, 0 where people are in scope and nobody is active."""
    counted = counts_by_group(rows, context)
    return [
        Figure(group, n := counted.get((group, bucket), 0), n, None, people=people, bucket=bucket)
        for (group, bucket), people in everyone_in_scope(counted, context).items()
    ]


def active_days(relations: Relations, scope: Scope) -> ir.Table:
    """Days with a value action, summed over active people."""
    people = days_active(relations, scope)
    return people.aggregate(
        by=scope.keys, numerator=_.active.sum().cast("int64"), denominator=_.count()
    )


def active_this_week(relations: Relations, scope: Scope) -> ir.Table:
    """Active people of the last seven days among those of the window's last 28."""
    month = scope.ending(28)
    last = last_active(relations, month)
    recent = scope.window.last - timedelta(days=WEEK)
    return last.aggregate(
        by=month.keys,
        numerator=(_.last > recent).cast("int64").sum(),
        denominator=_.count(),
        people=_.count(),
    )


def last_active_days(relations: Relations, scope: Scope) -> ir.Table:
    """How many people were last active on each day."""
    history = relations.history(scope)
    last = last_active(relations, history)
    return last.aggregate(by=[*history.keys, "last"], people_last=_.count())


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
        ages[context.name(row.get("group"))].append((since[row["last"]], row["people_last"]))
    return ages


def working_days_used(relations: Relations, scope: Scope) -> ir.Table:
    """People in scope by active working days, population, and the days they came or went.

    ``came`` and ``went`` are null unless they lie inside the days asked about.
    """
    used = days_active(relations, scope, working=True)
    keys = [key for key in used.columns if key != "active"]
    people = people_in_scope(relations, scope)
    both = people.left_join(used, keys).select(*people.columns, active=used.active.fill_null(0))
    first, last = scope.window.first, scope.window.last
    never = ibis.null("date")
    came = (both.start > first).ifelse(both.start, never)
    went = (both.end < last).ifelse(both.end, never)
    rows = both.mutate(came=came, went=went)
    return rows.aggregate(
        by=[*scope.keys, "population", "came", "went", "active"], persons=_.count()
    )


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
    windows = context.scope.windows
    for row in rows.to_pylist():
        key = group_and_bucket(row, context)
        expected = _expected_days(row, windows[key[1]], context.relations)
        if expected is not None:
            groups[key].append(_Days(row["active"], expected, row["persons"]))
    return groups


def median_frequency(days: list[_Days]) -> float | None:
    """Median over people of active / expected days, capped at 1."""
    shares = [(min(d.active / d.expected, 1.0), d.persons) for d in days if d.expected]
    return weighted_median(shares)


def _expected_days(row: Mapping[str, object], window: Window, relations: Relations) -> float | None:
    a_week = relations.profile.of(_text(row["population"])).days_a_week
    if a_week is None or not relations.calendar.weekdays:
        return None
    came, went = _day(row["came"]) or window.first, _day(row["went"]) or window.last
    first, last = max(came, window.first), min(went, window.last)
    working = relations.calendar.count(first, last) if first <= last else 0
    return min(a_week / len(relations.calendar.weekdays), 1.0) * working


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None


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
    denominator="days expected: the profile's days a week over working days in scope, summed",
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
