"""Process behaviour charts: which values of a series are more than its usual ups and downs?

XmR charts of weekly values and Laney's p' chart of shares of large groups. Limits come from the
baseline alone; fewer than six points have none, from seventeen on they are firm. A series that
remembers itself (lag-1 autocorrelation above 0.3) can be charted by what an AR(1) model leaves
over, because its neighbours are too alike for honest limits.

Source: Shewhart (1931); NIST/SEMATECH e-Handbook 6.3.2.2 for the reference values in the tests;
Western Electric (1956) for the rules; Laney (2002), "Improved control charts for attributes",
Quality Engineering 14. Methods section 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Floats

MEAN_RANGE_TO_SIGMA = 1.128
"""Mean moving range of two normal values in standard deviations (d2)."""

MEDIAN_RANGE_TO_LIMIT = 3.145
"""Half the width of the limits in median moving ranges."""

RANGE_LIMIT = 3.267
"""Upper limit of moving ranges in mean moving ranges (D4)."""

FEWEST_POINTS = 6
FIRM_POINTS = 17
MOST_MEMORY = 0.3
RUN = 8
"""So many values in a row on one side of the centre are a signal."""


class Standing(StrEnum):
    """How far limits may be trusted: by simulation 4.5 % false alarms a point from 6 points on."""

    NONE = "none"
    PROVISIONAL = "provisional"
    FIRM = "firm"


class Rule(StrEnum):
    """Why a value is a signal."""

    OUTSIDE = "outside the limits"
    RUN = "eight in a row on one side"
    TWO_OF_THREE = "two of three far on one side"


@dataclass(frozen=True, slots=True)
class Signal:
    """A value that is more than noise; ``position`` is its index in the series given."""

    position: int
    rule: Rule
    above: bool


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A series with its centre and limits, one number per value; NaN where there was no value.

    ``sigma`` is the usual spread between neighbours in the unit of the values (of a share: per
    point, so an array). ``range_limit`` is the largest usual step. ``memory`` is the lag-1
    autocorrelation of the baseline, None below six points; ``remembers`` says that limits follow
    an AR(1) model because of it. Without limits (``Standing.NONE``) there are no signals.
    """

    values: Floats
    centre: Floats
    low: Floats
    high: Floats
    sigma: Floats
    range_limit: float | None
    standing: Standing
    baseline: int
    memory: float | None
    remembers: bool
    signals: tuple[Signal, ...]


def xmr(
    values: npt.ArrayLike,
    *,
    baseline: int | None = None,
    median: bool = False,
    bounds: tuple[float | None, float | None] = (None, None),
    allow_memory: bool = False,
) -> ControlChart:
    """Chart single values: limits ``mean ± 2.66 mean|mR|`` of the first ``baseline`` of them.

    ``values``: one per period, NaN where nothing was measured. ``baseline``: how many of the
    measured values set the limits, all by default. ``median`` takes the median moving range
    (``± 3.145``), for a baseline with a single spike. ``bounds``: what values cannot pass (a share:
    0 and 1); limits beyond are cut there. ``allow_memory``: where the baseline remembers itself,
    limits lie around what an AR(1) model expects of each value.
    """
    series = np.asarray(values, dtype=float)
    at = np.flatnonzero(~np.isnan(series))
    known = series[at]
    first = min(len(known), baseline if baseline is not None else len(known))
    if first < FEWEST_POINTS:
        return _without_limits(series, first)
    memory = lag_one(known[:first])
    remembers = allow_memory and memory is not None and memory > MOST_MEMORY
    expected = _expected(known, first, memory if remembers and memory is not None else 0.0)
    left = known - expected
    spread = _spread(left[:first], median=median)
    offset = float(left[:first].mean())
    return _chart(
        series,
        at,
        expected + offset,
        np.full(len(known), spread),
        first=first,
        memory=memory,
        remembers=remembers,
        bounds=bounds,
        range_limit=RANGE_LIMIT * float(np.abs(np.diff(left[:first])).mean()),
    )


