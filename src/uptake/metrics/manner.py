"""How it is used: breadth and depth of actions, conformance to the intended way of working."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.methods.adoption.depth import effective_number
from uptake.methods.arrays import Counts
from uptake.metrics.counting import Counting
from uptake.metrics.masks import masks
from uptake.metrics.measurement import Dimension, Figure, Unit, ratio
from uptake.metrics.metric import (
    OF_PEOPLE,
    STANDARD_WINDOW,
    Context,
    Metric,
    group_and_bucket,
)
from uptake.metrics.people import Column, People, everyone
from uptake.metrics.profiles import Profile
from uptake.metrics.relations import Relations
from uptake.metrics.scope import CODED, Grouping, Scope
from uptake.metrics.splitting import added_up
from uptake.metrics.use import active_people
from uptake.metrics.work import ROLLUP, of_persons, total


@Counting
def actions_used_by_people(relations: Relations, scope: Scope) -> pa.Table:
    """Per population: expected actions that people used, summed over the people who used any."""
    people = everyone(relations, scope.by)
    none = np.zeros(len(people), dtype=np.int64)
    tables = []
    for bucket, blocks in enumerate(_expected_done(people, relations, scope)):
        used = sum((np.bitwise_count(m).astype(np.int64) for m in blocks.values()), start=none)
        for own, population in _each_population(people, used):
            active = people.totals(own > 0)
            group = np.flatnonzero(active)
            columns: dict[str, Column] = {
                "population": [population] * len(group),
                "used": people.totals(own)[group],
                "active": active[group],
            }
            where = np.full(len(group), bucket)
            tables.append(people.rows(scope, group, where, columns))
    return pa.concat_tables(tables, promote_options="default") if tables else _NOTHING


@Counting
def actions_used_by_group(relations: Relations, scope: Scope) -> pa.Table:
    """Per population: masks of the expected actions that anybody used, and how many people."""
    people = everyone(relations, scope.by)
    tables = []
    for bucket, blocks in enumerate(_expected_done(people, relations, scope)):
        for block, mask in blocks.items():
            for own, population in _each_population(people, mask):
                active = people.totals(own != 0)
                group = np.flatnonzero(active)
                starts = np.searchsorted(people.group, np.arange(len(people.groups)))
                together = np.bitwise_or.reduceat(own, starts)
                columns: dict[str, Column] = {
                    "population": [population] * len(group),
                    "block": np.full(len(group), block),
                    "mask": together[group],
                    "active": active[group],
                }
                where = np.full(len(group), bucket)
                tables.append(people.rows(scope, group, where, columns))
    return pa.concat_tables(tables, promote_options="default") if tables else _NOTHING


_NOTHING = pa.table({"population": pa.nulls(0, pa.string())})


def _each_population(people: People, values: Counts) -> Iterator[tuple[Counts, str | None]]:
    """The values of the people of each population, 0 for the others."""
    names, codes = people.populations
    for position, name in enumerate(names):
        yield values * (codes == position), name


def done_by_person(relations: Relations, scope: Scope) -> ir.Table:
    """``account, person, [bucket,] block, actions``: masks of everything each person did."""
    rows = scope.rows(relations.presence)
    bucket = [key for key in scope.keys if key == "bucket"]
    by = ["account", "person", *bucket, "block"]
    return rows.aggregate(by=by, actions=rows.actions.bit_or())


def _expected_done(
    people: People, relations: Relations, scope: Scope
) -> list[dict[int, npt.NDArray[np.int64]]]:
    """For each window of the scope: by block, the expected actions that each person did."""
    key = ("expected done", scope)
    return relations.part(key, lambda: _masks_of(people, relations, scope))


def _masks_of(
    people: People, relations: Relations, scope: Scope
) -> list[dict[int, npt.NDArray[np.int64]]]:
    rows = relations.ask_files(done_by_person, of_persons(scope), relations.presence_rollup)
    own = scope.by is Grouping.ACCOUNT and relations.members is None
    at = people.positions(rows, "account" if own else None)
    block, actions = rows["block"].to_numpy(), rows["actions"].to_numpy()
    bucket = rows["bucket"].to_numpy() if "bucket" in rows.column_names else np.zeros_like(at)
    found: list[dict[int, npt.NDArray[np.int64]]] = [{} for _ in scope.windows]
    for number in np.unique(block).tolist():
        kept = (block == number) & (at >= 0)
        done = np.zeros((len(scope.windows), len(people)), dtype=np.int64)
        np.bitwise_or.at(done, (bucket[kept], at[kept]), actions[kept])
        expected = _expected(people, relations.profile, number)
        for period, window in enumerate(scope.windows):
            found[period][number] = done[period] & expected * people.belonging(window)
    return found


def _expected(people: People, profile: Profile, block: int) -> npt.NDArray[np.int64]:
    """The mask of what is expected of each person within a block of actions."""
    names, codes = people.populations
    known = [masks(profile.of(name).actions).get(block, 0) for name in names]
    return np.array(known, dtype=np.int64)[codes]


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
    used: dict[tuple[str | None, int], _Blocks] = defaultdict(dict)
    expected: dict[tuple[str | None, int], _Blocks] = defaultdict(dict)
    known: dict[str | None, _Blocks] = {}
    people: dict[tuple[str | None, int], dict[str | None, int]] = defaultdict(dict)
    for row in rows.to_pylist():
        key, population = group_and_bucket(row, context), row["population"]
        if population not in known:
            known[population] = masks(context.relations.profile.of(population).actions)
        _join(used[key], {row["block"]: row["mask"]})
        _join(expected[key], known[population])
        people[key][population] = max(people[key].get(population, 0), row["active"])
    return [
        ratio(
            group,
            _how_many(done),
            _how_many(expected[group, bucket]),
            people=sum(people[group, bucket].values()),
            bucket=bucket,
        )
        for (group, bucket), done in used.items()
    ]


_Blocks = dict[int, int]
"""Masks of actions by block."""


def _join(blocks: _Blocks, others: _Blocks) -> None:
    for block, mask in others.items():
        blocks[block] = blocks.get(block, 0) | mask


def _how_many(blocks: _Blocks) -> int:
    return sum(mask.bit_count() for mask in blocks.values())


@dataclass(frozen=True, slots=True)
class _ByAction:
    """``[group,] [bucket,] [person,] action, events`` of people who belong for a scope's window."""

    scope: Scope
    named: bool = False

    def __call__(self, relations: Relations, asked: Scope) -> ir.Table:
        """The question about some of the days."""
        own = [asked.by] if asked.by in CODED else []
        needed = dict.fromkeys((*own, "person", "action", "day", "events"))
        done = relations.value_activity.select(*needed)
        _keys, rows = relations.grouped(asked.rows(done), asked)
        mine = relations.belonging(rows, self.scope)
        by = [*self.scope.keys, *(["person"] if self.named else []), "action"]
        return mine.aggregate(by=by, events=total(mine, "events"))


