"""Rows of people and periods, put on the axes of people and periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.methods.arrays import Counts, Flags
from uptake.metrics.behaviours.sql import Codes
from uptake.metrics.behaviours.wanted import Predicate
from uptake.store.schema import TermKind

COMBINATION = ("product", "module", "action")
"""What rollups tell events apart by."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Codes of people, in ascending order, and the number of periods."""

    people: Counts
    periods: int

    def places(self, rows: pa.Table) -> Counts:
        """The cell of each row with ``person`` and ``period``; -1 for people who are not asked."""
        person = rows["person"].to_numpy().astype(np.int64)
        if not len(self.people):
            return np.full(len(person), -1, dtype=np.int64)
        at = np.searchsorted(self.people, person).clip(max=len(self.people) - 1)
        known = self.people[at] == person
        return np.where(known, at * self.periods + rows["period"].to_numpy(), -1)

    def table(self, places: Counts, weights: Counts) -> Counts:
        """Sums of weights by cell: people x periods; places below 0 are left out."""
        kept = places >= 0
        size = len(self.people) * self.periods
        sums = np.bincount(places[kept], weights=weights[kept], minlength=size)
        table: Counts = np.rint(sums).astype(np.int64)
        return table.reshape(len(self.people), self.periods)


@dataclass(frozen=True, slots=True)
class Sums:
    """Rows of the rollup, those of one combination of product, module and action together.

    ``combinations``: one row each; its rows are ``starts[i]:starts[i + 1]``.
    """

    axes: Axes
    combinations: npt.NDArray[np.int64]
    starts: Counts
    places: Counts
    weights: Mapping[str, Counts]

    @classmethod
    def of(cls, rows: pa.Table, axes: Axes, weights: tuple[str, ...]) -> Sums:
        """Sort rows with ``person``, ``period``, the combination and weights."""
        product, module, action = (rows[name].to_numpy().astype(np.int64) for name in COMBINATION)
        packed = (product << 42) | (module << 21) | action
        order = np.argsort(packed, kind="stable")
        found, starts = np.unique(packed[order], return_index=True)
        mask = (1 << 21) - 1
        return cls(
            axes,
            np.column_stack((found >> 42, (found >> 21) & mask, found & mask)),
            np.append(starts, len(order)).astype(np.int64),
            axes.places(rows)[order],
            {name: rows[name].to_numpy()[order] for name in weights},
        )

    def of_predicate(self, predicate: Predicate, codes: Codes, weight: str) -> Counts:
        """Sums of a weight over what a predicate is about: people x periods."""
        chosen = np.flatnonzero(self._chosen(predicate, codes))
        spans = [np.arange(self.starts[at], self.starts[at + 1]) for at in chosen]
        rows = np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)
        return self.axes.table(self.places[rows], self.weights[weight][rows])

    def _chosen(self, predicate: Predicate, codes: Codes) -> Flags:
        """Which combinations a predicate is about."""
        product, module, action = self.combinations.T
        wanted = [codes[TermKind.ACTION].get(name, -1) for name in predicate.actions]
        chosen = np.isin(action, wanted)
        if predicate.product is not None:
            chosen &= product == codes[TermKind.PRODUCT].get(predicate.product, -1)
        if predicate.module is not None:
            chosen &= module == codes[TermKind.MODULE].get(predicate.module, -1)
        return np.asarray(chosen, dtype=bool)
