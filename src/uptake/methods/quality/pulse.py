"""What people say poor records cost them: minutes lost last week, and how far they trust records.

The median has limits by ranks (distribution-free: Conover 1999, "Practical nonparametric
statistics", 3.2). Hours over all who were asked are the mean by their number, with percentiles of
means drawn again (Efron 1979), drawn in by the share that answered (finite population, Cochran
1977, 2.6): when all answered, nothing is uncertain. Methods section 4.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.statistics.proportions import Interval, Share

CONFIDENT = 4
"""Confidence, 1 to 5, from which somebody trusts the records."""

DRAWS = 2_000
_OUTSIDE = 0.025


@dataclass(frozen=True, slots=True)
class Middle:
    """A median with its 95 % interval; None below six values, which have no such limits."""

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class PulseSummary:
    """What the answers of one round say.

    ``response``: answers of those asked. ``hours``: lost last week by all who were asked, if those
    who did not answer lose as much; ``told``: the hours in the answers alone.
    """

    response: Share
    minutes: Middle
    confidence: Middle
    confident: Share
    hours: float
    hours_interval: Interval
    told: float


def summarise(
    minutes: npt.ArrayLike, confidence: npt.ArrayLike, *, asked: int, rng: np.random.Generator
) -> PulseSummary | None:
    """Sum up the answers of a round; None without any.

    Raises:
        ValueError: more people answered than were asked.
    """
    lost, trust = np.asarray(minutes, dtype=float), np.asarray(confidence, dtype=float)
    if not len(lost):
        return None
    if len(lost) > asked:
        raise ValueError("Who answers was asked.")
    drawn = rng.choice(lost, (DRAWS, len(lost))).mean(axis=1)
    mean = float(lost.mean())
    narrower = math.sqrt(1 - len(lost) / asked)
    low, high = (
        max((mean + narrower * (float(end) - mean)) * asked / 60, float(lost.sum()) / 60)
        for end in np.quantile(drawn, [_OUTSIDE, 1 - _OUTSIDE])
    )
    return PulseSummary(
        response=Share(len(lost), asked),
        minutes=median(lost),
        confidence=median(trust),
        confident=Share(int((trust >= CONFIDENT).sum()), len(trust)),
        hours=mean * asked / 60,
        hours_interval=Interval(low, high),
        told=float(lost.sum()) / 60,
    )


def median(values: npt.ArrayLike) -> Middle:
    """The median, and the ranks between which it lies with 95 %."""
    from scipy import stats  # takes a moment to import

    ordered = np.sort(np.asarray(values, dtype=float))
    rank = int(stats.binom.ppf(_OUTSIDE, len(ordered), 0.5))
    if rank < 1:
        return Middle(float(np.median(ordered)), None)
    return Middle(
        float(np.median(ordered)), Interval(float(ordered[rank - 1]), float(ordered[-rank]))
    )
