"""How use is spread inside an account: teams that use it, and how much rests on how few people."""

from __future__ import annotations

from collections import defaultdict

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from ibis import _

from uptake.methods.adoption.concentration import top_share
from uptake.metrics.active_days import active
from uptake.metrics.measurement import Dimension, Figure, Unit, ratio
from uptake.metrics.metric import (
    OF_PEOPLE,
    STANDARD_WINDOW,
    Context,
    Metric,
    group_and_bucket,
)
from uptake.metrics.people_in_scope import people_in_scope
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope

TOP = 0.1
"""Share of people whose part of all work is the concentration."""


def teams_with_use(relations: Relations, scope: Scope) -> ir.Table:
    """Teams in scope, and those of them with at least one active person.

    Where nobody listed the people, the groups of the data stand in for teams.
    """
    people, used_by = (
        _listed(relations, scope) if relations.members is not None else _seen(relations, scope)
    )
    one = used_by.mutate(active=ibis.literal(1).cast("int64"))
    used = people.left_join(one, [key for key in used_by.columns if key in people.columns])
    used = used.select(*people.columns, "active")
    team = used.aggregate(by=[*scope.keys, "team"], used=_.active.max(), people=_.count())
    return team.aggregate(
        by=scope.keys,
        numerator=_.used.sum().cast("int64"),
        denominator=_.count(),
        people=_.people.sum().cast("int64"),
    )


def _listed(relations: Relations, scope: Scope) -> tuple[ir.Table, ir.Table]:
    """People in scope with their team, and those of them who are active."""
    assert relations.members is not None  # noqa: S101 - the caller has looked
    teams = relations.members.select("person", "team").filter(_.team.notnull())
    people = people_in_scope(relations, scope).join(teams, "person")
    return people, active(relations, scope)


def _seen(relations: Relations, scope: Scope) -> tuple[ir.Table, ir.Table]:
    """The same with the groups of the data for teams; a group has no teams of its own."""
    teams = Scope(scope.window, Grouping.ACCOUNT, scope.grain)
    people = people_in_scope(relations, teams).rename(team="group")
    if scope.by is not None:
        people = people.mutate(group=people.team).filter(ibis.literal(False))
    return people, active(relations, teams).rename(team="group")


def people_by_events(relations: Relations, scope: Scope) -> ir.Table:
    """How many people did each number of value events."""
    events = relations.by_person(
        relations.value_activity, scope, events=_.events.sum().cast("int64")
    )
    return events.aggregate(by=[*scope.keys, "events"], persons=_.count())


def read_concentration(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of value events done by the most active tenth of the people in scope."""
    counts: dict[tuple[str | None, int], list[tuple[int, int]]] = defaultdict(list)
    for row in rows.to_pylist():
        counts[group_and_bucket(row, context)].append((row["events"], row["persons"]))
    return [
        _concentration(key, sorted(found), context.in_scope.get(key, 0))
        for key, found in counts.items()
    ]


def _concentration(
    key: tuple[str | None, int], counts: list[tuple[int, int]], in_scope: int
) -> Figure:
    events = np.repeat([n for n, _ in counts], [people for _, people in counts])
    idle = max(in_scope - len(events), 0)
    share = top_share(np.concatenate((events, np.zeros(idle))), TOP)
    people = len(events) + idle
    if share is None:
        return Figure(key[0], None, people=people, bucket=key[1])
    return ratio(key[0], share.numerator, share.denominator, people=people, bucket=key[1])


TEAM_BREADTH = Metric(
    key="team_breadth",
    name="Breadth of teams",
    question="In how many teams does anybody use it?",
    dimension=Dimension.ACCOUNT,
    formula="teams with at least one active person / teams in scope",
    numerator="teams with a person who did a value action; without a list of people, groups",
    denominator="teams of the people in scope; without a list of people, groups seen so far",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("team",),
    not_measurable_when="no teams are known: map a column to 'team' or import a list of people",
    expression=teams_with_use,
    groupings=frozenset({Grouping.ACCOUNT}),
    adds_up=True,
    method="wilson-interval",
)

CONCENTRATION = Metric(
    key="concentration",
    name="Concentration",
    question="How much rests on the most active tenth of people?",
    dimension=Dimension.ACCOUNT,
    formula="value events of the most active 10 % of people in scope / value events",
    numerator="value events done by the most active tenth (rounded up) of the people in scope",
    denominator="value events",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when="there were no value events in the window",
    expression=people_by_events,
    reading=read_concentration,
    groupings=OF_PEOPLE,
    method="concentration",
)

METRICS = (TEAM_BREADTH, CONCENTRATION)
