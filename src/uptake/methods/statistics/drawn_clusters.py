"""How far a comparison would move with other teams: whole clusters drawn anew.

Replicates compare on a grid of values, so that a thousand of them cost about what one exact
comparison does. Parts of ``shifts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.masses import Masses, product_limit
from uptake.methods.statistics.proportions import Interval

GRID = 200
"""Different values that replicates tell apart; estimates use all of them."""


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


class _Cells(NamedTuple):
    """Cases alike in all that matters to a replicate, with how many they are."""

    place: Counts
    complete: Floats
    strata: Counts
    clusters: Counts
    cases: Floats


def drawn_again(reference: Cases, other: Cases, *, replicates: int, seed: int) -> Spread:
    """Draw clusters with replacement and compare again, on a grid of values."""
    pooled = np.concatenate([reference.values, other.values])
    grid = np.unique(pooled)
    if len(grid) > GRID:
        grid = np.unique(np.quantile(pooled, np.linspace(0, 1, GRID), method="nearest"))
    names = np.union1d(reference.clusters, other.clusters)
    sides = [_cells(cases, grid, names) for cases in (reference, other)]
    differences = (grid[None, :] - grid[:, None]).ravel()
    order = np.argsort(differences, kind="stable")
    table = _Differences(differences[order], order)
    estimate = _replicate(sides, np.ones(len(names)), grid, table)
    random = np.random.default_rng(seed)
    shifts: list[tuple[float, float]] = []
    means: list[float] = []
    for _ in range(replicates):
        drawn = np.bincount(random.integers(0, len(names), len(names)), minlength=len(names))
        found = _replicate(sides, drawn.astype(np.float64), grid, table)
        if found is None or estimate is None:
            continue
        shifts.append((found[0] - estimate[0], found[1] - estimate[1]))
        if not np.isnan(found[2]) and not np.isnan(estimate[2]):
            means.append(found[2] - estimate[2])
    whole = [part for part in shifts if np.isfinite(part).all()]
    enough = 0.9 * replicates
    return Spread(
        tuple(whole) if len(whole) >= enough else (),
        tuple(means) if len(means) >= enough else (),
    )


def _cells(cases: Cases, grid: Floats, names: Counts) -> _Cells:
    place = np.minimum(np.searchsorted(grid, cases.values), len(grid) - 1)
    clusters = np.searchsorted(names, cases.clusters)
    rows = np.stack([place, cases.complete, cases.strata, clusters])
    kinds, counted = np.unique(rows, axis=1, return_counts=True)
    complete = kinds[1].astype(np.float64)
    return _Cells(kinds[0], complete, kinds[2], kinds[3], counted.astype(np.float64))


class _Differences(NamedTuple):
    """All differences of grid values in ascending order, and where each stands in the square."""

    values: Floats
    order: Counts


def _replicate(
    sides: list[_Cells], drawn: Floats, grid: Floats, table: _Differences
) -> tuple[float, float, float] | None:
    """Lower and upper middle difference and difference in means; None where a side is empty."""
    before, after = sides
    weights = weights_to_mix(
        before.strata,
        after.strata,
        before.cases * drawn[before.clusters],
        after.cases * drawn[after.clusters],
    )
    if not weights[0].any() or not weights[1].any():
        return None
    found = [_on_grid(cells, weight, grid) for cells, weight in zip(sides, weights, strict=True)]
    low, high = (_middle_on_grid(found[0], found[1], table, least=least) for least in (True, False))
    means = [np.nan if one.beyond else float(one.values @ one.mass) for one in found]
    return low, high, means[1] - means[0]


def _on_grid(cells: _Cells, weight: Floats, grid: Floats) -> Masses:
    mass, beyond = product_limit(cells.place, weight, cells.complete, len(grid))
    return Masses(grid, mass, beyond, float(grid[cells.place[weight > 0].max()]))


def _middle_on_grid(before: Masses, after: Masses, table: _Differences, *, least: bool) -> float:
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
    return float(table.values[ends[0]] + table.values[ends[1]]) / 2


def _kept_at(of: Masses) -> Floats:
    """Masses with what lies beyond put where it was last seen."""
    mass = of.mass.copy()
    mass[int(np.searchsorted(of.values, of.followed_to))] += of.beyond
    return mass
