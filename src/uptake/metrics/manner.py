"""How it is used: breadth and depth of actions, conformance to the intended way of working."""

from __future__ import annotations

from collections import defaultdict

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import _

from uptake.methods.adoption.depth import effective_number
from uptake.metrics.active_days import active
from uptake.metrics.masks import bits_set, expected_bits
from uptake.metrics.measurement import Dimension, Figure, Unit, ratio
from uptake.metrics.metric import (
    OF_PEOPLE,
    STANDARD_WINDOW,
    Context,
    Metric,
    group_and_bucket,
)
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope


def actions_used_by_people(relations: Relations, scope: Scope) -> ir.Table:
    """Per population: expected actions that people used, summed over the people who used any."""
    people = _done(relations, scope)
    bits = _expected(people, relations)
    used = people.mutate(used=bits_set(bits)).filter(_.used > 0)
    return used.aggregate(
        by=[*scope.keys, "population"],
        used=_.used.sum().cast("int64"),
        active=_.person.nunique(),
    )


def actions_used_by_group(relations: Relations, scope: Scope) -> ir.Table:
    """Per population: masks of the expected actions that anybody used, and how many people."""
    people = _done(relations, scope)
    used = people.mutate(bits=_expected(people, relations)).filter(_.bits != 0)
    return used.aggregate(
        by=[*scope.keys, "population", "block"],
        mask=_.bits.bit_or(),
        active=_.person.nunique(),
    )


def read_breadth(rows: pa.Table, context: Context) -> list[Figure]:
    """Used / expected actions, summed over people."""
    sums: dict[tuple[str | None, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows.to_pylist():
        expected = len(context.relations.profile.of(row["population"]).actions)
        total = sums[group_and_bucket(row, context)]
        total[0] += row["used"]
        total[1] += expected * row["active"]
        total[2] += row["active"]
    return [
        ratio(group, used, expected, people=people, bucket=bucket)
        for (group, bucket), (used, expected, people) in sums.items()
    ]


def read_actions_in_use(rows: pa.Table, context: Context) -> list[Figure]:
    """Expected actions that anybody used / actions expected of the populations that used any."""
    used: dict[tuple[str | None, int], set[tuple[int, int]]] = defaultdict(set)
    expected: dict[tuple[str | None, int], set[int]] = defaultdict(set)
    people: dict[tuple[str | None, int], dict[str | None, int]] = defaultdict(dict)
    for row in rows.to_pylist():
        key, population = group_and_bucket(row, context), row["population"]
        used[key] |= {(row["block"], bit) for bit in range(62) if row["mask"] >> bit & 1}
        expected[key] |= context.relations.profile.of(row["population"]).actions
        people[key][population] = max(people[key].get(population, 0), row["active"])
    return [
        ratio(
            group,
            len(done),
            len(expected[group, bucket]),
            people=sum(people[group, bucket].values()),
            bucket=bucket,
        )
        for (group, bucket), done in used.items()
    ]


def events_by_action(relations: Relations, scope: Scope) -> ir.Table:
    """Value events by action."""
    people = relations.by_person(
        relations.value_activity, scope, "action", events=_.events.sum().cast("int64")
    )
    return people.aggregate(
        by=[*scope.keys, "action"],
        events=_.events.sum().cast("int64"),
        everyone=_.person.nunique(),
    )


def read_depth(rows: pa.Table, context: Context) -> list[Figure]:
    """Effective number of actions."""
    counts: dict[tuple[str | None, int], list[tuple[int, int]]] = defaultdict(list)
    people: dict[tuple[str | None, int], int] = defaultdict(int)
    for row in rows.to_pylist():
        key = group_and_bucket(row, context)
        counts[key].append((row["action"], row["events"]))
        people[key] = max(people[key], row["everyone"])
    return [
        Figure(
            group,
            effective_number([n for _, n in sorted(actions)]),
            denominator=sum(n for _, n in actions),
            people=people[group, bucket],
            bucket=bucket,
        )
        for (group, bucket), actions in counts.items()
    ]


def no_intended_process(relations: Relations, scope: Scope) -> ir.Table:
    """No rows: nothing says yet what the intended process is."""
    nobody = active(relations, scope).filter(ibis.literal(False))
    cases = nobody.mutate(cases=ibis.literal(0).cast("int64"))
    return cases.aggregate(by=scope.keys, numerator=_.cases.sum(), denominator=_.cases.sum())


def _done(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] [bucket,] person, block, actions, population``: everything each person did."""
    people = relations.by_person(relations.presence, scope, "block", actions=_.actions.bit_or())
    if relations.members is None:
        return people.mutate(population=ibis.null("string"))
    return people.join(relations.members.select("person", "population"), "person")


def _expected(people: ir.Table, relations: Relations) -> ir.IntegerValue:
    profile = relations.profile
    everyone = expected_bits(people, profile.everyone.actions)
    branches = [
        (people.population == name, expected_bits(people, expectation.actions))
        for name, expectation in sorted(profile.by_population.items())
    ]
    return ibis.cases(*branches, else_=everyone) if branches else everyone


_NOT_ACTIVE = "nobody did an expected action in the window"

BREADTH = Metric(
    key="breadth",
    name="Breadth",
    question="How much of what their work needs do people use?",
    dimension=Dimension.MANNER,
    formula="Σ expected actions used / Σ actions expected, over active people",
    numerator="different expected actions that a person used, summed over active people",
    denominator="actions that are expected of the person, summed over active people",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when=_NOT_ACTIVE,
    expression=actions_used_by_people,
    reading=read_breadth,
    groupings=OF_PEOPLE,
    adds_up=True,
    method="breadth-and-depth",
)

ACTIONS_IN_USE = Metric(
    key="actions_in_use",
    name="Actions in use",
    question="Which share of what is expected is used by anybody at all?",
    dimension=Dimension.MANNER,
    formula="expected actions used by anybody / actions expected",
    numerator="different expected actions that somebody of the group used",
    denominator="different actions that are expected of the group's active populations",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when=_NOT_ACTIVE,
    expression=actions_used_by_group,
    reading=read_actions_in_use,
    groupings=OF_PEOPLE,
    method="breadth-and-depth",
)

DEPTH = Metric(
    key="depth",
    name="Depth",
    question="Is work spread over the expected actions, or is it always the same one?",
    dimension=Dimension.MANNER,
    formula="exp(-Σ p ln p), p = the action's share of value events (Hill number of order 1)",
    numerator="none: an effective number of actions",
    denominator="value events",
    unit=Unit.ACTIONS,
    window=STANDARD_WINDOW,
    needs=("person", "time", "action"),
    not_measurable_when=_NOT_ACTIVE,
    expression=events_by_action,
    reading=read_depth,
    groupings=OF_PEOPLE | {Grouping.PRODUCT, Grouping.MODULE},
    method="breadth-and-depth",
)

CONFORMANCE = Metric(
    key="conformance",
    name="Conformance",
    question="Is it used the intended way?",
    dimension=Dimension.MANNER,
    formula="cases that follow the intended process / cases",
    numerator="cases on the designed path",
    denominator="cases",
    unit=Unit.SHARE,
    window=STANDARD_WINDOW,
    needs=("case", "an intended process"),
    not_measurable_when="nobody has said what the intended process is: describe or import one",
    expression=no_intended_process,
)

METRICS = (BREADTH, ACTIONS_IN_USE, DEPTH, CONFORMANCE)
