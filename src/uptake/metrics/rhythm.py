"""The rhythm of use: stickiness, weekday and hour, active people week by week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from uptake.methods.adoption.frequency import rolling_active, stickiness
from uptake.methods.arrays import Counts, Flags
from uptake.metrics.active_days import masks_of_days
from uptake.metrics.measurement import WINDOW_DAYS, Dimension, Figure, Unit, Window
from uptake.metrics.metric import STANDARD_WINDOW, WHOLE_HISTORY, Context, Metric
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope
from uptake.metrics.unpacking import unpacked_days
from uptake.metrics.use import active_people

PEOPLE_AT_ONCE = 4096

WEEKDAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day_masks(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] person, block, days``: mask of the days with a value action, per 62 days.

    Reaches 27 days back before the scope, because days there are among its rolling actives.
    """
    return masks_of_days(relations.value_rows(scope), relations, rolling_scope(scope))


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
    """Daily and rolling actives of each group, from the rows of ``day_masks``."""
    wide = rolling_scope(context.scope).window
    grouped = "group" in rows.column_names
    found = actives_by(rows, ["group"] if grouped else [], wide)
    return {context.name(key[0] if grouped else None): actives for key, actives in found.items()}


def actives_by(
    rows: pa.Table, keys: list[str], window: Window
) -> dict[tuple[object, ...], RollingActives]:
    """Daily and rolling actives for each combination of the key columns."""
    days = unpacked_days(rows, keys, window)
    return {key: _counted(active, window.first) for key, active in days.items()}


def _counted(active: Flags, first: date) -> RollingActives:
    """Sums over people, some thousands at a time to keep the running sums small."""
    parts = [active[i : i + PEOPLE_AT_ONCE] for i in range(0, len(active), PEOPLE_AT_ONCE)]
    rolling = np.sum([rolling_active(part) for part in parts], axis=0)
    return RollingActives(first, active.sum(axis=0), rolling)


def read_stickiness(rows: pa.Table, context: Context) -> list[Figure]:
    """Mean over working days of daily / rolling actives, in each period of the scope."""
    figures: list[Figure] = []
    found = rolling_actives(rows, context)
    for group, actives in sorted(found.items(), key=lambda item: item[0] or ""):
        for bucket, window in enumerate(context.scope.windows):
            days = context.relations.calendar.working_days(window.first, window.last)
            figures.append(_stickiness(group, bucket, [actives.on(day) for day in days]))
    return figures


def _stickiness(group: str | None, bucket: int, days: list[tuple[int, int]]) -> Figure:
    """``days``: people active on each working day, and in the 28 days up to it."""
    known = [(daily, rolling) for daily, rolling in days if rolling]
    mean = stickiness([daily for daily, _ in known], [rolling for _, rolling in known])
    total = None if mean is None else mean * len(known)
    most = max((rolling for _, rolling in known), default=0)
    return Figure(group, mean, total, len(known), people=most, bucket=bucket)


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
    expression=day_masks,
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
