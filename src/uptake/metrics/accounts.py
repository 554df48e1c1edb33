"""How use is spread inside an account: teams that use it, and how much rests on how few people."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from uptake.methods.adoption.concentration import top_share
from uptake.methods.arrays import Counts
from uptake.metrics.counting import Counting
from uptake.metrics.measurement import Dimension, Figure, Unit, Window, ratio
from uptake.metrics.metric import (
    OF_PEOPLE,
    STANDARD_WINDOW,
    Context,
    Metric,
    group_and_bucket,
)
from uptake.metrics.people import People, everyone, histogram
from uptake.metrics.people_days import PeopleDays, people_days
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope
from uptake.metrics.splitting import split
from uptake.metrics.work import events_of

TOP = 0.1
"""Share of people whose part of all work is the concentration."""


@Counting
def teams_with_use(relations: Relations, scope: Scope) -> pa.Table:
    """Teams in scope, and those of them with at least one active person.

    Where nobody listed the people, the groups of the data stand in for teams; a group has no teams
    of its own.
    """
    if relations.members is None:
        if scope.by is not None:
            return _NO_TEAMS
        days = people_days(relations, replace(scope, by=Grouping.ACCOUNT))
        team, group = days.people.group, np.zeros_like(days.people.group)
    else:
        days = people_days(relations, scope)
        team, group = _teams(relations, days.people), days.people.group
    axis = everyone(relations, scope.by)
    found = [_teams_in(days, (group, team), window) for window in scope.windows]
    counts = [
        np.array([np.bincount(column, minlength=len(axis.groups)) for column in columns])
        for columns in zip(*found, strict=True)
    ]
    used, teams, people = counts
    return axis.table(scope, teams, numerator=used, denominator=teams, people=people)


def _teams(relations: Relations, people: People) -> Counts:
    """The position of each person's team, -1 for none."""
    teams = everyone(relations, Grouping.TEAM)
    at = teams.positions(pa.table({"person": people.person}), None)
    return np.where(at < 0, -1, teams.group[at]) if len(teams) else np.full(len(people), -1)


def _teams_in(
    days: PeopleDays, place: tuple[Counts, Counts], window: Window
) -> tuple[Counts, Counts, Counts]:
    """The group of each team that is used, of each team, and of each person in a team."""
    group, team = place
    here = days.people.belonging(window) & (team >= 0)
    pairs = (group << 32) + team
    used = np.unique(pairs[here & days.active(window)])
    return used >> 32, np.unique(pairs[here]) >> 32, group[here]


_NO_TEAMS = pa.table({"numerator": pa.nulls(0, pa.int64())})


@Counting
def people_by_events(relations: Relations, scope: Scope) -> pa.Table:
    """How many people did each number of value events."""
    people = everyone(relations, scope.by)
    tables = []
    for bucket, events in enumerate(events_of(people, relations, scope)):
        kept = people.belonging(scope.windows[bucket]) & (events > 0)
        found = histogram({"group": people.group[kept], "events": events[kept]})
        columns = {name: found[name].to_numpy() for name in ("events", "persons")}
        where = np.full(len(found), bucket)
        tables.append(people.rows(scope, found["group"].to_numpy(), where, columns))
    return pa.concat_tables(tables) if tables else _NO_TEAMS


def read_concentration(rows: pa.Table, context: Context) -> list[Figure]:
    """Share of value events done by the most active tenth of the people in scope."""
    keys = [key for key in context.scope.keys if key in rows.column_names]
    figures = []
    for part in split(rows, keys).values():
        first = part.slice(0, 1).to_pylist()[0]
        key = group_and_bucket(first, context)
        events = np.repeat(part["events"].to_numpy(), part["persons"].to_numpy())
        figures.append(_concentration(key, np.sort(events), context.in_scope.get(key, 0)))
    return figures


def _concentration(key: tuple[str | None, int], events: Counts, in_scope: int) -> Figure:
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
