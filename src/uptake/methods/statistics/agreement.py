"""Do two people who rate the same things mean the same?

Source: Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; his four-observer example
for the reference values in the tests. From 0.667 on agreement is tentative, from 0.80 on firm.
Methods section 4 (clarity) and 5.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats

TENTATIVE = 0.667
FIRM = 0.80


class Scale(StrEnum):
    """What ratings can be compared by: same or not, order, distance."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def krippendorff_alpha(ratings: npt.ArrayLike, scale: Scale = Scale.ORDINAL) -> float | None:
    """Agreement beyond chance: 1 perfect, 0 as by chance, below 0 worse.

    ``ratings``: raters x things, NaN where somebody did not rate. None when no thing was rated
    twice or all ratings are the same (nothing varies that could be agreed on).
    """
    table = np.atleast_2d(np.asarray(ratings, dtype=float))
    known = ~np.isnan(table)
    table, known = (a[:, known.sum(axis=0) >= 2] for a in (table, known))
    values = np.unique(table[known])
    if len(values) < 2:
        return None
    counts = np.array([(table == value).sum(axis=0) for value in values], dtype=float)
    raters = counts.sum(axis=0)
    pairs = (counts / (raters - 1)) @ counts.T - np.diag((counts / (raters - 1)).sum(axis=1))
    totals = pairs.sum(axis=1)
    distance = _distances(values, totals, scale)
    chance = float((np.outer(totals, totals) * distance).sum())
    observed = float((pairs * distance).sum())
    return 1 - (float(totals.sum()) - 1) * observed / chance


def _distances(values: Floats, totals: Floats, scale: Scale) -> Floats:
    """Squared distance of each value to each."""
    if scale is Scale.NOMINAL:
        return np.asarray(1.0 - np.eye(len(values)))
    if scale is Scale.INTERVAL:
        return np.asarray((values[:, np.newaxis] - values) ** 2, dtype=np.float64)
    middle = np.cumsum(totals) - totals / 2
    return np.asarray((middle[:, np.newaxis] - middle) ** 2, dtype=np.float64)
