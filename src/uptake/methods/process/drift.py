"""Whether what somebody does in a process has moved: drift of a role's work between two spans.

For each performer and activity, the share of the performer's events before and after. Events of
one case hang together, so the variance is that of leaving out one case after the other (jackknife),
not that of independent events. Source: B. Efron, C. Stein (1981), Annals of Statistics 9; the
divergence is that of J. Lin (1991), IEEE Transactions on Information Theory 37. Methods section 3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.process.handovers import UNKNOWN
from uptake.methods.statistics.discoveries import RATE, false_discovery_rates

FEWEST_CASES = 10
"""Cases on each side below which a performer's drift is not measurable."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Arrays of performers x activities unless said otherwise.

    ``before`` and ``after``: shares of the performer's events. ``low`` and ``high``: limits of the
    difference. ``rates``: least rate of false discoveries, NaN where not measurable.
    ``divergence``: of each performer, Jensen-Shannon in bits, 0 the same work and 1 nothing in
    common. ``cases``: performers x 2, cases worked on before and after. ``measurable``: of each
    performer.
    """

    before: Floats
    after: Floats
    low: Floats
    high: Floats
    rates: Floats
    divergence: Floats
    cases: Counts
    measurable: Flags

    def moved(self, rate: float = RATE) -> list[tuple[int, int]]:
        """Performers and activities whose share moved, the largest movement first."""
        with np.errstate(invalid="ignore"):
            rows, columns = np.nonzero(self.rates <= rate)
        size = np.abs(self.after[rows, columns] - self.before[rows, columns])
        order = np.argsort(-size, kind="stable")
        return [(int(rows[at]), int(columns[at])) for at in order]


class _Span(NamedTuple):
    """Shares of one span with their variances, performers x activities; cases per performer."""

    shares: Floats
    variances: Floats
    cases: Counts


def drift(
    cases: Counts,
    performers: Counts,
    activities: Counts,
    *,
    is_after: Flags,
    performer_count: int,
    kinds: int,
    confidence: float = 0.95,
) -> Drift:
    """Compare what performers did in events before and after; arrays with a row for each event."""
    from scipy import stats  # takes a moment to import

    size = (performer_count, kinds)
    known = performers != UNKNOWN
    spans = [
        _span(cases[chosen], performers[chosen], activities[chosen], size)
        for chosen in (known & ~is_after, known & is_after)
    ]
    seen = np.stack([span.cases for span in spans], axis=1)
    measurable: Flags = np.asarray((seen >= FEWEST_CASES).all(axis=1))
    difference = spans[1].shares - spans[0].shares
    error = np.sqrt(spans[0].variances + spans[1].variances)
    width = float(stats.norm.ppf(0.5 + confidence / 2)) * error
    done = (spans[0].shares + spans[1].shares > 0) & measurable[:, None]
    rates = _rates(difference, error, done)
    low, high = difference - width, difference + width
    divergence = np.where(measurable, _divergence(spans[0].shares, spans[1].shares), np.nan)
    before, after = spans[0].shares, spans[1].shares
    return Drift(before, after, low, high, rates, divergence, seen, measurable)


def _rates(difference: Floats, error: Floats, done: Flags) -> Floats:
    from scipy import stats  # takes a moment to import

    with np.errstate(divide="ignore", invalid="ignore"):
        p_values = 2 * stats.norm.sf(np.abs(difference) / error)
    p_values = np.where(error > 0, p_values, np.where(difference == 0, 1.0, 0.0))
    rates = np.full(difference.shape, np.nan)
    rates[done] = false_discovery_rates(p_values[done].tolist())
    return rates


def _span(cases: Counts, performers: Counts, activities: Counts, size: tuple[int, int]) -> _Span:
    """Ratio estimates: events of an activity over events, summed over a performer's cases.

    Leaving out a case with n events, y of them of the activity, moves the share by
    (share x n - y) / (N - n); squares of that are put together from sums over cases.
    """
    count, kinds = size
    pair = cases.astype(np.int64) * count + performers
    pairs, of_event, events = np.unique(pair, return_inverse=True, return_counts=True)
    triples, done = np.unique(of_event.ravel() * kinds + activities, return_counts=True)
    who = pairs % count
    n = events.astype(np.float64)
    totals = np.bincount(who, weights=n, minlength=count)
    others = totals[who] - n
    weight = np.divide(1.0, others**2, out=np.zeros(len(others)), where=others > 0)
    case = triples // kinds
    at = who[case] * kinds + triples % kinds
    y = done.astype(np.float64)
    sums = [
        np.bincount(at, weights=weights, minlength=count * kinds).reshape(size)
        for weights in (y, y * y * weight[case], y * n[case] * weight[case])
    ]
    squares = np.bincount(who, weights=n * n * weight, minlength=count)[:, None]
    seen = np.bincount(who, minlength=count)
    all_events = np.where(totals > 0, totals, 1)[:, None]
    shares = sums[0] / all_events
    spread = np.maximum(sums[1] - 2 * shares * sums[2] + shares**2 * squares, 0.0)
    variances = spread * np.where(seen > 1, 1 - 1 / np.maximum(seen, 1), 0.0)[:, None]
    return _Span(shares, variances, seen)


def _divergence(before: Floats, after: Floats) -> Floats:
    middle = (before + after) / 2

    def from_middle(shares: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            terms = np.where(shares > 0, shares * np.log2(shares / middle), 0.0)
        return np.asarray(terms.sum(axis=1))

    return (from_middle(before) + from_middle(after)) / 2
