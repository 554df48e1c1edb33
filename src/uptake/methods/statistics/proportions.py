"""Shares of a whole: their uncertainty, and how to rank groups of different size fairly.

Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference",
JASA 22; Newcombe (1998), Statistics in Medicine 17, for the reference values in the tests;
Casella (1985), "An introduction to empirical Bayes data analysis", The American Statistician 39.
Methods section 0.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Floats

_USUAL = 0.95
_USUAL_DEVIATIONS = 1.959963984540054
"""``ndtri(0.975)``, so that no interval has to wait for SciPy, which takes a second to import."""

_LARGEST_STRENGTH = 1e6
_FEWEST_GROUPS = 3


@dataclass(frozen=True, slots=True)
class Interval:
    """The values that the data leave plausible, both ends included."""

    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Say whether ``value`` is one of the plausible ones."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Intervals:
    """Many intervals at once; NaN where there was nothing to measure."""

    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class Share:
    """A ratio that remembers what it is made of, e.g. 38 of 61 people.

    Sum numerators and denominators to roll shares up; never average their values.
    """

    numerator: float
    denominator: float

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 0:
            raise ValueError("A share counts things: neither part can be negative.")

    @property
    def value(self) -> float | None:
        """The ratio, or None when there was nothing to count."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval; None when nothing was counted or the ratio is above one."""
        return self.interval_at(0.95)

    def interval_at(self, confidence: float) -> Interval | None:
        """The Wilson interval at ``confidence``; None as for ``interval``."""
        if self.numerator > self.denominator:
            return None
        return wilson(self.numerator, self.denominator, confidence)

    def __add__(self, other: Share) -> Share:
        return Share(self.numerator + other.numerator, self.denominator + other.denominator)


def wilson(successes: float, trials: float, confidence: float = 0.95) -> Interval | None:
    """Wilson score interval of a proportion.

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``. None when ``trials`` is 0: nothing
    was measured. Raises ValueError when ``successes`` is not between 0 and ``trials``.
    """
    if trials == 0:
        return None
    x, n = float(successes), float(trials)
    if x < 0 or x > n:
        raise ValueError("Successes must lie between 0 and the number of trials.")
    z = normal_limit(confidence)
    p = x / n
    centre, scale = p + z * z / (2 * n), 1 + z * z / n
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if x == 0 else (centre - half) / scale
    high = 1.0 if x == n else (centre + half) / scale
    return Interval(max(low, 0.0), min(high, 1.0))


@lru_cache(maxsize=64)
def normal_limit(confidence: float) -> float:
    """Standard deviations to both sides of nought that hold so much of a normal distribution."""
    if confidence == _USUAL:
        return _USUAL_DEVIATIONS
    from scipy import special

    return float(special.ndtri(0.5 + confidence / 2))


def wilson_intervals(
    successes: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95
) -> Intervals:
    """Wilson score intervals of many proportions, arrays of one shape; NaN where trials is 0.

    Raises ValueError when a count is negative or successes exceed trials.
    """
    x, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    if np.any(x < 0) or np.any(x > n):
        raise ValueError("Successes must lie between 0 and the number of trials.")
    z = normal_limit(confidence)
    safe = np.where(n > 0, n, np.nan)
    p = x / safe
    centre = p + z * z / (2 * safe)
    half = z * np.sqrt(p * (1 - p) / safe + z * z / (4 * safe * safe))
    scale = 1 + z * z / safe
    low = np.where(x == 0, 0.0 * safe, (centre - half) / scale)
    high = np.where(x == n, 1.0 + 0.0 * safe, (centre + half) / scale)
    return Intervals(np.maximum(low, 0.0), np.minimum(high, 1.0))


@dataclass(frozen=True, slots=True)
class Beta:
    """A beta distribution of shares between groups, ``Beta(a, b)``."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The share of a typical group."""
        return self.a / (self.a + self.b)

    @property
    def strength(self) -> float:
        """How many observations the prior is worth: a group of this size moves half-way."""
        return self.a + self.b


