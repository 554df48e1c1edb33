"""Rows of people and periods, put on the axes of people and periods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from uptake.methods.arrays import Counts, Flags
from uptake.metrics.behaviours.files import Column, Columns, small

COMBINATION = ("product", "module", "action")
"""What rollups tell events apart by."""

_ROOM = 1 << 40
"""More combinations than this are numbered anew before another column comes in."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Codes of people, in ascending order, and the number of periods."""

    people: Counts
    periods: int

    def places(self, person: Column, period: Column) -> Counts:
        """The cell of each row; -1 for people who are not asked and for other periods."""
        if not len(self.people):
            return np.full(len(person), -1, dtype=np.int64)
        at = self._rows(person)
        at_period = period.astype(np.int64)
        inside = (at >= 0) & (at_period >= 0) & (at_period < self.periods)
        return np.where(inside, at * self.periods + at_period, -1)

    def table(self, places: Counts, weights: Column | None) -> Counts:
        """Sums of weights (None: numbers of rows) by cell; places below 0 are left out."""
        kept = places >= 0
        size = len(self.people) * self.periods
        chosen = None if weights is None else weights[kept]
        sums = np.bincount(places[kept], weights=chosen, minlength=size)
        table: Counts = np.rint(sums).astype(np.int64)
        return table.reshape(len(self.people), self.periods)

    def _rows(self, person: Column) -> Counts:
        """The row of each person; -1 for those who are not asked."""
        if not len(person):
            return np.empty(0, dtype=np.int64)
        most = int(person.max())
        rows = np.full(most + 1, -1, dtype=np.int64)
        known = self.people <= most
        rows[self.people[known]] = np.flatnonzero(known)
        return np.asarray(rows[person], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Packed:
    """Rows with those of one combination of columns together, in as few bytes as hold them.

    ``combinations``: one row each, by column; its rows are ``starts[i]:starts[i + 1]`` of ``rows``.
    """

    combinations: Mapping[str, Column]
    starts: Counts
    rows: Columns

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        return (
            self.rows.nbytes
            + self.starts.nbytes
            + sum(column.nbytes for column in self.combinations.values())
        )

    @classmethod
    def of(cls, rows: Mapping[str, Column], by: Sequence[str]) -> Packed:
        """Put rows in the order of some of their columns, which are then told once for all."""
        number = _numbered([rows[name] for name in by])
        order = np.argsort(small(number), kind="stable")
        sizes = np.bincount(number) if len(number) else np.empty(0, dtype=np.int64)
        starts = np.append(0, np.cumsum(sizes)).astype(np.int64)
        first = order[starts[:-1]]
        return cls(
            {name: rows[name][first].astype(np.int64) for name in by},
            starts,
            Columns({n: small(each[order]) for n, each in rows.items() if n not in by}),
        )

    def spans(self, choose: Callable[[Mapping[str, Column]], Flags]) -> list[slice]:
        """Where the rows of the combinations lie that are chosen."""
        found = np.flatnonzero(choose(self.combinations))
        return [slice(self.starts[at], self.starts[at + 1]) for at in found]


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows packed file by file, with the cell of each."""

    axes: Axes
    parts: Sequence[tuple[Packed, Counts]]

    def of(self, choose: Callable[[Mapping[str, Column]], Flags], weight: str | None) -> Counts:
        """Sums of a weight over the combinations that are chosen: people x periods."""
        places: list[Counts] = [np.empty(0, dtype=np.int64)]
        weights: list[Column] = [np.empty(0, dtype=np.uint8)]
        for packed, cells in self.parts:
            for span in packed.spans(choose):
                places.append(cells[span])
                if weight is not None:
                    weights.append(packed.rows.values[weight][span])
        every = None if weight is None else np.concatenate(weights)
        return self.axes.table(np.concatenate(places), every)


def _numbered(columns: Sequence[Column]) -> Counts:
    """The same number for rows that are the same in every column, from 0 without gaps."""
    number, sizes = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        codes, size = _encoded(column)
        if sizes * size > _ROOM:
            number, sizes = _encoded(number)
        number, sizes = number * size + codes, sizes * size
    return _encoded(number)[0]


def _encoded(column: Column) -> tuple[Counts, int]:
    found = pa.array(column).dictionary_encode()
    return found.indices.to_numpy().astype(np.int64), max(len(found.dictionary), 1)
