"""Has this person lapsed, given their own rhythm? The BG/BB model of active weeks.

Each person, while alive, is active in any week with their own chance; after any week they may
lapse for good with their own chance; both chances vary between people as beta distributions. Two
silent weeks then mean much for someone who was active every week and little for someone who comes
once a month.

Source: Fader, Hardie, Shang (2010), "Customer-base analysis in a discrete-time noncontractual
setting", Marketing Science 29(6). Methods section 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Floats

_FEWEST_PEOPLE = 30
_LARGEST_LOG = 7.0


@dataclass(frozen=True, slots=True)
class BgBb:
    """Parameters: activity while alive is Beta(alpha, beta), lapsing is Beta(gamma, delta)."""

    alpha: float
    beta: float
    gamma: float
    delta: float


@dataclass(frozen=True, slots=True)
class BgBbFit:
    """A fitted model, its log-likelihood, and from how many people it learned."""

    parameters: BgBb
    log_likelihood: float
    people: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A history of weeks per person, arrays of one length.

    ``x``: active weeks, ``tx``: the last active week (0: none), ``n``: weeks in which the person
    could have been active. Weeks are counted from 1 after the person's first active week.
    """

    x: Counts
    tx: Counts
    n: Counts

    def __post_init__(self) -> None:
        fits = (self.x >= 0) & (self.x <= self.tx) & (self.tx <= self.n)
        if not np.all(fits & ((self.x > 0) == (self.tx > 0))):
            raise ValueError("Active weeks cannot outnumber the weeks up to the last active one.")


def rhythm_of(active: npt.ArrayLike, weeks_watched: npt.ArrayLike | None = None) -> Rhythm:
    """Summarise people x weeks of activity; people who were never active are left out.

    The first active week is where a person begins; it is not an opportunity of its own.
    ``weeks_watched``: per person, how many weeks of the table they could be active in (a leaver's
    stop at their last day); None for all of them.
    """
    flags = np.asarray(active, dtype=bool)
    size, weeks = flags.shape
    watched = np.full(size, weeks) if weeks_watched is None else np.asarray(weeks_watched)
    flags = flags & (np.arange(weeks) < watched[:, np.newaxis])
    came = flags.any(axis=1)
    flags, watched = flags[came], watched[came]
    first = flags.argmax(axis=1)
    last = weeks - 1 - flags[:, ::-1].argmax(axis=1)
    return Rhythm(flags.sum(axis=1) - 1, last - first, watched - first - 1)


def bgbb_log_likelihood(rhythm: Rhythm, parameters: BgBb) -> Floats:
    """Log-likelihood of each person's history.

    ``B(a+x, b+n-x)/B(a, b) * B(g, d+n)/B(g, d) + Σ_{i=0}^{n-tx-1} B(a+x, b+tx-x+i)/B(a, b) *
    B(g+1, d+tx+i)/B(g, d)``, summed on the log scale.
    """
    last = int(rhythm.n.max(initial=0))
    alive, silent = _by_weeks(parameters, int(rhythm.x.max(initial=0)), last)
    x, tx, n = rhythm.x, rhythm.tx, rhythm.n
    from_tx = silent[x, tx]
    with np.errstate(divide="ignore"):  # no silent week: nothing to have lapsed in
        lapsed = from_tx + np.log1p(-np.exp(silent[x, n] - from_tx))
    scale = _log_beta(parameters.alpha, parameters.beta)
    scale += _log_beta(parameters.gamma, parameters.delta)
    return np.asarray(np.logaddexp(alive[x, n], lapsed) - scale, dtype=np.float64)


def _by_weeks(parameters: BgBb, most: int, last: int) -> tuple[Floats, Floats]:
    """Two tables of logarithms by active weeks and week, which all histories share.

    ``B(a+x, b+n-x) * B(g, d+n)`` at ``[x, n]``, and ``Σ_{s >= w} B(a+x, b+s-x) * B(g+1, d+s)`` up
    to the week after the last at ``[x, w]``: a history's sum is the difference of two of them.
    """
    a, b, g, d = parameters.alpha, parameters.beta, parameters.gamma, parameters.delta
    x, week = np.arange(most + 1)[:, np.newaxis], np.arange(last + 1)
    quiet = np.maximum(week - x, 0)  # weeks before x have no history
    active = _log_beta(a + x, b + quiet)
    alive = active + _log_beta(g, d + week)
    lapsed = active + _log_beta(g + 1, d + week)
    silent = np.logaddexp.accumulate(lapsed[:, ::-1], axis=1)[:, ::-1]
    return alive, silent


def _log_beta(a: float | npt.NDArray[np.generic], b: float | npt.NDArray[np.generic]) -> Floats:
    from scipy import special  # takes a moment to import

    return np.asarray(special.betaln(a, b), dtype=np.float64)


def bgbb_fit(rhythm: Rhythm, people: npt.ArrayLike | None = None) -> BgBbFit | None:
    """Fit the four parameters by maximum likelihood.

    ``people``: how many people share each history; None for one each. None when fewer than 30
    people are given, or none of them ever came back: there is no rhythm to learn.
    """
    from scipy import optimize  # takes a moment to import

    distinct, weight = _distinct(rhythm, people)
    total = float(weight.sum())
    if total < _FEWEST_PEOPLE or not distinct.x.any():
        return None

    def loss(logs: Floats) -> float:
        return -float(weight @ bgbb_log_likelihood(distinct, BgBb(*np.exp(logs)))) / total

    bounds = [(-_LARGEST_LOG, _LARGEST_LOG)] * 4
    starts = (np.zeros(4), np.array([0.0, 0.0, -0.5, 2.0]))
    fits = [optimize.minimize(loss, start, method="L-BFGS-B", bounds=bounds) for start in starts]
    best = min(fits, key=lambda fit: float(fit.fun))
    parameters = BgBb(*(float(value) for value in np.exp(best.x)))
    return BgBbFit(parameters, -float(best.fun) * total, int(total))


def bgbb_p_alive(rhythm: Rhythm, parameters: BgBb) -> Floats:
    """Chance that each person is still alive in the week after their history, 0-1.

    ``[B(a+x, b+n-x)/B(a, b) * B(g, d+n+1)/B(g, d)] / L``.
    """
    a, b, g, d = parameters.alpha, parameters.beta, parameters.gamma, parameters.delta
    x, n = rhythm.x, rhythm.n
    alive = _log_beta(a + x, b + n - x) + _log_beta(g, d + n + 1)
    scale = _log_beta(a, b) + _log_beta(g, d)
    return np.asarray(np.exp(alive - scale - bgbb_log_likelihood(rhythm, parameters)), np.float64)


def _distinct(rhythm: Rhythm, people: npt.ArrayLike | None) -> tuple[Rhythm, Floats]:
    """Each history once, with how many people have it: likelihoods are then computed once."""
    each = np.ones(len(rhythm.x)) if people is None else np.asarray(people, dtype=float)
    table = np.column_stack((rhythm.x, rhythm.tx, rhythm.n))
    rows, position = np.unique(table, axis=0, return_inverse=True)
    weight: Floats = np.zeros(len(rows))
    np.add.at(weight, position.ravel(), each)
    return Rhythm(rows[:, 0], rows[:, 1], rows[:, 2]), weight
