"""Distributions of durations as masses, some of which have not ended, and the middle difference.

Kaplan-Meier masses of weighted cases; what lies beyond the last that is known is kept apart and
widens an answer to bounds. Parts of ``shifts``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from uptake.methods.arrays import Floats
from uptake.methods.statistics.proportions import Interval
from uptake.methods.statistics.ranked import Ranked

FINEST = 5_000
"""Different values that an estimate tells apart; beyond it the closest by rank are put together."""

_HALF = (0.5 - 1e-9, 0.5 + 1e-9)
"""Shares of pairs between which the middle lies."""


class Masses(NamedTuple):
    """A distribution: values in ascending order, their masses, and what lies beyond the last."""

    values: Floats
    mass: Floats
    beyond: float
    followed_to: float


def masses_of(values: Floats, weights: Floats, complete: Floats) -> Masses:
    """Put weighted values together; ``complete``: 1, or 0 where the value can still grow."""
    ranked = Ranked.of(values)
    if len(ranked.distinct) > FINEST:
        ranked = ranked.coarser(np.linspace(0, 1, FINEST))
    distinct, place = ranked
    left = np.bincount(place, weights, len(distinct)).astype(np.float64)
    ended = np.bincount(place, weights * complete, len(distinct)).astype(np.float64)
    mass, beyond = product_limit(ended, left)
    return Masses(distinct, mass, beyond, float(distinct[-1]))


def product_limit(ended: Floats, left: Floats) -> tuple[Floats, float]:
    """Kaplan-Meier masses of ordered values, and the mass beyond the last.

    ``ended`` and ``left``: weights of the cases that ended at each value, and that left there
    whether they ended or are still open.
    """
    at_risk = np.cumsum(left[::-1])[::-1]
    hazard = np.divide(ended, at_risk, out=np.zeros_like(ended), where=at_risk > 0)
    survival = np.cumprod(1 - np.minimum(hazard, 1))
    beyond = float(survival[-1])
    return -np.diff(survival, prepend=1.0), beyond if beyond > 1e-12 else 0.0


def median_of(masses: Masses) -> float | None:
    """The value that half of them do not exceed; None where fewer have ended."""
    reached = np.cumsum(masses.mass)
    at, above = (int(np.searchsorted(reached, share)) for share in _HALF)
    if above >= len(reached):
        return None
    return float(masses.values[at] + masses.values[above]) / 2


def mean_of(masses: Masses) -> float | None:
    """The mean; None where not all of them have ended."""
    return None if masses.beyond else float(masses.values @ masses.mass)


def middle_difference(before: Masses, after: Masses) -> tuple[float | None, Interval | None]:
    """The median of all differences, and what open cases leave open of it."""
    low = _median_difference(before, after, least=True)
    high = low
    if before.beyond or after.beyond:
        high = _median_difference(before, after, least=False)
    if low is None or high is None:
        return None, None
    return (low + high) / 2, Interval(low, high)


def _median_difference(before: Masses, after: Masses, *, least: bool) -> float | None:
    """Weighted median of after less before, with open ones placed as low or as high as can be.

    An open value is at least what it was followed to; how much more is not known.
    """
    below = before.beyond if least else 0.0  # differences of minus infinity
    first, second = _placed(before, low=not least), _placed(after, low=least)
    pairs = _SharedPairs(first, second, np.append(0.0, np.cumsum(second.mass)), below)
    ends = pairs.quantiles(_HALF)
    return None if ends is None else (ends[0] + ends[1]) / 2


def _placed(of: Masses, *, low: bool) -> Masses:
    """With what lies beyond the last put where it was last seen (``low``), or left at infinity."""
    if not of.beyond or not low:
        return of
    mass = of.mass.copy()
    mass[-1] += of.beyond
    return of._replace(mass=mass, beyond=0.0)


class _SharedPairs(NamedTuple):
    """The share of all pairs that are no further apart than a difference.

    Pairs are not listed: the share is summed over one group with the distribution of the other.
    """

    first: Masses
    second: Masses
    summed: Floats
    below: float

    def up_to(self, difference: float) -> float:
        """The share at or below a difference."""
        reached = self.first.values + difference
        at = np.searchsorted(self.second.values, reached, side="right")
        return self.below + float(self.first.mass @ self.summed[at])

    def quantiles(self, shares: tuple[float, float]) -> tuple[float, float] | None:
        """The least differences that ascending shares do not exceed; None where one is infinite."""
        reach = abs(float(self.second.values[-1])) + abs(float(self.first.values[-1])) + 1
        if self.below >= shares[0] or self.up_to(reach) < shares[1]:
            return None
        low, high = self._halved(shares[0], -reach, reach)
        above = high
        if self.up_to(high) < shares[1]:
            _low, above = self._halved(shares[1], low, reach)
        return self._nearest(high), self._nearest(above)

    def _halved(self, share: float, low: float, high: float) -> tuple[float, float]:
        """The difference that a share is reached at lies between what comes back."""
        while high - low > 1e-9 * max(1.0, abs(low), abs(high)):
            middle = (low + high) / 2
            low, high = (low, middle) if self.up_to(middle) >= share else (middle, high)
        return low, high

    def _nearest(self, found: float) -> float:
        """The difference of two values that halving came close to."""
        first, second = self.first.values, self.second.values
        at = np.searchsorted(second, first + found)
        candidates = [second[np.clip(at + step, 0, len(second) - 1)] - first for step in (-1, 0)]
        every = np.concatenate(candidates)
        return float(every[np.argmin(np.abs(every - found))])
