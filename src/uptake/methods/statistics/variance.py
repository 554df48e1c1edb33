"""Does a shortfall lie with persons, or with what their team lives under?

Share of the variance of attainment between teams. A high one (above 0.25, a rule of thumb) says
that the cause sits above the single user. Source: McGraw, Wong (1996), "Forming inferences about
some intraclass correlation coefficients", Psychological Methods 1. Methods section 5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

ORGANISATIONAL = 0.25
"""Between-team share of variance above which a shortfall looks organisational."""


def between_share(values: npt.ArrayLike, groups: npt.ArrayLike) -> float | None:
    """ICC(1) = ``(MSB - MSW) / (MSB + (k - 1) MSW)`` of a value per person in groups.

    ``k`` is ``(N - Σn² / N) / (g - 1)``, the size of groups where they are all equal; NaN values
    are left out. A negative one (groups differ less than chance makes them) is given as it is.
    None with fewer than two groups, nobody to compare within one, or no variance at all.
    """
    x = np.asarray(values, dtype=float)
    known = ~np.isnan(x)
    x = x[known]
    _names, group = np.unique(np.asarray(groups)[known], return_inverse=True)
    sizes = np.bincount(group)
    if len(sizes) < 2 or len(x) <= len(sizes):
        return None
    means = np.bincount(group, weights=x) / sizes
    between = float(sizes @ (means - x.mean()) ** 2) / (len(sizes) - 1)
    within = float(((x - means[group]) ** 2).sum()) / (len(x) - len(sizes))
    size = (len(x) - float(sizes @ sizes) / len(x)) / (len(sizes) - 1)
    total = between + (size - 1) * within
    return (between - within) / total if total > 0 else None
