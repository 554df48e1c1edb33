"""How far a comparison would move with other teams: whole clusters drawn anew.

Replicates compare on a grid of values, so that a thousand of them cost about what one exact
comparison does. Parts of ``shifts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.masses import Masses, product_limit
from uptake.methods.statistics.proportions import Interval

if TYPE_CHECKING:
    from scipy.sparse import csr_array

GRID = 200
"""Different values that replicates tell apart; estimates use all of them."""

MOST_AT_ONCE = 4_000_000
"""Numbers that replicates hold at once."""


@dataclass(frozen=True, slots=True)
class Cases:
    """One group: a row for each case.

    ``values``: durations in any unit, or counts; >= 0. ``complete``: False where the value can
    still grow (an open case). ``strata``: code of the case mix. ``clusters``: code of the team.
    """

    values: Floats
    complete: Flags
    strata: Counts
    clusters: Counts

    def __len__(self) -> int:
        return len(self.values)


def weights_to_mix(
    reference: Counts, other: Counts, of_reference: Floats, of_other: Floats
) -> tuple[Floats, Floats]:
    """Weigh the other group to the mix of the reference, within the strata that both have."""
    strata = int(max(reference.max(initial=0), other.max(initial=0))) + 1
    wanted = np.bincount(reference, weights=of_reference, minlength=strata)
    present = np.bincount(other, weights=of_other, minlength=strata)
    common = (wanted > 0) & (present > 0)
    ratio = np.divide(wanted, present, out=np.zeros(strata), where=common)
    return of_reference * common[reference], of_other * ratio[other]


class Around(NamedTuple):
    """Intervals around the estimates; ``p_value`` of the mean, else of the middle."""

    shift: Interval | None
    mean: Interval | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """Replicates of the shift's bounds and of the difference in means, less their own estimate."""

    shifts: tuple[tuple[float, float], ...]
    means: tuple[float, ...]

    def around(
        self,
        shift: float | None,
        bounds: Interval | None,
        mean: float | None,
        confidence: float,
    ) -> Around:
        """Percentile intervals around the estimates."""
        tail = (1 - confidence) / 2
        of_shift = of_mean = None
        p_value = None
        if shift is not None and bounds is not None and self.shifts:
            low, high = np.array(self.shifts).T
            of_shift = Interval(
                bounds.low + float(np.quantile(low, tail)),
                bounds.high + float(np.quantile(high, 1 - tail)),
            )
            p_value = _two_sided((low + high) / 2 + shift)
        if mean is not None and self.means:
            drawn = np.array(self.means) + mean
            of_mean = Interval(float(np.quantile(drawn, tail)), float(np.quantile(drawn, 1 - tail)))
            p_value = _two_sided(drawn)
        return Around(of_shift, of_mean, p_value)


def _two_sided(drawn: Floats) -> float:
    """Share of replicates on the rarer side of nought, twice; never 0 with finitely many."""
    rarer = min(np.count_nonzero(drawn <= 0), np.count_nonzero(drawn >= 0))
    return min(1.0, 2 * (int(rarer) + 1) / (len(drawn) + 1))


class _Table(NamedTuple):
    """All differences of grid values in ascending order, and where each stands in the square."""

    grid: Floats
    differences: Floats
    order: Counts

    @classmethod
    def of(cls, values: Floats) -> _Table:
        grid = np.unique(values)
        if len(grid) > GRID:
            grid = np.unique(np.quantile(values, np.linspace(0, 1, GRID), method="nearest"))
        differences = (grid[None, :] - grid[:, None]).ravel()
        order = np.argsort(differences, kind="stable")
        return cls(grid, differences[order], order)


