"""How many use it, how often and how regularly: active people, rates, frequency, stickiness."""

from __future__ import annotations

import ibis.expr.types as ir
import pyarrow as pa

from uptake.metrics.measurement import Dimension, Figure, Unit
from uptake.metrics.metric import (
    STANDARD_WINDOW,
    Context,
    Metric,
    counts_by_group,
    everyone_in_scope,
    read_share_in_scope,
)
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Scope

_NO_VALUE_ACTION = "nobody is in scope: the data names no person who could be active"


def active_people(relations: Relations, scope: Scope) -> ir.Table:
    """People with at least one value action."""
    people = relations.people_with_value(scope)
    return people.aggregate(by=scope.keys, numerator=people.count())


def read_active_people(rows: pa.Table, context: Context) -> list[Figure]:
    """Counts of people, 0 where people are in scope and nobody is active."""
    counted = counts_by_group(rows, context)
    return [
        Figure(group, n := counted.get((group, bucket), 0), n, None, people=people, bucket=bucket)
        for (group, bucket), people in everyone_in_scope(counted, context).items()
    ]


ACTIVE_PEOPLE = Metric(
    key="active_people",
    name="Active people",
    question="How many people really use it?",
    dimension=Dimension.FREQUENCY,
    formula="distinct people with at least one value action in the window",
    numerator="people with a value action expected of them",
    denominator="none: a count",
    unit=Unit.PEOPLE,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when=_NO_VALUE_ACTION,
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
    numerator="people with a value action expected of them in the window",
    denominator="people in scope: listed and employed in the window, or seen in the data so far",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when=_NO_VALUE_ACTION,
    expression=active_people,
    reading=read_share_in_scope,
    adds_up=True,
)
METRICS = (ACTIVE_PEOPLE, ADOPTION_RATE)
