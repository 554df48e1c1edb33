"""When did a series move to another level, and how sure is the week?

Source: Killick, Fearnhead, Eckley (2012), "Optimal detection of changepoints with a linear
computational cost", JASA 107 (PELT, by the ruptures library); the Nile's flow 1871-1970 for the
reference value in the tests. Methods section 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats

FEWEST_BETWEEN = 4
"""Fewest values of one level, in periods."""

PENALTY = 3.0
"""Penalty of a change in units of ``σ² log n``."""

_NORMAL_MEDIAN = 0.6745
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A move to another level; ``position`` is the index of the first value of the new one.

    ``earliest`` and ``latest`` hold the position in 95 % of resamples. ``before`` and ``after``
    are the means of the values between this change and its neighbours.
    """

    position: int
    earliest: int
    latest: int
    before: float
    after: float

    @property
    def effect(self) -> float:
        """The new level minus the old one, in the unit of the values."""
        return self.after - self.before


def change_points(
    values: npt.ArrayLike, rng: np.random.Generator, *, fewest: int = FEWEST_BETWEEN
) -> tuple[ChangePoint, ...]:
    """Find the changes of level (PELT, squared error, penalty ``3 σ² log n``), oldest first.

    ``σ = median|Δ| / (0.6745 √2)``, which a change of level hardly moves. ``values``: one per
    period in order, none missing; calendar effects taken out before. None below two levels' worth
    of values or where nothing varies. Raises ValueError for missing values.
    """
    series = np.asarray(values, dtype=float)
    if np.any(np.isnan(series)):
        raise ValueError("A change is looked for in periods that were all measured.")
    spread = noise(series)
    if len(series) < 2 * fewest or spread == 0:
        return ()
    import ruptures  # takes a moment to import

    search = ruptures.Pelt(model="l2", min_size=fewest, jump=1).fit(series)
    cuts = [0, *search.predict(pen=PENALTY * spread**2 * float(np.log(len(series))))]
    return tuple(
        _described(series, before, at, after, rng, fewest)
        for before, at, after in zip(cuts, cuts[1:], cuts[2:], strict=False)
    )


def noise(values: npt.ArrayLike) -> float:
    """Spread of single values around their level, from steps between neighbours.

    Where more than half of the steps are 0 the median says nothing and the mean step stands in.
    """
    steps = np.abs(np.diff(np.asarray(values, dtype=float)))
    if not len(steps):
        return 0.0
    robust = float(np.median(steps)) / (_NORMAL_MEDIAN * np.sqrt(2))
    return robust or float(steps.mean()) / 1.128


def _described(
    series: Floats, first: int, at: int, end: int, rng: np.random.Generator, fewest: int
) -> ChangePoint:
    left, right = series[first:at], series[at:end]
    low, high = _bounds(left, right, rng, fewest)
    return ChangePoint(at, first + low, first + high, float(left.mean()), float(right.mean()))


def _bounds(left: Floats, right: Floats, rng: np.random.Generator, fewest: int) -> tuple[int, int]:
    """Where resampled series of the same two levels are best split, middle 95 %."""
    levels = np.concatenate((np.full(len(left), left.mean()), np.full(len(right), right.mean())))
    noise = np.concatenate((left - left.mean(), right - right.mean()))
    drawn = levels + rng.choice(noise, size=(_RESAMPLES, len(noise)))
    splits = np.sort([_best_split(row, fewest) for row in drawn])
    tail = int(0.025 * _RESAMPLES)
    return int(min(splits[tail], len(left))), int(max(splits[-tail - 1], len(left)))


def _best_split(series: Floats, fewest: int) -> int:
    """The split into two levels with the least squared error."""
    places = np.arange(fewest, len(series) - fewest + 1)
    total = np.cumsum(series)
    left = total[places - 1]
    right = total[-1] - left
    gain = left**2 / places + right**2 / (len(series) - places)
    return int(places[int(np.argmax(gain))])
