"""The rhythm of use: stickiness, weekday and hour, active people week by week."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from uptake.methods.adoption.frequency import stickiness
from uptake.methods.arrays import Counts, Flags
from uptake.metrics.counting import Counting
from uptake.metrics.measurement import WINDOW_DAYS, Dimension, Figure, Unit, Window
from uptake.metrics.metric import (
    STANDARD_WINDOW,
    WHOLE_HISTORY,
    Context,
    Metric,
    group_and_bucket,
)
from uptake.metrics.people import People
from uptake.metrics.people_days import PeopleDays, people_days
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope
from uptake.metrics.splitting import added_up
from uptake.metrics.use import active_people

WEEKDAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rolling_window(window: Window) -> Window:
    """The window and the 27 days before it, which its first day looks back on."""
    return Window(window.first - timedelta(days=WINDOW_DAYS - 1), window.last)


def rolling(days: PeopleDays, day: date) -> Flags:
    """Who was active in the 28 days up to a day."""
    return days.active(Window.ending(day, WINDOW_DAYS))


@Counting
def daily_and_rolling(relations: Relations, scope: Scope) -> pa.Table:
    """``[group,] [bucket,] daily, rolling``: people active on each working day, and in the
    28 days up to it; days without any are left out."""
    wide = rolling_window(scope.window)
    whole = people_days(relations, scope, wide)
    people, days = whole.people, whole.where(whole.people.belonging(wide))
    tables = []
    for bucket, window in enumerate(scope.windows):
        for day in relations.calendar.working_days(window.first, window.last):
            counts = people.totals(days.active(Window(day, day))), people.totals(rolling(days, day))
            tables.append(_day(people, scope, (bucket, day), counts))
    return pa.concat_tables(tables) if tables else _NO_DAYS


def _day(
    people: People, scope: Scope, place: tuple[int, date], counts: tuple[Counts, Counts]
) -> pa.Table:
    group = np.flatnonzero(counts[1])
    bucket = np.full(len(group), place[0])
    columns = {"daily": counts[0][group], "rolling": counts[1][group]}
    return people.rows(scope, group, bucket, columns)


def read_stickiness(rows: pa.Table, context: Context) -> list[Figure]:
    """Mean over working days of daily / rolling actives, in each period of the scope."""
    days: dict[tuple[str | None, int], list[tuple[int, int]]] = defaultdict(list)
    for row in rows.to_pylist():
        days[group_and_bucket(row, context)].append((row["daily"], row["rolling"]))
    return [_stickiness(group, bucket, known) for (group, bucket), known in days.items()]


def _stickiness(group: str | None, bucket: int, known: list[tuple[int, int]]) -> Figure:
    """``known``: people active on each working day, and in the 28 days up to it."""
    mean = stickiness([daily for daily, _ in known], [rolling for _, rolling in known])
    total = None if mean is None else mean * len(known)
    most = max(rolling for _, rolling in known)
    return Figure(group, mean, total, len(known), people=most, bucket=bucket)


_NO_DAYS = pa.table({name: pa.nulls(0, pa.int64()) for name in ("daily", "rolling")})


def hours_of_files(relations: Relations, scope: Scope) -> ir.Table:
    """Events by day of the week (0 = Monday) and local hour."""
    rows = relations.weighted(relations.hours, scope)
    placed = rows.mutate(weekday=rows.day.day_of_week.index())
    return placed.aggregate(
        by=[*scope.keys, "weekday", "hour"], events=placed.events.sum().cast("int64")
    )


@Counting
def events_by_hour(relations: Relations, scope: Scope) -> pa.Table:
    """The same of all files together."""
    rows = relations.ask_files(hours_of_files, scope, "account_hours")
    return added_up(rows, [*scope.keys, "weekday", "hour"])


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


@Counting
def active_people_by_week(relations: Relations, scope: Scope) -> pa.Table:
    """Active people in each week of all data, counted back from the window's last day."""
    counted = active_people(relations, weekly(relations, scope))
    return counted.rename_columns({"bucket": "week", "numerator": "active"})


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
    expression=daily_and_rolling,
    reading=read_stickiness,
    method="stickiness",
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
