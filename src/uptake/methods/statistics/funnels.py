"""Comparing groups of different size with a target: who differs by more than chance?

Source: Spiegelhalter (2005), "Funnel plots for comparing institutional performance", Statistics in
Medicine 24, with exact binomial limits. Methods section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats

WARNING = 0.95
ACTION = 0.998
"""Shares of groups on target that lie inside the inner and the outer limits."""


@dataclass(frozen=True, slots=True)
class FunnelLimits:
    """Between which shares groups of each size lie by chance alone; arrays of one shape."""

    low: Floats
    high: Floats


def funnel_limits(
    sizes: npt.ArrayLike, target: float, *, coverage: float = WARNING
) -> FunnelLimits:
    """Exact binomial limits of a share around ``target`` for groups of ``sizes``.

    A group of n lies below when its count is smaller than the ``(1 - coverage) / 2`` quantile of
    Binomial(n, target); NaN where n is 0. Raises ValueError for a target outside 0 to 1.
    """
    from scipy import stats  # takes a moment to import

    if not 0 <= target <= 1:
        raise ValueError("The target of a funnel is a share between 0 and 1.")
    n = np.asarray(sizes, dtype=float)
    safe = np.where(n > 0, n, np.nan)
    tail = (1 - coverage) / 2
    low, high = (stats.binom.ppf(q, np.nan_to_num(safe, nan=1), target) for q in (tail, 1 - tail))
    return FunnelLimits(np.asarray(low / safe), np.asarray(high / safe))
