"""The form in which every metric is written down, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from uptake.metrics.measurement import Dimension, Figure, Unit, ratio
from uptake.metrics.relations import Question, Relations
from uptake.metrics.scope import Grouping, Scope

ANY_GROUP = frozenset(Grouping)
"""Metrics that can be split by anything."""

OF_PEOPLE = frozenset(
    {Grouping.ACCOUNT, Grouping.TEAM, Grouping.ROLE, Grouping.MANAGER, Grouping.POPULATION}
)
"""Metrics that can be split by who did it only."""

STANDARD_WINDOW = "28 days"
WHOLE_HISTORY = "all data up to the last day of the window"


@dataclass(frozen=True, slots=True)
class Context:
    """What a metric's rows are read with: the scope, the relations, who is in scope.

    ``in_scope`` is the number of people in scope by group name and bucket.
    """

    relations: Relations
    scope: Scope
    in_scope: Mapping[tuple[str | None, int], int] = field(default_factory=dict)

    def name(self, group: object) -> str | None:
        """The name of a group."""
        return self.relations.name_of(self.scope.by, group)


Expression = Question
"""Whole numbers that are counted: ``[group,] [bucket,] numerator, denominator[, people]``."""

Reading = Callable[[pa.Table, Context], Sequence[Figure]]
"""Figures from the rows of an expression."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One catalogue entry with its definition.

    ``expression`` answers rows of whole numbers, ``reading`` turns them into figures; a ratio
    needs no reading. ``needs`` are the columns or lists it cannot do without and
    ``not_measurable_when`` the sentence people see if they are missing. ``groupings`` are what it
    can be split by. ``over_time`` says whether periods can be asked for in one query, ``adds_up``
    whether the groups below a parent may be summed into it. ``method`` names the page of
    docs/methods that explains the mathematics, if there is any beyond counting.
    """

    key: str
    name: str
    question: str
    dimension: Dimension
    formula: str
    numerator: str
    denominator: str
    unit: Unit
    window: str
    needs: tuple[str, ...]
    not_measurable_when: str
    expression: Expression
    reading: Reading | None = None
    groupings: frozenset[Grouping] = ANY_GROUP
    over_time: bool = True
    adds_up: bool = False
    method: str = ""


def read_ratio(rows: pa.Table, context: Context) -> list[Figure]:
    """Ratios from columns numerator and denominator; people from a column of that name."""
    if not len(rows):
        return []  # of what cannot be counted there are no columns either
    people = rows["people"].to_pylist() if "people" in rows.column_names else [None] * len(rows)
    return [
        ratio(group, counted or 0, among or 0, people=behind, bucket=bucket)
        for (group, bucket), counted, among, behind in zip(
            groups_and_buckets(rows, context),
            rows["numerator"].to_pylist(),
            rows["denominator"].to_pylist(),
            people,
            strict=True,
        )
    ]


def read_share_in_scope(rows: pa.Table, context: Context) -> list[Figure]:
    """Shares of the people in scope, also where nobody of the group is counted."""
    counted = counts_by_group(rows, context)
    return [
        ratio(group, counted.get((group, bucket), 0), people, people=people, bucket=bucket)
        for (group, bucket), people in everyone_in_scope(counted, context).items()
    ]


def read_mean(rows: pa.Table, context: Context) -> list[Figure]:
    """Sums per person from columns numerator and denominator (people)."""
    return [
        Figure(
            group,
            row["numerator"] / row["denominator"] if row["denominator"] else None,
            row["numerator"] or 0,
            row["denominator"] or 0,
            people=row["denominator"] or 0,
            bucket=bucket,
        )
        for row in rows.to_pylist()
        for group, bucket in [group_and_bucket(row, context)]
    ]


def group_and_bucket(
    row: Mapping[str, Any],  # a row of any query: its columns differ
    context: Context,
) -> tuple[str | None, int]:
    """Name of the group and position of the period of a row."""
    return context.name(row.get("group")), int(row.get("bucket") or 0)


def groups_and_buckets(rows: pa.Table, context: Context) -> list[tuple[str | None, int]]:
    """Name of the group and position of the period of each row."""
    nothing: list[Any] = [None] * len(rows)  # Any: groups are named by numbers or texts
    group = rows["group"].to_pylist() if "group" in rows.column_names else nothing
    bucket = rows["bucket"].to_pylist() if "bucket" in rows.column_names else nothing
    names = {known: context.name(known) for known in set(group)}
    return [(names[g], int(b or 0)) for g, b in zip(group, bucket, strict=True)]


def counts_by_group(rows: pa.Table, context: Context) -> dict[tuple[str | None, int], int]:
    """Column ``numerator`` by name of group and bucket."""
    cells = groups_and_buckets(rows, context)
    return dict(zip(cells, rows["numerator"].to_pylist(), strict=True))


def everyone_in_scope(
    counted: Mapping[tuple[str | None, int], int], context: Context
) -> dict[tuple[str | None, int], int]:
    """People in scope by group and bucket; everyone is in scope of a product, module or action."""
    if context.scope.by in OF_PEOPLE or context.scope.by is None:
        return dict(context.in_scope)
    return {key: context.in_scope.get((None, key[1]), 0) for key in counted}
