"""The people of each group as arrays: the axis on which days and work are counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.metrics.day_blocks import number
from uptake.metrics.measurement import Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import OF_ACTIVITY, Grouping, Scope

ALWAYS = -(2**31)
"""The start of people of whom none is known, as a day number."""

FOREVER = 2**31
"""The end of people of whom none is known, as a day number."""

Column = Sequence[object] | npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class People:
    """One row per group and person, in the order of the groups.

    ``groups`` are named as the database names them, ``(None,)`` for everyone; ``group`` holds
    positions in it. ``start`` and ``end`` are days since 1970-01-01, ``days_a_week`` NaN unless
    somebody said how much the person works.
    """

    groups: tuple[object, ...]
    group: Counts
    person: Counts
    population: npt.NDArray[np.object_]
    start: Counts
    end: Counts
    days_a_week: Floats
    _factor: list[tuple[tuple[str | None, ...], Counts]] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    @property
    def populations(self) -> tuple[tuple[str | None, ...], Counts]:
        """The different populations by name, and the position of each person's among them."""
        if not self._factor:
            names = sorted(set(self.population), key=lambda name: name or "")
            place = {name: position for position, name in enumerate(names)}
            codes = np.array([place[name] for name in self.population], dtype=np.int64)
            self._factor.append((tuple(names), codes))
        return self._factor[0]

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.person)

    def belonging(self, window: Window) -> Flags:
        """Who belongs for at least a day of a window."""
        first, last = number(window.first), number(window.last)
        return np.asarray((self.start <= last) & (self.end >= first), dtype=bool)

    def totals(self, values: npt.NDArray[np.generic]) -> Counts:
        """The sum of a column in each group."""
        if not len(self.person):
            return np.zeros(len(self.groups), dtype=np.int64)
        starts = np.searchsorted(self.group, np.arange(len(self.groups)))
        return np.asarray(np.add.reduceat(values, starts, dtype=np.int64), dtype=np.int64)

    def in_each(self, scope: Scope, of: Callable[[Window], npt.NDArray[np.generic]]) -> Counts:
        """Sums of each group, in each window of the scope: windows x groups."""
        found = [self.totals(of(window)) for window in scope.windows]
        return np.array(found, dtype=np.int64).reshape(len(scope.windows), len(self.groups))

    def table(self, scope: Scope, shown: npt.NDArray[np.generic], **counted: Counts) -> pa.Table:
        """Rows ``[group,] [bucket,] columns`` where ``shown`` (windows x groups) is not 0.

        For everyone in one window there is always a row.
        """
        kept = np.asarray(shown, dtype=bool)
        if not scope.keys:
            kept = np.ones_like(kept)
        bucket, group = np.nonzero(kept)
        return self.rows(scope, group, bucket, {k: c[kept] for k, c in counted.items()})

    def rows(
        self, scope: Scope, group: Counts, bucket: Counts, columns: Mapping[str, Column]
    ) -> pa.Table:
        """A table with the columns that say group and period, if the scope has any."""
        keys: dict[str, Column] = {}
        if "group" in scope.keys:
            keys["group"] = pa.array(list(self.groups)).take(pa.array(group, pa.int64()))
        if "bucket" in scope.keys:
            keys["bucket"] = bucket
        return pa.table({**keys, **columns})

    def positions(self, found: pa.Table, group: str | None) -> Counts:
        """The row of each person (of each group, by a column) of other rows; -1 for strangers."""
        person = found["person"].to_numpy().astype(np.int64)
        if group is None:
            return _places(self.person, person)
        order = {code: position for position, code in enumerate(self.groups)}
        codes = found[group].combine_chunks().dictionary_encode()
        known = np.array([order.get(c, -1) for c in codes.dictionary.to_pylist()], dtype=np.int64)
        place = known[codes.indices.to_numpy()] if len(known) else np.empty(0, dtype=np.int64)
        rows = _places(_pairs(self.group, self.person), _pairs(place, person))
        return np.where(place < 0, -1, rows)


