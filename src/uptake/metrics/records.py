"""When and how well work is recorded: timeliness, delay, first-time-right, rework."""

from __future__ import annotations

import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.metrics.counting import Counting
from uptake.metrics.measurement import Dimension, Figure, Unit, ratio
from uptake.metrics.metric import STANDARD_WINDOW, Context, Metric, group_and_bucket
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope
from uptake.metrics.work import work
from uptake.store.schema import ON_TIME_STEPS

_STEP_NAMES = {
    "within_1h": "within 1 hour",
    "within_4h": "within 4 hours",
    "within_1d": "within 1 day",
    "within_2d": "within 2 days",
    "within_7d": "within 7 days",
}


@Counting
def value_events(relations: Relations, scope: Scope) -> pa.Table:
    """Events with a value action."""
    done = work(relations, scope, "events")
    return done.table("events", numerator=done.sums("events"), people=done.people("events"))


def read_count(rows: pa.Table, context: Context) -> list[Figure]:
    """Counts from column numerator."""
    return [
        Figure(group, row["numerator"] or 0, row["numerator"] or 0, people=row["people"], bucket=b)
        for row in rows.to_pylist()
        for group, b in [group_and_bucket(row, context)]
    ]


@Counting
def recorded_in_time(relations: Relations, scope: Scope) -> pa.Table:
    """Value actions recorded within the agreed delay, of those whose recording time is known."""
    agreed = relations.profile.recorded_within
    done = work(relations, scope, agreed, "timed")
    return done.table(
        "timed",
        numerator=done.sums(agreed),
        denominator=done.sums("timed"),
        people=done.people("timed"),
    )


@Counting
def recorded_by_step(relations: Relations, scope: Scope) -> pa.Table:
    """Value actions recorded within each step of delay."""
    done = work(relations, scope, *ON_TIME_STEPS, "timed")
    sums = {name: done.sums(name) for name in (*ON_TIME_STEPS, "timed")}
    return done.table("timed", **sums, people_timed=done.people("timed"))


def read_steps(rows: pa.Table, context: Context) -> list[Figure]:
    """One share per step: the distribution of the delay, read at the steps."""
    return [
        ratio(group, row[step], row["timed"], people=row["people_timed"], bucket=b, point=name)
        for row in rows.to_pylist()
        if row["timed"]
        for group, b in [group_and_bucket(row, context)]
        for step, name in _STEP_NAMES.items()
    ]


@Counting
def right_first_time(relations: Relations, scope: Scope) -> pa.Table:
    """Value actions that were right the first time, of those that were judged."""
    done = work(relations, scope, "right_first_time", "judged")
    return done.table(
        "judged",
        numerator=done.sums("right_first_time"),
        denominator=done.sums("judged"),
        people=done.people("judged"),
    )


def repeated_work(relations: Relations, scope: Scope) -> ir.Table:
    """Value actions done again on an object on which the same action was done in the window.

    Rollups know no objects, so these are always the raw events.
    """
    records = relations.value_records
    rows = relations.weighted(records.filter(records.object_id.notnull()), scope)
    done = ["object_type", "object_id", "action"]
    times = rows.aggregate(by=[*scope.keys, *done], times=_.count())
    shares = times.aggregate(
        by=scope.keys,
        numerator=(_.times - 1).sum().cast("int64"),
        denominator=_.times.sum().cast("int64"),
    )
    authors = rows.aggregate(by=scope.keys, people=_.person.nunique())
    return shares.join(authors, scope.keys) if scope.keys else shares.cross_join(authors)


VALUE_EVENTS = Metric(
    key="value_actions",
    name="Value actions",
    question="How much work is done in it?",
    dimension=Dimension.FREQUENCY,
    formula="number of value actions in the window",
    numerator="events whose action is expected of the person",
    denominator="none: a count",
    unit=Unit.EVENTS,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when="there are no events",
    expression=value_events,
    reading=read_count,
    adds_up=True,
)

TIMELINESS = Metric(
    key="timeliness",
    name="Timeliness",
    question="Is work recorded when it happens?",
    dimension=Dimension.TIMING,
    formula="actions recorded within the agreed delay / actions whose recording time is known",
    numerator="value actions with recorded - occurred <= the agreed delay (default 1 day)",
    denominator="value actions with a recording time",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("recorded",),
    not_measurable_when="the data does not say when work was recorded: map the column that does "
    "to 'recorded'",
    expression=recorded_in_time,
    adds_up=True,
    method="timeliness",
)

RECORDING_DELAY = Metric(
    key="recording_delay",
    name="Recording delay",
    question="How long after the work is it recorded?",
    dimension=Dimension.TIMING,
    formula="actions recorded within 1 h, 4 h, 1 d, 2 d, 7 d / actions with a recording time",
    numerator="value actions with recorded - occurred <= the step",
    denominator="value actions with a recording time",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("recorded",),
    not_measurable_when=TIMELINESS.not_measurable_when,
    expression=recorded_by_step,
    reading=read_steps,
    adds_up=True,
    method="timeliness",
)

FIRST_TIME_RIGHT = Metric(
    key="first_time_right",
    name="First-time-right share",
    question="Is what is entered right the first time?",
    dimension=Dimension.QUALITY,
    formula="actions right the first time / actions judged",
    numerator="value actions whose quality is marked as right",
    denominator="value actions whose quality is known",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("quality",),
    not_measurable_when="the data does not say whether work was right: map the column that does "
    "to 'quality'",
    expression=right_first_time,
    adds_up=True,
    method="quality",
)

REWORK = Metric(
    key="rework",
    name="Rework share",
    question="How much work is done over again?",
    dimension=Dimension.QUALITY,
    formula="(actions on objects - different pairs of object and action) / actions on objects",
    numerator="value actions repeated on the same object in the window, by anyone",
    denominator="value actions that name their object",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("object",),
    not_measurable_when="the data does not say what was worked on: map the column that names the "
    "record to 'object'",
    expression=repeated_work,
    method="quality",
)

METRICS = (VALUE_EVENTS, TIMELINESS, RECORDING_DELAY, FIRST_TIME_RIGHT, REWORK)