def drawn_again(reference: Cases, other: Cases, *, replicates: int, seed: int) -> Spread:
    """Draw clusters with replacement and compare again, on a grid of values."""
    table = _Table.of(np.concatenate([reference.values, other.values]))
    names = np.union1d(reference.clusters, other.clusters)
    strata = int(max(reference.strata.max(initial=0), other.strata.max(initial=0))) + 1
    sides = [_counts(cases, table.grid, names, strata) for cases in (reference, other)]
    estimate = _replicate(sides[0].sum(axis=0), sides[1].sum(axis=0), strata, table)
    if estimate is None:
        return Spread((), ())
    random = np.random.default_rng(seed)
    found = []
    at_once = max(1, MOST_AT_ONCE // sides[0].shape[1])
    for begin in range(0, replicates, at_once):
        rounds = min(at_once, replicates - begin)
        picks = random.integers(0, len(names), (rounds, len(names)))
        drawn = np.stack([np.bincount(pick, minlength=len(names)) for pick in picks])
        pairs = zip(*(drawn @ side for side in sides), strict=True)
        found += [_replicate(first, second, strata, table) for first, second in pairs]
    moved = [
        (low - estimate[0], high - estimate[1], mean - estimate[2])
        for low, high, mean in filter(None, found)
    ]
    return _spread(moved, replicates)


def _spread(moved: list[tuple[float, float, float]], replicates: int) -> Spread:
    """Keep what nearly every replicate could say."""
    shifts = [(low, high) for low, high, _mean in moved if np.isfinite([low, high]).all()]
    means = [mean for _low, _high, mean in moved if np.isfinite(mean)]
    enough = 0.9 * replicates
    return Spread(
        tuple(shifts) if len(shifts) >= enough else (),
        tuple(means) if len(means) >= enough else (),
    )


def _counts(cases: Cases, grid: Floats, names: Counts, strata: int) -> csr_array:
    """Cases by cluster (rows) and by stratum, open or ended, and value (columns)."""
    from scipy.sparse import csr_array  # takes a moment to import

    place = np.minimum(np.searchsorted(grid, cases.values), len(grid) - 1)
    columns = (cases.strata * 2 + cases.complete) * len(grid) + place
    clusters = np.searchsorted(names, cases.clusters)
    size = strata * 2 * len(grid)
    cells, counted = np.unique(clusters * size + columns, return_counts=True)
    at = (cells // size, cells % size)
    return csr_array((counted.astype(np.float64), at), shape=(len(names), size))


def _replicate(
    first: Floats, second: Floats, strata: int, table: _Table
) -> tuple[float, float, float] | None:
    """Lower and upper middle difference and difference in means; None where a side is empty."""
    before, after = (side.reshape(strata, 2, -1) for side in (first, second))
    wanted, present = before.sum(axis=(1, 2)), after.sum(axis=(1, 2))
    common = (wanted > 0) & (present > 0)
    if not common.any():
        return None
    ratio = np.divide(wanted, present, out=np.zeros(strata), where=common)
    weighted = np.tensordot(common.astype(np.float64), before, 1), np.tensordot(ratio, after, 1)
    found = [_on_grid(opened, ended, table.grid) for opened, ended in weighted]
    low, high = (_middle_on_grid(found[0], found[1], table, least=least) for least in (True, False))
    means = [np.nan if one.beyond else float(one.values @ one.mass) for one in found]
    return low, high, means[1] - means[0]


def _on_grid(opened: Floats, ended: Floats, grid: Floats) -> Masses:
    mass, beyond = product_limit(ended, opened + ended)
    return Masses(grid, mass, beyond, float(grid[np.flatnonzero(opened + ended)[-1]]))


def _middle_on_grid(before: Masses, after: Masses, table: _Table, *, least: bool) -> float:
    """The weighted median difference among grid values; infinite where open cases hold it."""
    first, second = before.mass, after.mass
    below = 0.0
    if least:
        second = _kept_at(after)
        below = before.beyond
    else:
        first = _kept_at(before)
    summed = below + np.cumsum(np.outer(first, second).ravel()[table.order])
    ends = [int(np.searchsorted(summed, target)) for target in (0.5 - 1e-9, 0.5 + 1e-9)]
    if below >= 0.5 or ends[1] >= len(summed):
        return -np.inf if least else np.inf
    return float(table.differences[ends[0]] + table.differences[ends[1]]) / 2


def _kept_at(of: Masses) -> Floats:
    """Masses with what lies beyond put where it was last seen."""
    mass = of.mass.copy()
    mass[int(np.searchsorted(of.values, of.followed_to))] += of.beyond
    return mass
