"""Is a target being met in name only? For the owner of the behaviour, never against a person.

Bunching of counts right at the threshold, a spike before the end of periods, texts that become
alike, and a counter-metric that worsens. Source: McCrary (2008), "Manipulation of the running
variable", Journal of Econometrics 142, for the idea of bunching; Newcombe (1998), Statistics in
Medicine 17, for the interval of a difference. Methods section 10.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.statistics.proportions import Interval, Share, wilson

FEWEST_PERIODS = 50
"""Person-periods below which nothing is said about their distribution."""

_LEAST_RATIO = 1.5
_SIGNIFICANT = 0.01


@dataclass(frozen=True, slots=True)
class Bunching:
    """Person-periods just at the threshold beside what a smooth curve expects there.

    ``ratio`` above 1: more than expected. ``p``: chance of so many without bunching. ``suspicious``
    takes both a ratio of at least 1.5 and p below 0.01.
    """

    at_threshold: int
    expected: float
    ratio: float
    p: float
    suspicious: bool


def bunching(counts: npt.ArrayLike, threshold: int, *, width: int = 1) -> Bunching | None:
    """Look whether counts pile up in ``[k, k + width)`` and are missing in ``[k - width, k)``.

    ``counts``: records done, one per person-period; ``threshold``: k, the same for all of them. The
    smooth curve is a parabola through the logarithms of the frequencies around both zones.
    None below 50 person-periods, for k below 2, or without counts on both sides of the zones.
    """
    from scipy import stats  # takes a moment to import

    done = np.asarray(counts, dtype=np.int64)
    if len(done) < FEWEST_PERIODS or threshold <= width:
        return None
    reach = max(2 * width + 2, threshold // 2)
    low, high = max(0, threshold - width - reach), threshold + width + reach
    at = np.arange(low, high)
    seen = np.bincount(done[done < high], minlength=high)[low:high].astype(float)
    zone = (at >= threshold - width) & (at < threshold + width)
    smooth = _smooth(at, seen, ~zone, threshold)
    if smooth is None:
        return None
    just = (at >= threshold) & (at < threshold + width)
    observed, expected = int(seen[just].sum()), float(smooth[just].sum())
    p = float(stats.poisson.sf(observed - 1, expected))
    ratio = observed / expected if expected > 0 else float("inf")
    return Bunching(observed, expected, ratio, p, ratio >= _LEAST_RATIO and p < _SIGNIFICANT)


def _smooth(
    at: npt.NDArray[np.int64], seen: npt.NDArray[np.float64], used: npt.NDArray[np.bool_], k: int
) -> npt.NDArray[np.float64] | None:
    below, above = used & (at < k), used & (at >= k)
    if not seen[below].sum() or not seen[above].sum():
        return None
    weights = np.sqrt(seen[used] + 0.5)
    slope = np.polyfit(at[used], np.log(seen[used] + 0.5), 2, w=weights)
    return np.asarray(np.maximum(np.exp(np.polyval(slope, at)) - 0.5, 0.1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class LastHours:
    """Records in the last part of periods beside the same share of time; ``lift`` 1 is even."""

    share: Share
    expected: float
    lift: float
    suspicious: bool


def last_hours(done: int, in_the_end: int, part_of_period: float) -> LastHours | None:
    """Look whether work piles up before the deadline.

    ``part_of_period``: share of working time that the end makes up, 0 to 1. Suspicious when the
    share's interval lies wholly above twice that part. None without records.
    """
    interval = wilson(in_the_end, done)
    if interval is None:
        return None
    share = Share(in_the_end, done)
    lift = (in_the_end / done) / part_of_period
    return LastHours(share, part_of_period, lift, interval.low > 2 * part_of_period)


def text_entropy(texts: Iterable[str]) -> float | None:
    """Shannon entropy of the words of texts in bits a word; None without words.

    Copied or empty phrases lower it: compare the same people before and after a target was set.
    """
    words = Counter(word for text in texts for word in text.casefold().split())
    return word_entropy(list(words.values()))


def word_entropy(occurrences: npt.ArrayLike) -> float | None:
    """The same from how often each word occurs."""
    counts = np.asarray(occurrences, dtype=float)
    total = counts.sum()
    if not total:
        return None
    return float(-np.sum(counts / total * np.log2(counts / total)))


COLLAPSED = 0.75
"""Entropy that has fallen to this share of what it was is called a collapse."""


def has_collapsed(before: float | None, after: float | None) -> bool | None:
    """Say whether texts have become alike; None where there were no words on one side."""
    if before is None or after is None or before == 0:
        return None
    return after <= COLLAPSED * before


@dataclass(frozen=True, slots=True)
class NotWorse:
    """A counter-metric before and now; ``passes`` None: nothing was measured on one side.

    ``worsening`` is the bad share now minus before with its interval; it passes when the whole
    interval lies below the margin that was agreed in advance.
    """

    worsening: float | None
    interval: Interval | None
    margin: float
    passes: bool | None


def not_worse(before: Share, now: Share, margin: float, *, confidence: float = 0.95) -> NotWorse:
    """Test that a bad share (duplicates, edits within a day, ...) has not grown by the margin."""
    interval = difference(before, now, confidence)
    if interval is None or before.value is None or now.value is None:
        return NotWorse(None, None, margin, None)
    return NotWorse(now.value - before.value, interval, margin, interval.high < margin)


def difference(first: Share, second: Share, confidence: float = 0.95) -> Interval | None:
    """Newcombe's interval of ``second - first``, two independent shares; None without trials."""
    a = wilson(first.numerator, first.denominator, confidence)
    b = wilson(second.numerator, second.denominator, confidence)
    if a is None or b is None:
        return None
    p, q = first.numerator / first.denominator, second.numerator / second.denominator
    down = float(np.hypot(q - b.low, a.high - p))
    up = float(np.hypot(b.high - q, p - a.low))
    return Interval(q - p - down, q - p + up)
