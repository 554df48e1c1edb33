"""The rhythm of use: stickiness, weekday and hour, active people week by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.measurement import WINDOW_DAYS, Dimension, Figure, Unit, Window
from uptake.metrics.metric import STANDARD_WINDOW, WHOLE_HISTORY, Context, Metric
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope
from uptake.metrics.use import active_people

WEEKDAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def changes_of_actives(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] offset, change, active``: what every day adds to and takes from rolling actives.

    Each day of a person adds one to the people active in the last 28 days, and is taken away on
    the earlier of the person's next active day and 28 days later; the running sum of ``change`` is
    the number of different people active in the 28 days up to a day. ``active`` is the number on
    the day itself. ``offset`` counts days from 27 days before the window.
    """
    wide = rolling_scope(scope)
    return changes(relations.people_with_value(wide, "day"), wide.keys, wide.window.first)


def changes(days: ir.Table, keys: list[str], first: date) -> ir.Table:
    """``keys, offset, change, active`` from the different ``keys, person, day`` of use."""
    numbered = days.mutate(offset=days.day.delta(first, unit="day").cast("int64"))
    person = [numbered[key] for key in (*keys, "person")]
    following = numbered.offset.lead().over(ibis.window(group_by=person, order_by=numbered.offset))
    spans = numbered.mutate(following=following)
    lapse = spans.offset + WINDOW_DAYS
    end = ibis.least(spans.following.fill_null(lapse), lapse).cast("int64")
    one, nothing = ibis.literal(1).cast("int64"), ibis.literal(0).cast("int64")
    gained = spans.select(*keys, offset=spans.offset, change=one, active=one)
    lost = spans.select(*keys, offset=end, change=-one, active=nothing)
    both = ibis.union(gained, lost, distinct=False)
    return both.aggregate(
        by=[*keys, "offset"],
        change=both.change.sum().cast("int64"),
        active=both.active.sum().cast("int64"),
    )


def rolling_scope(scope: Scope) -> Scope:
    """The scope's days and the 27 before them, without periods."""
    window = scope.window
    first = window.first - timedelta(days=WINDOW_DAYS - 1)
    return Scope(Window(first, window.last), scope.by)


@dataclass(frozen=True, slots=True)
class RollingActives:
    """Different people active on each day, and in the 28 days up to it, from a first day on."""

    first: date
    daily: Counts
    rolling: Counts

    def on(self, day: date) -> tuple[int, int]:
        """People active on the day and in the 28 days up to it."""
        position = (day - self.first).days
        return int(self.daily[position]), int(self.rolling[position])


def rolling_actives(rows: pa.Table, context: Context) -> dict[str | None, RollingActives]:
    """Daily and rolling actives of each group, from the rows of ``changes_of_actives``."""
    wide = rolling_scope(context.scope).window
    groups: dict[str | None, list[tuple[int, int, int]]] = defaultdict(list)
    for row in rows.to_pylist():
        if row["offset"] < wide.days:
            parts = (row["offset"], row["change"], row["active"])
            groups[context.name(row.get("group"))].append(parts)
    return {group: rolling(parts, wide) for group, parts in groups.items()}


def rolling(parts: list[tuple[int, int, int]], wide: Window) -> RollingActives:
    """Rolling actives from (offset, change, active) of the days that have any."""
    change, daily = (np.zeros(wide.days, dtype=np.int64) for _ in range(2))
    for offset, gained, active in parts:
        change[offset] += gained
        daily[offset] += active
    return RollingActives(wide.first, daily, np.cumsum(change))


def read_stickiness(rows: pa.Table, context: Context) -> list[Figure]:
    """Mean over working days of daily / rolling actives, in each period of the scope."""
    calendar = context.relations.calendar
    figures: list[Figure] = []
    for group, actives in rolling_actives(rows, context).items():
        for bucket, window in enumerate(context.scope.windows):
            days = calendar.working_days(window.first, window.last)
            pairs = [pair for day in days if (pair := actives.on(day))[1]]
            total = float(sum(daily / rolling for daily, rolling in pairs))
            mean = total / len(pairs) if pairs else None
            most = max((rolling for _, rolling in pairs), default=0)
            figures.append(Figure(group, mean, total, len(pairs), people=most, bucket=bucket))
    return figures


