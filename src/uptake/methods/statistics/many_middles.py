"""The middle difference of many replicates at once, on grids of values.

Each group has a grid of its own, whose points are means of the values they stand for: two groups
on one grid would have a tie for every point, and the middle of many pairs would stick to nought.
Parts of ``drawn_clusters``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.ranked import Ranked

GRID = 200
"""Values of a group that replicates tell apart; estimates use all of them."""

HALF = (0.5 - 1e-9, 0.5 + 1e-9)
"""Shares of pairs between which the middle lies."""


class Grid(NamedTuple):
    """Points in ascending order, and at which of them each value stands."""

    points: Floats
    place: Counts

    @classmethod
    def of(cls, values: Floats) -> Grid:
        """Put values together that are close by rank; few different ones stay as they are."""
        ranked = Ranked.of(values)
        if len(ranked.distinct) <= GRID:
            return cls(*ranked)
        place = ranked.coarser(np.linspace(0, 1, GRID + 1)[1:]).place
        return cls(np.bincount(place, values) / np.bincount(place), place)


class ManyMasses(NamedTuple):
    """A distribution a row: masses at the points of a grid, and what lies beyond the last.

    ``last``: the point up to which each was followed.
    """

    mass: Floats
    beyond: Floats
    last: Counts

    @classmethod
    def of(cls, opened: Floats, ended: Floats) -> ManyMasses:
        """Kaplan-Meier masses of weights that are still open, and that ended, at each point."""
        left = opened + ended
        at_risk = np.cumsum(left[:, ::-1], axis=1)[:, ::-1]
        hazard = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 0)
        survival = np.cumprod(1 - np.minimum(hazard, 1), axis=1)
        beyond = np.where(survival[:, -1] > 1e-12, survival[:, -1], 0.0)
        last = left.shape[1] - 1 - np.argmax(left[:, ::-1] > 0, axis=1)
        return cls(-np.diff(survival, axis=1, prepend=1.0), beyond, last)

    def means(self, points: Floats) -> Floats:
        """The mean of each; not a number where not all of it has ended."""
        return np.where(self.beyond > 0, np.nan, self.mass @ points)

    def only(self, rows: Flags) -> ManyMasses:
        """Some of the rows."""
        return ManyMasses(self.mass[rows], self.beyond[rows], self.last[rows])

    def closed(self) -> Floats:
        """Masses with what lies beyond put where it was last seen."""
        mass = self.mass.copy()
        mass[np.arange(len(mass)), self.last] += self.beyond
        return mass


class Pairs(NamedTuple):
    """All differences of two grids in ascending order, each once.

    ``reached``: for each point of the first grid (row) and each difference (column), how many
    points of the second are no further from it.
    """

    differences: Floats
    reached: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, first: Floats, second: Floats) -> Pairs:
        """Set every point of one grid against every point of the other."""
        every = second[None, :] - first[:, None]
        differences, rank = np.unique(every, return_inverse=True)
        bounds = np.zeros((len(first), len(second) + 2), dtype=np.int64)
        bounds[:, 1:-1], bounds[:, -1] = rank.reshape(every.shape), len(differences)
        many = np.tile(np.arange(len(second) + 1, dtype=np.uint8), len(first))
        reached = np.repeat(many, np.diff(bounds, axis=1).ravel())
        return cls(differences, reached.reshape(len(first), -1))

    def bounds(self, before: ManyMasses, after: ManyMasses) -> tuple[Floats, Floats]:
        """The weighted median difference of each row, open ones placed as low or high as can be.

        Infinite where open ones hold it.
        """
        low = self._middles(before, after, least=True)
        is_open = (before.beyond > 0) | (after.beyond > 0)
        high = low.copy()
        if is_open.any():
            high[is_open] = self._middles(before.only(is_open), after.only(is_open), least=False)
        return low, high

    def _middles(self, before: ManyMasses, after: ManyMasses, *, least: bool) -> Floats:
        first, second, below = before.mass, after.mass, np.zeros(len(before.mass))
        if least:
            second, below = after.closed(), before.beyond
        else:
            first = before.closed()
        shared = _Shared.of(self.reached, first, second, below)
        at, above = shared.first_reaching(HALF)
        unknown = (below >= 0.5) | (above == len(self.differences))
        places = [np.minimum(end, len(self.differences) - 1) for end in (at, above)]
        found = (self.differences[places[0]] + self.differences[places[1]]) / 2
        return np.where(unknown, -np.inf if least else np.inf, found)


class _Shared(NamedTuple):
    """The share of pairs no further apart than a difference, of each row of two groups.

    ``first``: masses of the first group, a column for each row. ``summed``: of the second, from
    the lowest on, all rows after each other; ``start``: where each begins.
    """

    reached: npt.NDArray[np.uint8]
    first: Floats
    summed: Floats
    start: Counts
    below: Floats

    @classmethod
    def of(
        cls, reached: npt.NDArray[np.uint8], first: Floats, second: Floats, below: Floats
    ) -> _Shared:
        summed = np.zeros((len(second), second.shape[1] + 1))
        np.cumsum(second, axis=1, out=summed[:, 1:])
        start = np.arange(len(second)) * summed.shape[1]
        return cls(reached, np.ascontiguousarray(first.T), summed.ravel(), start, below)

    def first_reaching(self, shares: tuple[float, float]) -> tuple[Counts, Counts]:
        """The first difference that each share, in ascending order, does not exceed."""
        rows = np.arange(len(self.start))
        low = self._search(shares[0], rows, np.zeros(len(rows), dtype=np.int64))
        high = low.copy()
        last = self.reached.shape[1] - 1
        further = rows[(low <= last) & ~self._reach(shares[1], rows, np.minimum(low, last))]
        if len(further):
            high[further] = self._search(shares[1], further, low[further] + 1)
        return low, high

    def _search(self, share: float, rows: Counts, low: Counts) -> Counts:
        """From ``low`` on, by halving; the number of differences where none is enough."""
        most = self.reached.shape[1]
        high = np.full(len(rows), most, dtype=np.int64)
        while (is_open := low < high).any():
            middle = np.minimum((low + high) // 2, most - 1)
            enough = self._reach(share, rows, middle)
            high = np.where(is_open & enough, middle, high)
            low = np.where(is_open & ~enough, middle + 1, low)
        return high

    def _reach(self, share: float, rows: Counts, at: Counts) -> Flags:
        """Whether so many pairs of each row are no further apart than a difference."""
        summed = self.summed.take(self.reached[:, at] + self.start[rows])
        found = np.einsum("ir,ir->r", self.first[:, rows], summed)
        return np.asarray(found >= share - self.below[rows])
