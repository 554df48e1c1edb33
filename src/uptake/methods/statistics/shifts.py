"""How far two groups of cases lie apart, when their mix differs and some have not ended yet.

Every value of one group is set against every value of the other; the middle of these differences
is the shift (Hodges and Lehmann). Values that are not complete yet enter through the Kaplan-Meier
masses of their group, and what they leave open widens the shift to bounds instead of being guessed.
The other group is weighted so that its mix of strata is that of the reference; strata that it
lacks are left out of both and counted. Intervals come from drawing whole clusters (teams) anew,
because cases of one team resemble each other. No cause is claimed by any of it.

Source: J. Hodges, E. Lehmann (1963), Annals of Mathematical Statistics 34; direct standardisation,
K. Rothman et al. (2008), Modern Epidemiology, chapter 3; A. Davison, D. Hinkley (1997), Bootstrap
Methods, section 3.8; C. Manski (2003) for bounds. Methods section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from uptake.methods.arrays import Floats
from uptake.methods.statistics.drawn_clusters import (
    Around,
    Cases,
    Spread,
    clusters_in,
    drawn_again,
    weights_to_mix,
)
from uptake.methods.statistics.masses import (
    Masses,
    masses_of,
    mean_of,
    median_of,
    middle_difference,
)
from uptake.methods.statistics.proportions import Interval, Share

__all__ = ["Cases", "Level", "NoInterval", "Shift", "compare"]

FEWEST_CLUSTERS = 10
"""With fewer, drawing clusters anew says little: there is no interval."""

FEWEST_CASES = 5
REPLICATES = 1_000


class NoInterval(StrEnum):
    """Why a shift stands without an interval."""

    FEW_CLUSTERS = "fewer than ten teams"
    OPEN = "too many cases are still open"


@dataclass(frozen=True, slots=True)
class Level:
    """Where one group lies, in the unit of its values, with its weights.

    ``median``: None where half of them are not complete. ``mean``: None where the longest is not.
    """

    cases: int
    open: int
    median: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Shift:
    """The other group less the reference.

    ``shift``: the middle of all differences, None where open cases leave it without bounds;
    ``bounds`` what they leave open. ``shift_interval`` and ``mean_interval``: None with a reason in
    ``no_interval``. ``p_value``: two-sided, of a shift in the mean where all are complete, else in
    the middle. ``covered``: cases of the reference whose stratum the other has too.
    """

    reference: Level
    other: Level
    shift: float | None
    bounds: Interval | None
    shift_interval: Interval | None
    mean_difference: float | None
    mean_interval: Interval | None
    p_value: float | None
    covered: Share
    clusters: int
    no_interval: NoInterval | None


def compare(
    reference: Cases,
    other: Cases,
    *,
    replicates: int = REPLICATES,
    confidence: float = 0.95,
    seed: int = 1,
) -> Shift | None:
    """Compare two groups; None where one has fewer than five cases that can be compared."""
    weights = weights_to_mix(
        reference.strata, other.strata, np.ones(len(reference)), np.ones(len(other))
    )
    covered = Share(int(np.count_nonzero(weights[0])), len(reference))
    kept = Share(int(np.count_nonzero(weights[1])), len(other))
    if covered.numerator < FEWEST_CASES or kept.numerator < FEWEST_CASES:
        return None
    before, after = _masses(reference, weights[0]), _masses(other, weights[1])
    shift, bounds = middle_difference(before, after)
    levels = _level(reference, weights[0], before), _level(other, weights[1], after)
    mean = _difference(levels[0].mean, levels[1].mean)
    clusters = len(clusters_in(reference.clusters, other.clusters))
    spread = Spread((), ())
    if clusters >= FEWEST_CLUSTERS:
        spread = drawn_again(reference, other, replicates=replicates, seed=seed)
    bootstrapped = spread.around(shift, bounds, mean, confidence)
    return Shift(
        *levels,
        shift,
        bounds,
        bootstrapped.shift,
        mean,
        bootstrapped.mean,
        bootstrapped.p_value,
        covered,
        clusters,
        _why_not(clusters, bootstrapped),
    )


def _why_not(clusters: int, found: Around) -> NoInterval | None:
    if clusters < FEWEST_CLUSTERS:
        return NoInterval.FEW_CLUSTERS
    return NoInterval.OPEN if found.shift is None and found.mean is None else None


def _masses(cases: Cases, weights: Floats) -> Masses:
    counted = weights > 0
    complete = cases.complete[counted].astype(np.float64)
    return masses_of(cases.values[counted], weights[counted], complete)


def _level(cases: Cases, weights: Floats, masses: Masses) -> Level:
    counted = weights > 0
    still_open = int((counted & ~cases.complete).sum())
    return Level(int(counted.sum()), still_open, median_of(masses), mean_of(masses))


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before
