"""The middle difference of many replicates at once, on grids of values.

Each group has a grid of its own, whose points are means of the values they stand for: two groups
on one grid would have a tie for every point, and the middle of many pairs would stick to nought.
Parts of ``drawn_clusters``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Floats

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
        distinct, place = np.unique(values, return_inverse=True)
        if len(distinct) <= GRID:
            return cls(distinct, place)
        edges = np.unique(np.quantile(values, np.linspace(0, 1, GRID + 1)[1:], method="nearest"))
        place = np.minimum(np.searchsorted(edges, values), len(edges) - 1)
        many = np.bincount(place, minlength=len(edges))
        return cls(np.bincount(place, values, len(edges)) / many, place)


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

    def middles(self, before: ManyMasses, after: ManyMasses, *, least: bool) -> Floats:
        """The weighted median difference of each row, open ones placed as low or high as can be.

        Infinite where open ones hold it.
        """
        first, second, below = before.mass, after.mass, np.zeros(len(before.mass))
        if least:
            second, below = after.closed(), before.beyond
        else:
            first = before.closed()
        summed = np.cumsum(np.concatenate([np.zeros((len(second), 1)), second], axis=1), axis=1)
        ends = [self._first_reaching(share - below, first, summed) for share in HALF]
        unknown = (below >= 0.5) | (ends[1] == len(self.differences))
        places = [np.minimum(end, len(self.differences) - 1) for end in ends]
        found = (self.differences[places[0]] + self.differences[places[1]]) / 2
        return np.where(unknown, -np.inf if least else np.inf, found)

    def _first_reaching(self, wanted: Floats, first: Floats, summed: Floats) -> Counts:
        """The first difference that the wanted share of pairs does not exceed, by halving."""
        low = np.zeros(len(first), dtype=np.int64)
        high = np.full(len(first), len(self.differences), dtype=np.int64)
        for _ in range(len(self.differences).bit_length()):
            middle = np.minimum((low + high) // 2, len(self.differences) - 1)
            reached = self.reached[:, middle].T.astype(np.intp)
            below = np.take_along_axis(summed, reached, axis=1)
            enough = np.einsum("ri,ri->r", first, below) >= wanted
            is_open = low < high
            high = np.where(is_open & enough, middle, high)
            low = np.where(is_open & ~enough, middle + 1, low)
        return high
