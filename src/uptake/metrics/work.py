"""How much was done and how well, per person: the part that metrics of records count in.

The database sums the weights of value actions per person; groups, periods and the people behind a
number are counted here. What is done belongs to the account, product, module or action it was done
in; teams, roles and so on come from the list of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.people import People, everyone
from uptake.metrics.relations import Relations, Sql
from uptake.metrics.scope import CODED, OF_ACTIVITY, Grouping, Scope
from uptake.store.schema import NO_TERM, ON_TIME_STEPS

ROLLUP = "person_day_actions"


def total(rows: ir.Table, weight: str) -> ir.IntegerScalar:
    """The sum of a weight: raw events say yes or no, rollups have counted."""
    if rows[weight].type().is_boolean():
        return rows.count() if weight == "events" else rows.count(where=rows[weight])
    return rows[weight].sum().cast("int64")


def events_by_person(relations: Relations, scope: Scope) -> ir.Table:
    """``account or group, person, [bucket,] events``."""
    return _summed(relations, scope, "events")


def agreed_by_person(relations: Relations, scope: Scope) -> ir.Table:
    """The same with ``timed`` and what was recorded within the agreed delay."""
    return _summed(relations, scope, relations.profile.recorded_within, "timed")


def delays_by_person(relations: Relations, scope: Scope) -> ir.Table:
    """The same with ``timed`` and every step of delay."""
    return _summed(relations, scope, *ON_TIME_STEPS, "timed")


def quality_by_person(relations: Relations, scope: Scope) -> ir.Table:
    """The same with ``judged`` and ``right_first_time``."""
    return _summed(relations, scope, "right_first_time", "judged")


def _summed(relations: Relations, scope: Scope, *weights: str) -> ir.Table:
    rows = scope.rows(relations.value_activity)
    place = "account"
    if scope.by in OF_ACTIVITY:
        rows, place = rows.mutate(group=rows[scope.by]), "group"
    bucket = [key for key in scope.keys if key == "bucket"]
    sums = {weight: total(rows, weight) for weight in weights}
    return rows.aggregate(by=[place, "person", *bucket], **sums)


@dataclass(frozen=True, slots=True)
class Work:
    """Rows of weights with the position of their group and period; a person may have several."""

    groups: tuple[object, ...]
    cell: Counts
    rows: pa.Table
    scope: Scope

    @property
    def cells(self) -> int:
        """Groups x periods."""
        return len(self.groups) * max(len(self.scope.windows), 1)

    def sums(self, weight: str) -> Counts:
        """The sum of a weight in each cell."""
        values = self.rows[weight].to_numpy()
        return np.bincount(self.cell, weights=values, minlength=self.cells).astype(np.int64)

    def people(self, weight: str) -> Counts:
        """How many different people have any of a weight in each cell."""
        some = self.rows[weight].to_numpy() > 0
        person = self.rows["person"].to_numpy()[some].astype(np.int64) + 2**31
        pairs = np.sort((self.cell[some] << 32) + person)
        different = np.ones(len(pairs), dtype=bool)
        different[1:] = pairs[1:] != pairs[:-1]
        return np.bincount(pairs[different] >> 32, minlength=self.cells)

    def table(self, shown: str, **counted: Counts) -> pa.Table:
        """Rows ``[group,] [bucket,] columns`` of cells with any of a weight.

        For everyone in one window there is always a row.
        """
        cells = np.flatnonzero(self.people(shown)) if self.scope.keys else np.array([0])
        periods = max(len(self.scope.windows), 1)
        names = [self.groups[cell // periods] for cell in cells.tolist()]
        keys = {"group": pa.array(names), "bucket": pa.array(cells % periods)}
        columns = {key: keys[key] for key in self.scope.keys}
        return pa.table(columns | {n: pa.array(column[cells]) for n, column in counted.items()})


def work(relations: Relations, scope: Scope, question: Sql) -> Work:
    """The weights of a question by the groups of the scope, whoever is in scope."""
    rows = relations.ask_files(question, scope, ROLLUP)
    groups, group = _groups(relations, rows, scope.by)
    rows, group = rows.filter(pa.array(group >= 0)), group[group >= 0]
    bucket = rows["bucket"].to_numpy() if "bucket" in rows.column_names else 0
    cell = group * max(len(scope.windows), 1) + bucket
    return Work(groups, np.asarray(cell, dtype=np.int64), rows, scope)


def _groups(
    relations: Relations, rows: pa.Table, by: Grouping | None
) -> tuple[tuple[object, ...], Counts]:
    if by is None:
        return (None,), np.zeros(len(rows), dtype=np.int64)
    if by in CODED:
        codes = rows["group" if by in OF_ACTIVITY else "account"].to_numpy()
        known = np.unique(codes[codes != NO_TERM])
        place = np.searchsorted(known, codes)
        return tuple(known.tolist()), np.where(codes == NO_TERM, -1, place)
    people = everyone(relations, by)
    at = people.positions(rows, None)
    group = people.group[at] if len(people) else at
    return people.groups, np.where(at < 0, -1, group)


def events_of(people: People, relations: Relations, scope: Scope) -> Sequence[Counts]:
    """Value events of each row of people in each window of a scope by who did them."""
    rows = relations.ask_files(events_by_person, scope, ROLLUP)
    own = scope.by is Grouping.ACCOUNT and relations.members is None
    at = people.positions(rows, "account" if own else None)
    bucket = rows["bucket"].to_numpy() if "bucket" in rows.column_names else np.zeros_like(at)
    events, kept = rows["events"].to_numpy(), at >= 0
    found = np.zeros((len(scope.windows), len(people)), dtype=np.int64)
    np.add.at(found, (bucket[kept], at[kept]), events[kept])
    return list(found)
