"""How long until something happens, when for some it has not happened yet.

Kaplan-Meier curves with late entry, restricted means and the log-rank test: retention, time to
value, new-starter ramp and lag are all read from these. The tests hold every estimate to that of
lifelines, except late entry, which is held to its definition: docs/decisions/0005.

Source: Kaplan and Meier (1958), JASA 53; Greenwood's variance on the log-log scale, Kalbfleisch
and Prentice (1980); Mantel (1966). Methods section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.proportions import Interval, normal_limit


@dataclass(frozen=True, slots=True)
class SurvivalCurve:
    """Share to whom it has not happened yet, as steps.

    ``times`` are the distinct times of events and censorings in ascending order, all arrays have
    its length: ``survival`` just after the time, its ``low`` and ``high``, ``at_risk`` just before
    it, ``events`` at it. Times keep the unit they came in.
    """

    times: Floats
    survival: Floats
    low: Floats
    high: Floats
    at_risk: Counts
    events: Counts

    @property
    def median(self) -> float | None:
        """First time at which half of them had it; None: not reached."""
        return self.quantile(0.5)

    @property
    def median_interval(self) -> tuple[float | None, float | None]:
        """Where the limits of the curve cross one half (Brookmeyer-Crowley); None: not reached."""
        return _first(self.times, self.low <= 0.5), _first(self.times, self.high <= 0.5)

    def quantile(self, share: float) -> float | None:
        """First time by which ``share`` of them had it; None: not reached."""
        return _first(self.times, self.survival <= 1 - share + 1e-12)

    def at(self, time: float) -> float:
        """Share to whom it has not happened by ``time``; beyond the last time, the last value."""
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        return 1.0 if step < 0 else float(self.survival[step])

    def interval_at(self, time: float) -> Interval:
        """Limits of ``at(time)``."""
        step = int(np.searchsorted(self.times, time, side="right")) - 1
        return Interval(1.0, 1.0) if step < 0 else Interval(self.low[step], self.high[step])

    def at_risk_at(self, time: float) -> int:
        """How many were still being followed, without it, just before ``time``."""
        step = int(np.searchsorted(self.times, time, side="left"))
        return 0 if step == len(self.times) else int(self.at_risk[step])

    @property
    def followed_to(self) -> float:
        """The last time anything is known about; past it ``at`` only repeats the last value."""
        return float(self.times[-1])

    def rmst(self, tau: float) -> float | None:
        """Mean time without it within the first ``tau``: the area under the curve up to ``tau``.

        Says something also when the median is not reached. None when nobody without it was
        followed as far as ``tau``. Raises ValueError when ``tau`` is not positive.
        """
        if tau <= 0:
            raise ValueError("The horizon of a restricted mean must be positive.")
        if tau > self.followed_to and self.survival[-1] > 0:
            return None
        inside = self.times[(self.times > 0) & (self.times < tau)]
        edges = np.concatenate(([0.0], inside, [tau]))
        heights = np.array([self.at(edge) for edge in edges[:-1]])
        return float(np.sum(heights * np.diff(edges)))


@dataclass(frozen=True, slots=True)
class LogRank:
    """Whether groups differ in how long it takes."""

    chi_square: float
    degrees_of_freedom: int
    p_value: float


def kaplan_meier(
    durations: npt.ArrayLike,
    observed: npt.ArrayLike,
    entry: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
) -> SurvivalCurve | None:
    """Estimate ``S(t) = Π (1 - d_i / n_i)`` with Greenwood limits on the log-log scale.

    ``durations``: time to the event or to the end of watching, >= 0. ``observed``: whether it was
    the event. ``entry``: time at which watching began (left truncation: someone who existed before
    logging began is at risk only from then on). All of one length, one row per person. None for no
    rows at all. Raises ValueError when a duration is negative or not after its entry.
    """
    waited, happened = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    began = np.zeros_like(waited) if entry is None else np.asarray(entry, dtype=float)
    if not len(waited):
        return None
    _check(waited, began, late=entry is not None)
    table = _risk_table(waited, happened, began)
    survival = _product_limit(table.at_risk, table.events)
    low, high = _log_log_limits(survival, table, confidence)
    return SurvivalCurve(table.times, survival, low, high, table.at_risk, table.events)


def log_rank(
    durations: npt.ArrayLike, groups: npt.ArrayLike, observed: npt.ArrayLike
) -> LogRank | None:
    """Compare how long it takes in two or more groups; None when only one group has people.

    Arrays of one length: time, group label, whether the event was seen.
    """
    from scipy import stats  # a second to import: only where groups are compared

    labels = np.asarray(groups)
    distinct = len(np.unique(labels))
    if distinct < 2:
        return None
    waited, happened = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    _check(waited, np.zeros_like(waited), late=False)
    observed_minus_expected, covariance = _log_rank_sums(waited, labels, happened)
    kept = slice(0, distinct - 1)  # the groups sum to nought, so one of them says nothing new
    difference = observed_minus_expected[kept]
    chi_square = float(difference @ np.linalg.pinv(covariance[kept, kept]) @ difference)
    freedom = distinct - 1
    return LogRank(chi_square, freedom, float(stats.chi2.sf(chi_square, freedom)))


def _log_rank_sums(waited: Floats, labels: npt.NDArray[np.generic], happened: Flags) -> Sums:
    """Observed minus expected events per group, and their covariance, summed over event times."""
    names = np.unique(labels)
    times = np.unique(waited[happened])
    risk = np.array([_still_there(np.sort(waited[labels == name]), times) for name in names])
    seen = np.array([_count_at(waited[happened & (labels == name)], times) for name in names])
    everyone, events = risk.sum(axis=0), seen.sum(axis=0)
    share = risk / everyone
    expected = (share * events).sum(axis=1)
    spread = events * np.where(everyone > 1, (everyone - events) / np.maximum(everyone - 1, 1), 0.0)
    covariance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    return Sums(seen.sum(axis=1) - expected, covariance)


class Sums(NamedTuple):
    """What the log-rank test adds up."""

    observed_minus_expected: Floats
    covariance: Floats


def _risk_table(waited: Floats, happened: Flags, began: Floats) -> RiskTable:
    times = np.unique(waited)
    entered = np.searchsorted(np.sort(began), times, side="left")
    # someone who is watched from nought is at risk at nought as well
    entered = np.where(times == 0, np.count_nonzero(began <= 0), entered)
    left = np.searchsorted(np.sort(waited), times, side="left")
    return RiskTable(times, entered - left, _count_at(waited[happened], times))


class RiskTable(NamedTuple):
    """Who was watched and to whom it happened, per distinct time."""

    times: Floats
    at_risk: Counts
    events: Counts


def _still_there(ordered: Floats, times: Floats) -> Counts:
    return np.asarray(len(ordered) - np.searchsorted(ordered, times, side="left"), dtype=np.int64)


def _count_at(values: Floats, times: Floats) -> Counts:
    return np.bincount(np.searchsorted(times, values), minlength=len(times)).astype(np.int64)


def _product_limit(at_risk: Counts, events: Counts) -> Floats:
    return np.asarray(np.cumprod(1 - events / at_risk), dtype=np.float64)


def _log_log_limits(survival: Floats, table: RiskTable, confidence: float) -> tuple[Floats, Floats]:
    """Limits ``S ** exp(±z sd(ln -ln S))``; nobody had it yet: (1, 1); all had it: (0, 0)."""
    z = normal_limit(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.cumsum(table.events / (table.at_risk * (table.at_risk - table.events)))
        width = z * np.sqrt(greenwood) / np.abs(np.log(survival))
        low, high = survival ** np.exp(width), survival ** np.exp(-width)
    certain = (survival == 0) | (survival == 1)
    return np.where(certain, survival, low), np.where(certain, survival, high)


def _check(waited: Floats, began: Floats, *, late: bool) -> None:
    if np.any(waited < 0) or np.any(~np.isfinite(waited)):
        raise ValueError("Durations must be finite and not negative.")
    if late and np.any(began >= waited):
        raise ValueError("Watching must begin before it ends: drop people never under watch.")


def _first(times: Floats, reached: Flags) -> float | None:
    hits = np.flatnonzero(reached)
    return float(times[hits[0]]) if len(hits) else None