def everyone(relations: Relations, by: Grouping | None) -> People:
    """All people of each group who are, were or will be in scope.

    Listed people, in the group that the list says; otherwise people seen in the data, from the day
    they were first seen. Products, modules and actions have everyone in scope.
    """
    own = None if by in OF_ACTIVITY else by

    def build() -> People:
        span = relations.span_window
        return people_of(relations.ask(_listed, Scope(span, own)), own)

    return relations.part(("everyone", own), build)


def _listed(relations: Relations, scope: Scope) -> ir.Table:
    return relations.people(scope.by)


def people_of(rows: pa.Table, by: object) -> People:
    """People of the rows of a list, which has a column ``group`` where ``by`` is not None."""
    groups, group = _groups(rows) if by is not None else ((None,), np.zeros(len(rows), np.int64))
    person = rows["person"].to_numpy().astype(np.int64)
    order = np.lexsort((person, group))
    return People(
        groups=groups,
        group=group[order],
        person=person[order],
        population=np.array(rows["population"].to_pylist(), dtype=object)[order],
        start=_day_numbers(rows["start"], ALWAYS)[order],
        end=_day_numbers(rows["end"], FOREVER)[order],
        days_a_week=_reals(rows["days_a_week"])[order],
    )


def _groups(rows: pa.Table) -> tuple[tuple[object, ...], Counts]:
    codes = rows["group"].combine_chunks().dictionary_encode()
    names = codes.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return tuple(names[i] for i in order), place[codes.indices.to_numpy()]


_DENSE = 8
"""A table of all numbers in between is quicker than a search if it is no longer than so often."""


def _places(known: Counts, wanted: Counts) -> Counts:
    """Where each wanted number stands among known ones, which are different; -1 if nowhere."""
    if not len(known):
        return np.full(len(wanted), -1, dtype=np.int64)
    lowest, highest = int(known.min()), int(known.max())
    if highest - lowest < _DENSE * len(known):  # codes of people count from 1
        rows = np.full(highest - lowest + 2, -1, dtype=np.int64)
        rows[known - lowest] = np.arange(len(known))
        inside = (wanted >= lowest) & (wanted <= highest)
        return rows[np.where(inside, wanted - lowest, -1)]
    order = None if bool(np.all(known[1:] > known[:-1])) else np.argsort(known)
    at = np.searchsorted(known, wanted, sorter=order).clip(max=len(known) - 1)
    rows = at if order is None else order[at]
    return np.where(known[rows] == wanted, rows, -1)


def _pairs(group: Counts, person: Counts) -> Counts:
    """One number for each pair, in the order of the pairs."""
    return np.asarray((group << 32) + person, dtype=np.int64)


def _day_numbers(column: pa.ChunkedArray, unknown: int) -> Counts:
    days = column.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    return np.asarray(days.fill_null(unknown).to_numpy(), dtype=np.int64)


def _reals(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).fill_null(np.nan).to_numpy(), dtype=np.float64)


def in_scope(relations: Relations, scope: Scope) -> dict[tuple[str | None, int], int]:
    """How many people are in scope by name of group and period; only groups that have any."""
    people = everyone(relations, scope.by)
    counts = people.in_each(scope, people.belonging)
    by = None if scope.by in OF_ACTIVITY else scope.by
    names = [relations.name_of(by, group) for group in people.groups]
    return {
        (names[group], bucket): int(count)
        for (bucket, group), count in np.ndenumerate(counts)
        if count or not scope.keys
    }


def histogram(columns: Mapping[str, npt.NDArray[np.generic]]) -> pa.Table:
    """How many rows (``persons``) have the same numbers in all columns."""
    table = pa.table({name: pa.array(column) for name, column in columns.items()})
    found = table.group_by(list(columns), use_threads=False).aggregate([([], "count_all")])
    return found.rename_columns({"count_all": "persons"})
