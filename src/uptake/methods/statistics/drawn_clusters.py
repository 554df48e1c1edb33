"""How far a comparison would move with other teams: whole clusters drawn anew.

Replicates compare on a grid of values, so that a thousand of them cost about what one exact
comparison does. Parts of ``shifts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.many_middles import Grid, ManyMasses, Pairs
from uptake.methods.statistics.proportions import Interval

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST_AT_ONCE = 4_000_000
"""Numbers that replicates hold at once."""

MOST_WRITTEN_OUT = 500_000
"""Numbers of a table up to which its noughts are written down too."""


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

    def only(self, chosen: Flags) -> Cases:
        """Some of the cases, in their order."""
        return Cases(
            self.values[chosen],
            self.complete[chosen],
            self.strata[chosen],
            self.clusters[chosen],
        )


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


def clusters_in(*codes: Counts) -> Counts:
    """The different clusters in ascending order."""
    return np.flatnonzero(np.bincount(np.concatenate(codes)))


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


def drawn_again(reference: Cases, other: Cases, *, replicates: int, seed: int) -> Spread:
    """Draw clusters with replacement and compare again, on a grid of values for each group."""
    names = clusters_in(reference.clusters, other.clusters)
    strata = int(max(reference.strata.max(initial=0), other.strata.max(initial=0))) + 1
    grids = Grid.of(reference.values), Grid.of(other.values)
    again = _Again(
        (grids[0].points, grids[1].points),
        (_counts(reference, grids[0], names, strata), _counts(other, grids[1], names, strata)),
        Pairs.of(grids[0].points, grids[1].points),
        strata,
    )
    estimate = again.compared(np.ones((1, len(names))))[0]
    if np.isnan(estimate[0]):
        return Spread((), ())
    random = np.random.default_rng(seed)
    at_once = max(1, MOST_AT_ONCE // max(again.widest, len(names)))
    found = []
    for begin in range(0, replicates, at_once):
        rounds = min(at_once, replicates - begin)
        picks = random.integers(0, len(names), (rounds, len(names)))
        places = picks + np.arange(rounds)[:, None] * len(names)
        drawn = np.bincount(places.ravel(), minlength=rounds * len(names))
        found.append(again.compared(drawn.reshape(rounds, len(names)).astype(np.float64)))
    with np.errstate(invalid="ignore"):  # what is infinite on both sides is dropped as no number
        moved = np.concatenate(found) - estimate
    return _spread(moved[~np.isnan(moved[:, :2]).all(axis=1)], replicates)


def _spread(moved: Floats, replicates: int) -> Spread:
    """Keep what nearly every replicate could say."""
    shifts = moved[np.isfinite(moved[:, :2]).all(axis=1), :2]
    means = moved[np.isfinite(moved[:, 2]), 2]
    enough = 0.9 * replicates
    return Spread(
        tuple(map(tuple, shifts.tolist())) if len(shifts) >= enough else (),
        tuple(means.tolist()) if len(means) >= enough else (),
    )


def _counts(cases: Cases, grid: Grid, names: Counts, strata: int) -> csr_array | Floats:
    """Cases by cluster (rows) and by stratum, open or ended, and value (columns)."""
    columns = (cases.strata * 2 + cases.complete) * len(grid.points) + grid.place
    clusters = np.searchsorted(names, cases.clusters)
    size = strata * 2 * len(grid.points)
    if len(names) * size <= MOST_WRITTEN_OUT:
        counted = np.bincount(clusters * size + columns, minlength=len(names) * size)
        return counted.reshape(len(names), size).astype(np.float64)
    from scipy.sparse import csr_array  # half a second to import, and few need it

    ones = np.ones(len(cases))
    return csr_array((ones, (clusters, columns)), shape=(len(names), size))


class _Again(NamedTuple):
    """What every replicate is counted from."""

    points: tuple[Floats, Floats]
    counts: tuple[csr_array | Floats, csr_array | Floats]
    pairs: Pairs
    strata: int

    @property
    def widest(self) -> int:
        """Numbers of one replicate."""
        return max(int(side.shape[1]) for side in self.counts)

    def compared(self, drawn: Floats) -> Floats:
        """Lower and upper middle difference and difference in means of each draw of clusters.

        Not numbers where a side is empty.
        """
        sides = [
            np.asarray(drawn @ side).reshape(len(drawn), self.strata, 2, -1) for side in self.counts
        ]
        wanted, present = (side.sum(axis=(2, 3)) for side in sides)
        common = (wanted > 0) & (present > 0)
        ratio = np.divide(wanted, present, out=np.zeros_like(wanted), where=common)
        before, after = (
            ManyMasses.of(*np.moveaxis(np.einsum("rs,rsop->rop", weight, side), 1, 0))
            for weight, side in zip((common.astype(np.float64), ratio), sides, strict=True)
        )
        means = after.means(self.points[1]) - before.means(self.points[0])
        found = np.stack([*self.pairs.bounds(before, after), means], axis=1)
        found[~common.any(axis=1)] = np.nan
        return found
