"""Difference of two means whose cases come in clusters (teams) that differ from each other.

Quick, for scanning many measures: the variance is summed over clusters, of which both groups may
have cases. Source: K. Liang, S. Zeger (1986), Biometrika 73; small numbers of clusters as in
A. Cameron, D. Miller (2015), Journal of Human Resources 50 (t with one less than the clusters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.methods.arrays import Counts, Floats
from uptake.methods.statistics.drawn_clusters import Cases, clusters_in, weights_to_mix
from uptake.methods.statistics.proportions import Interval
from uptake.methods.statistics.shifts import FEWEST_CASES, FEWEST_CLUSTERS

ROUNDING = 1e-12
"""Share of the means below which an error is one of arithmetic: the cases do not vary."""


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """The other group less the reference, weighted to the mix of the reference.

    ``interval`` and ``p_value`` (two-sided): None with fewer than ten clusters.
    """

    before: float
    after: float
    cases: tuple[int, int]
    interval: Interval | None
    p_value: float | None

    @property
    def difference(self) -> float:
        """How much more the other group has."""
        return self.after - self.before


def mean_difference(
    reference: Cases, other: Cases, *, confidence: float = 0.95
) -> MeanDifference | None:
    """Compare means of complete cases; None where a side has fewer than five that are alike."""
    sides = [_complete(side) for side in (reference, other)]
    each = np.ones(len(sides[0])), np.ones(len(sides[1]))
    weights = weights_to_mix(sides[0].strata, sides[1].strata, *each)
    counts = [int(np.count_nonzero(weight)) for weight in weights]
    if min(counts) < FEWEST_CASES:
        return None
    means = [
        float((weight * side.values).sum() / weight.sum())
        for side, weight in zip(sides, weights, strict=True)
    ]
    names = clusters_in(*(s.clusters[w > 0] for s, w in zip(sides, weights, strict=True)))
    interval, p_value = None, None
    if len(names) >= FEWEST_CLUSTERS:
        error = _error(sides, weights, means, names)
        if error < ROUNDING * max(map(abs, means)):
            error, means = 0.0, [round(mean, 9) for mean in means]
        interval, p_value = _limits(means[1] - means[0], error, len(names) - 1, confidence)
    return MeanDifference(means[0], means[1], (counts[0], counts[1]), interval, p_value)


def _complete(cases: Cases) -> Cases:
    kept = cases.complete
    return Cases(cases.values[kept], kept[kept], cases.strata[kept], cases.clusters[kept])


def _error(
    sides: list[Cases], weights: tuple[Floats, Floats], means: list[float], names: Counts
) -> float:
    """Standard error: what each cluster adds to the difference, squared and summed."""
    added = np.zeros(len(names))
    for side, weight, mean, sign in zip(sides, weights, means, (-1, 1), strict=True):
        kept = weight > 0
        place = np.searchsorted(names, side.clusters[kept])
        pulls = sign * weight[kept] * (side.values[kept] - mean) / weight.sum()
        added += np.bincount(place, weights=pulls, minlength=len(names))
    return float(np.sqrt((added**2).sum() * len(names) / (len(names) - 1)))


def _limits(
    difference: float, error: float, freedom: int, confidence: float
) -> tuple[Interval, float]:
    from scipy import special  # takes a moment to import, and its distributions a second

    if not error:
        return Interval(difference, difference), 1.0 if not difference else 0.0
    width = float(special.stdtrit(freedom, 0.5 + confidence / 2)) * error
    p_value = 2 * float(special.stdtr(freedom, -abs(difference) / error))
    return Interval(difference - width, difference + width), p_value
