"""How long until doing it is a habit, and how long the habit lasts.

The growth of a habit follows ``y = a - b exp(-c t)``; it is formed at 95 % of the asymptote,
``t95 = ln(b / (0.05 a)) / c``. Source: Lally, van Jaarsveld, Potts, Wardle (2010), "How are habits
formed", European Journal of Social Psychology 40. Fitted to one person only from 20 due periods
on, else to people together. Relapse and half-life by Kaplan-Meier over ``Streaks``. Methods
section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats
from uptake.methods.behaviour.streaks import Streaks
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier

FEWEST_PERIODS = 20
FORMED = 0.95
HELD_PERIODS = 4
"""Periods for which attainment has to stay at the level in order to count as reached."""

_LARGEST_RATE = 10.0


@dataclass(frozen=True, slots=True)
class HabitCurve:
    """``y = a - b exp(-c t)``: asymptote, distance to it at the start, rate per unit of time.

    ``formed_at``: t95 in the unit of the times given; None when there was no growth to speak of
    (it starts within 5 % of its asymptote) or it lies beyond ten times what was watched.
    ``explained``: share of the variance that the curve explains.
    """

    asymptote: float
    gap: float
    rate: float
    formed_at: float | None
    explained: float


def fit_habit(times: npt.ArrayLike, attainment: npt.ArrayLike) -> HabitCurve | None:
    """Fit the growth of a habit by least squares, ``0 <= a <= 1``, ``b, c >= 0``.

    ``times``: since the first due period, in any unit; ``attainment``: c of each due period, NaN
    left out. None below 20 due periods or where attainment never varies.
    """
    t, y = np.asarray(times, dtype=float), np.asarray(attainment, dtype=float)
    known = ~np.isnan(y)
    t, y = t[known], y[known]
    variance = float(((y - y.mean()) ** 2).sum()) if len(y) else 0.0
    if len(y) < FEWEST_PERIODS or variance == 0:
        return None
    span = float(t.max() - t.min()) or 1.0
    best = min((_fitted(t, y, start / span) for start in (1.0, 4.0, 16.0)), key=lambda f: f[1])
    (a, b, c), left = best
    formed = _formed_at(a, b, c)
    within = formed is not None and formed <= 10 * span
    return HabitCurve(a, b, c, formed if within else None, 1 - left / variance)


def time_of_habit(asymptote: float, gap: float, rate: float) -> float | None:
    """``t95 = ln(b / (0.05 a)) / c``; None without growth."""
    return _formed_at(asymptote, gap, rate)


def _fitted(t: Floats, y: Floats, rate: float) -> tuple[tuple[float, float, float], float]:
    from scipy import optimize  # takes a moment to import

    def left(point: Floats) -> Floats:
        a, b, c = point
        return np.asarray(a - b * np.exp(-c * t) - y)

    top = float(np.clip(y[-len(y) // 3 :].mean(), 0.01, 0.99))
    start = np.array([top, max(top - float(y[: len(y) // 5 or 1].mean()), 0.01), rate])
    bounds = ([0.0, 0.0, 0.0], [1.0, 2.0, max(_LARGEST_RATE, 2 * rate)])
    found = optimize.least_squares(left, start, bounds=bounds)
    a, b, c = (float(value) for value in found.x)
    return (a, b, c), float(2 * found.cost)


def _formed_at(a: float, b: float, c: float) -> float | None:
    if a <= 0 or c <= 1e-9 or b <= (1 - FORMED) * a:
        return None
    return float(np.log(b / ((1 - FORMED) * a)) / c)


def reached_at(attainment: npt.ArrayLike, asymptote: float) -> int | None:
    """First period from which attainment stays at 95 % of its asymptote for four due periods.

    ``attainment``: c of each period, oldest first, NaN where it was not due (skipped). The answer
    is the index of the first of the four; None if that never happened.
    """
    y = np.asarray(attainment, dtype=float)
    at = np.flatnonzero(~np.isnan(y))
    reached = y[at] >= FORMED * asymptote - 1e-12
    for place in range(len(at) - HELD_PERIODS + 1):
        if reached[place : place + HELD_PERIODS].all():
            return int(at[place])
    return None


def half_life(people: Streaks) -> SurvivalCurve | None:
    """Kaplan-Meier curve of due periods from an established streak to its relapse.

    ``median`` is the half-life of the behaviour; None when fewer than half have relapsed. None
    when nobody established it.
    """
    held = people.established >= 0
    if not held.any():
        return None
    return kaplan_meier(people.lasted[held].astype(float), people.relapsed[held])
