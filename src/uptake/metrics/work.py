"""How much was done and how well, per person: the part that metrics of records count in.

The database sums the weights of value actions per person; groups, periods and the people behind a
number are counted here. What is done belongs to the account, product, module or action it was done
in; teams, roles and so on come from the list of people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts
from uptake.metrics.measurement import Window
from uptake.metrics.people import People, everyone
from uptake.metrics.people_days import NEVER
from uptake.metrics.relations import Relations
from uptake.metrics.scope import CODED, OF_ACTIVITY, Grouping, Scope
from uptake.store.schema import NO_TERM

ROLLUP = "person_day_actions"

LAST = "last"


def total(rows: ir.Table, weight: str) -> ir.IntegerScalar:
    """The sum of a weight: raw events say yes or no, rollups have counted."""
    if rows[weight].type().is_boolean():
        return rows.count() if weight == "events" else rows.count(where=rows[weight])
    return rows[weight].sum().cast("int64")


@dataclass(frozen=True, slots=True)
class ByPerson:
    """``account or group, person, [bucket,]`` weights; the weight ``last`` is the newest day.

    ``value``: of value actions, otherwise of everything.
    """

    weights: tuple[str, ...]
    value: bool = True

    def __call__(self, relations: Relations, scope: Scope) -> ir.Table:
        """The question about some days."""
        done = relations.value_activity if self.value else relations.activity
        place = scope.by if scope.by in OF_ACTIVITY else "account"
        weighed = [weight for weight in self.weights if weight != LAST]
        rows = scope.rows(done.select(place, "person", "day", *weighed))
        if scope.by in OF_ACTIVITY:
            rows, place = rows.mutate(group=rows[place]), "group"
        bucket = [key for key in scope.keys if key == "bucket"]
        found = {
            weight: rows.day.max() if weight == LAST else total(rows, weight)
            for weight in self.weights
        }
        return rows.aggregate(by=[place, "person", *bucket], **found)


def by_person(relations: Relations, scope: Scope, *weights: str, value: bool = True) -> pa.Table:
    """The rows of weights by person, which do not depend on the group that people are put in.

    Files of rollups are read once for whatever metrics weigh; raw events for each by itself.
    """
    usual = (relations.profile.recorded_within, *_USUAL)
    wide = value and relations.filed is not None and set(weights) <= {*usual}
    question = ByPerson(tuple(dict.fromkeys(usual)) if wide else weights, value)
    return relations.ask_files(question, of_persons(scope), ROLLUP)


_USUAL = ("events", "timed", "judged", "right_first_time", LAST)


def of_persons(scope: Scope) -> Scope:
    """The scope of rows by person: its whole periods, and what was done if that is what splits."""
    windows = scope.windows
    window = Window(windows[0].first, windows[-1].last) if windows else scope.window
    return replace(scope, window=window, by=scope.by if scope.by in OF_ACTIVITY else None)


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

    def newest(self) -> Counts:
        """The number of the last day in each cell, ``NEVER`` where there is none."""
        days = self.rows[LAST].cast(pa.int32()).to_numpy()
        found = np.full(self.cells, NEVER, dtype=np.int64)
        np.maximum.at(found, self.cell, days)
        return found

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
        cells = np.flatnonzero(self.sums(shown)) if self.scope.keys else np.array([0])
        periods = max(len(self.scope.windows), 1)
        names = [self.groups[cell // periods] for cell in cells.tolist()]
        keys = {"group": pa.array(names), "bucket": pa.array(cells % periods)}
        columns = {key: keys[key] for key in self.scope.keys}
        return pa.table(columns | {n: pa.array(column[cells]) for n, column in counted.items()})


def work(
    relations: Relations, scope: Scope, *weights: str, value: bool = True, listed: bool = False
) -> Work:
    """Weights by the groups of the scope, whoever is in scope.

    ``listed``: where people are listed, only what they did: machines are no people.
    """
    rows = by_person(relations, scope, *weights, value=value)
    alone = listed and relations.members is not None
    key = ("work", scope, tuple(rows.column_names), value, alone)
    return relations.part(key, lambda: _work(relations, scope, rows, listed=alone))


def _work(relations: Relations, scope: Scope, rows: pa.Table, *, listed: bool) -> Work:
    if listed:
        known = everyone(relations, None).positions(rows, None) >= 0
        rows = rows.filter(pa.array(known))
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
    rows = by_person(relations, scope, "events")
    own = scope.by is Grouping.ACCOUNT and relations.members is None
    at = people.positions(rows, "account" if own else None)
    bucket = rows["bucket"].to_numpy() if "bucket" in rows.column_names else np.zeros_like(at)
    events, kept = rows["events"].to_numpy(), at >= 0
    found = np.zeros((len(scope.windows), len(people)), dtype=np.int64)
    np.add.at(found, (bucket[kept], at[kept]), events[kept])
    return list(found)