def fit_beta_binomial(successes: npt.ArrayLike, trials: npt.ArrayLike) -> Beta | None:
    """Fit the spread of shares between groups by maximum marginal likelihood.

    ``Σ ln B(x+a, n-x+b) - ln B(a, b)`` over groups with at least one trial. None when there are
    fewer than three such groups, or when every group is at 0 or every group at 1: there is nothing
    to learn a spread from. Groups that differ no more than chance would make them give a prior as
    strong as the bound allows (10^6 observations), which shrinks all of them to the common mean.
    """
    from scipy import optimize, special

    x, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    x, n = x[n > 0], n[n > 0]
    if len(n) < _FEWEST_GROUPS or x.sum() in (0.0, n.sum()):
        return None

    def loss(point: Floats) -> float:
        mean, strength = special.expit(point[0]), np.exp(point[1])
        a, b = mean * strength, (1 - mean) * strength
        return -float(np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b)))

    pooled = special.logit(x.sum() / n.sum())
    bounds = [(-20.0, 20.0), (np.log(1e-3), np.log(_LARGEST_STRENGTH))]
    starts = [np.array([pooled, np.log(strength)]) for strength in (1.0, 20.0, 1000.0)]
    fits = [optimize.minimize(loss, s, method="L-BFGS-B", bounds=bounds) for s in starts]
    best = min(fits, key=lambda fit: float(fit.fun)).x
    mean, strength = float(special.expit(best[0])), float(np.exp(best[1]))
    return Beta(mean * strength, (1 - mean) * strength)


def shrunk_mean(successes: float, trials: float, prior: Beta) -> float:
    """The share of a group after learning from the others: ``(x + a) / (n + a + b)``."""
    return (successes + prior.a) / (trials + prior.strength)


def shrunk_means(successes: npt.ArrayLike, trials: npt.ArrayLike, prior: Beta) -> Floats:
    """``shrunk_mean`` for arrays of one shape."""
    x, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    return np.asarray((x + prior.a) / (n + prior.strength), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One group's place in a ranking; ``position`` is its index in the arrays given."""

    position: int
    rank: int
    raw: Share
    shrunk: float
    low: float
    high: float
    differs: bool


def rank_shares(
    successes: npt.ArrayLike,
    trials: npt.ArrayLike,
    *,
    fewest: int = 5,
    confidence: float = 0.95,
) -> list[Ranked]:
    """Rank groups by their shrunk share, highest first; equal shares have equal ranks.

    The rule for every ranking: a group with fewer than ``fewest`` trials is left out; the rest are
    ordered by their shrunk share, never by the raw one, because small groups fill both ends of a
    raw ranking by luck; ``differs`` says whether a group's posterior interval leaves out the mean
    of all groups, and only such groups may be called high or low. Without a prior (see
    ``fit_beta_binomial``) the uniform prior Beta(1, 1) stands in.
    """
    from scipy import special

    x, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    prior = fit_beta_binomial(x, n) or Beta(1.0, 1.0)
    kept = np.flatnonzero(n >= max(fewest, 1))
    if not len(kept):
        return []
    shrunk = shrunk_means(x[kept], n[kept], prior)
    tail = (1 - confidence) / 2
    a, b = x[kept] + prior.a, n[kept] - x[kept] + prior.b
    low, high = special.betaincinv(a, b, tail), special.betaincinv(a, b, 1 - tail)
    middle = float(x.sum() / n.sum())
    ranks = _ranks(shrunk)
    rows = [
        Ranked(
            position=int(kept[i]),
            rank=int(ranks[i]),
            raw=Share(float(x[kept[i]]), float(n[kept[i]])),
            shrunk=float(shrunk[i]),
            low=float(low[i]),
            high=float(high[i]),
            differs=not low[i] <= middle <= high[i],
        )
        for i in range(len(kept))
    ]
    return sorted(rows, key=lambda row: (row.rank, row.position))


def _ranks(values: Floats) -> Counts:
    from scipy import stats

    return np.asarray(stats.rankdata(-np.round(values, 12), method="min"), dtype=np.int64)
