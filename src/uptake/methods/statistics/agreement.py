"""Do two people who rate the same things mean the same?

Source: Krippendorff (2011), "Computing Krippendorff's alpha-reliability"; his four-observer example
for the reference values in the tests. From 0.667 on agreement is tentative, from 0.80 on firm.
Intervals are the percentiles of alpha over things drawn again with replacement (Efron 1979),
within their strata. Methods section 4 (clarity) and 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Floats
from uptake.methods.statistics.proportions import Interval

DRAWS = 1_000
"""Times that things are drawn again for an interval."""

_OUTSIDE = 0.05

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


@dataclass(frozen=True, slots=True)
class Agreement:
    """Alpha with its 95 % interval, over ``things`` that at least two sides rated.

    ``value`` is None where nothing varies, or nothing was rated twice; ``interval`` is None where
    too few things vary to draw them again.
    """

    value: float | None
    interval: Interval | None
    things: int


def agreement(
    ratings: npt.ArrayLike,
    scale: Scale = Scale.ORDINAL,
    *,
    rng: np.random.Generator,
    strata: npt.ArrayLike | None = None,
) -> Agreement:
    """Agreement of raters with one another.

    ``ratings`` as for ``krippendorff_alpha``; ``strata``: a label for each thing, where so many of
    each kind were drawn on purpose.
    """
    table = np.atleast_2d(np.asarray(ratings, dtype=float))
    return _resampled(table, lambda drawn: krippendorff_alpha(drawn, scale), rng, strata)


def agreement_with(
    reference: npt.ArrayLike,
    ratings: npt.ArrayLike,
    scale: Scale = Scale.NOMINAL,
    *,
    rng: np.random.Generator,
    strata: npt.ArrayLike | None = None,
) -> Agreement:
    """Agreement of raters with something that rated as well, such as written rules.

    Alpha of each rater with the reference, averaged over raters: whether raters agree with one
    another does not count here.
    """
    rated = np.atleast_2d(np.asarray(ratings, dtype=float))
    known = np.asarray(reference, dtype=float)
    table = np.vstack([known, np.where(np.isnan(known), np.nan, rated)])

    def mean(drawn: Floats) -> float | None:
        each = [krippendorff_alpha(drawn[[0, row]], scale) for row in range(1, len(drawn))]
        told = [value for value in each if value is not None]
        return float(np.mean(told)) if len(told) == len(each) else None

    return _resampled(table, mean, rng, strata)


def _resampled(
    table: Floats,
    statistic: Callable[[Floats], float | None],
    rng: np.random.Generator,
    strata: npt.ArrayLike | None,
) -> Agreement:
    """The statistic, and its percentiles over things drawn again within their strata."""
    labels = np.zeros(table.shape[1]) if strata is None else np.asarray(strata)
    usable = (~np.isnan(table)).sum(axis=0) >= 2
    table, labels = table[:, usable], labels[usable]
    value = statistic(table)
    if value is None:
        return Agreement(None, None, table.shape[1])
    if _all_same(table):
        return Agreement(value, Interval(_least_if_alike(table), 1.0), table.shape[1])
    kinds = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    drawn = [statistic(table[:, _again(kinds, rng)]) for _ in range(DRAWS)]
    told = [each for each in drawn if each is not None]
    if len(told) < DRAWS / 2:
        return Agreement(value, None, table.shape[1])
    low, high = np.quantile(told, [_OUTSIDE / 2, 1 - _OUTSIDE / 2])
    return Agreement(value, Interval(float(low), float(high)), table.shape[1])


def _again(kinds: list[Counts], rng: np.random.Generator) -> Counts:
    return np.concatenate([rng.choice(places, len(places)) for places in kinds])


def _all_same(table: Floats) -> bool:
    return bool((np.nanmax(table, axis=0) == np.nanmin(table, axis=0)).all())


def _least_if_alike(table: Floats) -> float:
    """The lower end where no two ratings differ: drawing again would never find one that does.

    As many things may differ as would stay unseen once in twenty times (the rule of three).
    """
    _, counts = np.unique(table[~np.isnan(table)], return_counts=True)
    by_chance = 1 - float(((counts / counts.sum()) ** 2).sum())
    unseen = 1 - _OUTSIDE ** (1 / table.shape[1])
    return float(1 - unseen / by_chance)