def laney(
    numerators: npt.ArrayLike, denominators: npt.ArrayLike, *, baseline: int | None = None
) -> ControlChart:
    """Chart shares of large groups: limits ``p ± 3 σ_p σ_z`` (Laney's p').

    ``z = (p_i - p) / σ_pi`` and ``σ_z = mean|Δz| / 1.128`` widen the binomial limits by what weeks
    truly differ. Periods with a denominator of 0 have no value.
    """
    x, n = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    series = np.divide(x, n, out=np.full(len(n), np.nan), where=n > 0)
    at = np.flatnonzero(n > 0)
    first = min(len(at), baseline if baseline is not None else len(at))
    centre = float(x[at][:first].sum() / n[at][:first].sum()) if first else 0.0
    if first < FEWEST_POINTS or centre in (0.0, 1.0):
        return _without_limits(series, first)
    binomial = np.sqrt(centre * (1 - centre) / n[at])
    z = (series[at] - centre) / binomial
    between = float(np.abs(np.diff(z[:first])).mean()) / MEAN_RANGE_TO_SIGMA
    return _chart(
        series,
        at,
        np.full(len(at), centre),
        binomial * between,
        first=first,
        memory=lag_one(series[at][:first]),
        remembers=False,
        bounds=(0.0, 1.0),
        range_limit=None,
    )


def lag_one(values: npt.ArrayLike) -> float | None:
    """Lag-1 autocorrelation; None below six values or where all are equal."""
    series = np.asarray(values, dtype=float)
    if len(series) < FEWEST_POINTS:
        return None
    deviations = series - series.mean()
    total = float(deviations @ deviations)
    return float(deviations[1:] @ deviations[:-1]) / total if total > 0 else None


def _expected(known: Floats, first: int, memory: float) -> Floats:
    """What an AR(1) model of the baseline expects next; the mean where there is no memory."""
    centre = float(known[:first].mean())
    expected = np.full(len(known), centre)
    expected[1:] += memory * (known[:-1] - centre)
    return expected


def _spread(left: Floats, *, median: bool) -> float:
    steps = np.abs(np.diff(left))
    if median:
        return MEDIAN_RANGE_TO_LIMIT / 3 * float(np.median(steps))
    return float(steps.mean()) / MEAN_RANGE_TO_SIGMA


def _chart(
    series: Floats,
    at: Counts,
    centre: Floats,
    sigma: Floats,
    *,
    first: int,
    memory: float | None,
    remembers: bool,
    bounds: tuple[float | None, float | None],
    range_limit: float | None,
) -> ControlChart:
    floor, ceiling = bounds
    low = np.maximum(centre - 3 * sigma, -np.inf if floor is None else floor)
    high = np.minimum(centre + 3 * sigma, np.inf if ceiling is None else ceiling)
    found = _signals(series[at], centre, sigma, low, high)
    return ControlChart(
        values=series,
        centre=_placed(series, at, centre),
        low=_placed(series, at, low),
        high=_placed(series, at, high),
        sigma=_placed(series, at, sigma),
        range_limit=range_limit,
        standing=Standing.FIRM if first >= FIRM_POINTS else Standing.PROVISIONAL,
        baseline=first,
        memory=memory,
        remembers=remembers,
        signals=tuple(Signal(int(at[place]), rule, above) for place, rule, above in found),
    )


def _placed(series: Floats, at: Counts, values: Floats) -> Floats:
    placed = np.full(len(series), np.nan)
    placed[at] = values
    return placed


def _without_limits(series: Floats, first: int) -> ControlChart:
    nothing = np.full(len(series), np.nan)
    return ControlChart(
        values=series,
        centre=nothing,
        low=nothing,
        high=nothing,
        sigma=nothing,
        range_limit=None,
        standing=Standing.NONE,
        baseline=first,
        memory=None,
        remembers=False,
        signals=(),
    )


def _signals(
    known: Floats, centre: Floats, sigma: Floats, low: Floats, high: Floats
) -> list[tuple[int, Rule, bool]]:
    """Each value's first rule that holds, in the order in which the rules are named."""
    side = np.sign(known - centre)
    far = np.where(np.abs(known - centre) > 2 * sigma, side, 0.0)
    found: list[tuple[int, Rule, bool]] = []
    for place in range(len(known)):
        rule = _rule(place, known, low, high, side, far)
        if rule is not None:
            found.append((place, rule, bool(known[place] > centre[place])))
    return found


def _rule(
    place: int, known: Floats, low: Floats, high: Floats, side: Floats, far: Floats
) -> Rule | None:
    if known[place] < low[place] or known[place] > high[place]:
        return Rule.OUTSIDE
    run = side[max(0, place - RUN + 1) : place + 1]
    if len(run) == RUN and abs(run.sum()) == RUN:
        return Rule.RUN
    three = far[max(0, place - 2) : place + 1]
    if far[place] and (three == far[place]).sum() >= 2:
        return Rule.TWO_OF_THREE
    return None
