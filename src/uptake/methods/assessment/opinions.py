"""What answers on a scale of agreement say, and whether they moved between two times of asking.

Answers are anonymous, so nobody is compared with themselves: two times are two samples. The
difference of two shares has Newcombe's limits (1998, Statistics in Medicine 17), that of two means
Welch's (1947). Agreement within a group is rwg (James, Demaree and Wolf 1984):
``1 - s² / ((A² - 1) / 12)`` with A points, where s² of .5 on five points gives .75; methods
section 12.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uptake.methods.behaviour.gaming import difference
from uptake.methods.statistics.proportions import Interval, Share

POINTS = 5
"""Of the scale: 1, not at all, to 5, entirely."""

AGREES = 4
"""From here on somebody agrees."""

ALIKE = 0.70
"""Agreement within a group from which its mean stands for the group (methods section 12)."""

Answers = Sequence[int | None]
"""Of one person each, 1 to 5; None: they could not say."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was answered to one statement.

    ``counts``: how often each point was chosen, 1 first; ``unknown``: how many could not say;
    ``agree``: those of 4 or 5, of those who could; ``alike``: rwg, None below two answers.
    """

    counts: tuple[int, ...]
    unknown: int
    agree: Share
    mean: float | None
    alike: float | None


def turned(answer: int | None, *, is_reversed: bool) -> int | None:
    """Return an answer so that more is better: where a statement is of something bad, turned."""
    return POINTS + 1 - answer if is_reversed and answer is not None else answer


def opinion(answers: Answers) -> Opinion:
    """Sum up the answers to one statement.

    Raises:
        ValueError: an answer is not on the scale.
    """
    said = np.array([each for each in answers if each is not None], dtype=np.int64)
    if len(said) and not 1 <= said.min() <= said.max() <= POINTS:
        raise ValueError(f"Answers go from 1 to {POINTS}.")
    counts = np.bincount(said, minlength=POINTS + 1)[1:]
    return Opinion(
        counts=tuple(int(each) for each in counts),
        unknown=len(answers) - len(said),
        agree=Share(int(counts[AGREES - 1 :].sum()), len(said)),
        mean=float(said.mean()) if len(said) else None,
        alike=within_group(said.tolist()),
    )


def within_group(answers: Sequence[float]) -> float | None:
    """How far a group agrees, 1: all alike, 0: as if they had drawn lots; None below two answers.

    More scattered than lots is 0 as well (James, Demaree and Wolf 1984).
    """
    if len(answers) < 2:
        return None
    expected = (POINTS**2 - 1) / 12
    return max(0.0, 1 - float(np.var(np.asarray(answers, dtype=float), ddof=1)) / expected)


@dataclass(frozen=True, slots=True)
class Move:
    """How far something moved between two times; ``p_value`` two-sided, that it did not."""

    change: float
    interval: Interval
    p_value: float

    @property
    def is_told_apart(self) -> bool:
        """Whether the 95 % interval leaves no change out."""
        return not self.interval.contains(0)


def share_move(before: Share, after: Share) -> Move | None:
    """Return how a share moved, with Newcombe's limits; None where one of them is of nobody."""
    limits = difference(before, after)
    if limits is None or before.value is None or after.value is None:
        return None
    return Move(after.value - before.value, limits, _score_test(before, after))


def _score_test(before: Share, after: Share) -> float:
    both = before + after
    pooled = both.value or 0.0
    variance = pooled * (1 - pooled) * (1 / before.denominator + 1 / after.denominator)
    if variance == 0:
        return 1.0
    distance = abs((after.value or 0.0) - (before.value or 0.0)) / math.sqrt(variance)
    return math.erfc(distance / math.sqrt(2))


def mean_move(before: Sequence[float], after: Sequence[float]) -> Move | None:
    """Return how a mean moved, with Welch's limits; None below two values on either side."""
    from scipy import stats  # takes a moment to import

    if min(len(before), len(after)) < 2:
        return None
    first, second = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    change = float(second.mean() - first.mean())
    parts = [float(each.var(ddof=1)) / len(each) for each in (first, second)]
    error = math.sqrt(sum(parts))
    if error == 0:
        return Move(change, Interval(change, change), 1.0 if change == 0 else 0.0)
    shares = [part / sum(parts) for part in parts]
    freedom = 1 / sum(
        share**2 / (len(each) - 1) for share, each in zip(shares, (first, second), strict=True)
    )
    half = float(stats.t.ppf(0.975, freedom)) * error
    p_value = 2 * float(stats.t.sf(abs(change) / error, freedom))
    return Move(change, Interval(change - half, change + half), p_value)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean of people with its 95 % interval (Student); no interval below two of them."""

    value: float
    people: int
    interval: Interval | None


def mean_of(values: Sequence[float]) -> Mean | None:
    """Return the mean of people's values; None without any."""
    from scipy import stats  # takes a moment to import

    if not values:
        return None
    numbers = np.asarray(values, dtype=float)
    mean, many = float(numbers.mean()), len(numbers)
    if many < 2:
        return Mean(mean, many, None)
    half = float(stats.t.ppf(0.5 + 0.95 / 2, many - 1)) * float(numbers.std(ddof=1) / many**0.5)
    return Mean(mean, many, Interval(max(mean - half, 1.0), min(mean + half, float(POINTS))))


def straight(answers: Answers, *, fewest: int = 5) -> bool:
    """Say whether somebody chose the same point everywhere, of so many statements at least.

    Before anything is turned: where some statements are of something bad, it says that they were
    not read.
    """
    said = [each for each in answers if each is not None]
    return len(said) >= fewest and len(set(said)) == 1