def events_by_hour(relations: Relations, scope: Scope) -> ir.Table:
    """Events by day of the week (0 = Monday) and local hour."""
    rows = relations.weighted(relations.hours, scope)
    placed = rows.mutate(weekday=rows.day.day_of_week.index())
    return placed.aggregate(
        by=[*scope.keys, "weekday", "hour"], events=placed.events.sum().cast("int64")
    )


def read_hours(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of the events of each hour of the week; hours without events have none."""
    totals: dict[tuple[str | None, int], int] = defaultdict(int)
    cells = []
    for row in rows.to_pylist():
        key = context.name(row.get("group")), row.get("bucket", 0)
        totals[key] += row["events"]
        if row["events"]:
            cells.append((key, row["weekday"], row["hour"], row["events"]))
    return [
        Figure(
            key[0],
            events / totals[key],
            events,
            totals[key],
            bucket=key[1],
            point=f"{WEEKDAY_NAMES[weekday]} {hour:02d}",
        )
        for key, weekday, hour, events in sorted(cells, key=lambda c: (c[0][1], c[1], c[2]))
    ]


def active_people_by_week(relations: Relations, scope: Scope) -> ir.Table:
    """Active people in each week of all data, counted back from the window's last day."""
    weeks = weekly(relations, scope)
    return active_people(relations, weeks).rename(week="bucket", active="numerator")


def weekly(relations: Relations, scope: Scope) -> Scope:
    """All whole weeks of the data up to the window's last day."""
    history = relations.history(scope).window
    return Scope(history, scope.by, Grain.WEEK)


def read_weeks(rows: pa.Table, context: Context) -> list[Figure]:
    """A figure a week, named by its last day; weeks without active people are counted as 0."""
    weeks = weekly(context.relations, context.scope).windows
    groups: dict[str | None, dict[int, int]] = defaultdict(dict)
    for row in rows.to_pylist():
        groups[context.name(row.get("group"))][row["week"]] = row["active"]
    return [
        Figure(group, counts.get(i, 0), counts.get(i, 0), point=week.last.isoformat())
        for group, counts in groups.items()
        for i, week in enumerate(weeks)
    ]


STICKINESS = Metric(
    key="stickiness",
    name="Stickiness (DAU/MAU)",
    question="How much of its monthly public uses it on a working day?",
    dimension=Dimension.FREQUENCY,
    formula="mean over working days of people active on the day / people active in the 28 days "
    "up to it",
    numerator="sum over working days of that day's ratio",
    denominator="working days of the window (days overlap, so no interval is given)",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when="nobody was active in the window",
    expression=changes_of_actives,
    reading=read_stickiness,
)

WEEKDAY_HOURS = Metric(
    key="weekday_hours",
    name="Weekday and hour pattern",
    question="When is it used?",
    dimension=Dimension.TIMING,
    formula="events of the hour of the week / all events",
    numerator="events in that hour of that weekday, local time",
    denominator="events in the window",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("time",),
    not_measurable_when="there were no events in the window",
    expression=events_by_hour,
    reading=read_hours,
    groupings=frozenset({Grouping.ACCOUNT}),
)

WEEKLY_ACTIVE_PEOPLE = Metric(
    key="weekly_active_people",
    name="Active people week by week",
    question="Is use growing?",
    dimension=Dimension.FREQUENCY,
    formula="number of different people with at least one value action in the week",
    numerator="people with an action that is expected of them in the week",
    denominator="none: a count",
    unit=Unit.PEOPLE,
    window=WHOLE_HISTORY,
    needs=("person", "time", "action"),
    not_measurable_when="there is not one whole week of data",
    expression=active_people_by_week,
    reading=read_weeks,
    over_time=False,
)

METRICS = (WEEKLY_ACTIVE_PEOPLE, STICKINESS, WEEKDAY_HOURS)