@Counting
def events_by_action(relations: Relations, scope: Scope) -> pa.Table:
    """Value events by action, and how many people are active."""
    once = relations.filed is None and scope.grain is None  # raw events are read once for both
    rows = relations.ask_files(_ByAction(scope, named=once), scope, ROLLUP)
    counted = _people_of(rows, scope) if once else active_people(relations, scope)
    active = {
        (row.get("group"), row.get("bucket", 0)): row["numerator"] for row in counted.to_pylist()
    }
    found = added_up(rows, [*scope.keys, "action"])
    people = [active.get((r.get("group"), r.get("bucket", 0)), 0) for r in found.to_pylist()]
    return found.append_column("people", pa.array(people, pa.int64()))


def _people_of(rows: pa.Table, scope: Scope) -> pa.Table:
    """``[group,] numerator``: how many different people rows name."""
    each = rows.group_by([*scope.keys, "person"], use_threads=False).aggregate([])
    found = each.group_by(scope.keys, use_threads=False).aggregate([([], "count_all")])
    return found.rename_columns({"count_all": "numerator"})


def read_depth(rows: pa.Table, context: Context) -> list[Figure]:
    """Effective number of actions."""
    counts: dict[tuple[str | None, int], list[tuple[int, int]]] = defaultdict(list)
    people: dict[tuple[str | None, int], int] = defaultdict(int)
    for row in rows.to_pylist():
        key = group_and_bucket(row, context)
        counts[key].append((row["action"], row["events"]))
        people[key] = row["people"]
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


@Counting
def no_intended_process(relations: Relations, scope: Scope) -> pa.Table:  # noqa: ARG001  as every question
    """No rows: nothing says yet what the intended process is."""
    return pa.table({"numerator": pa.nulls(0, pa.int64())})


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
