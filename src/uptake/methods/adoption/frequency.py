"""How frequently: active days against expected days, stickiness, recency.

Methods section 1 (how frequently). A day counts as active when the person did a value action.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Days, Floats

WINDOW_DAYS = 28
"""Four whole weeks, so that no window holds more Mondays than another."""


def frequency(active_days: npt.ArrayLike, expected_days: npt.ArrayLike) -> Floats:
    """Active working days / expected active days, capped at 1; one entry per person.

    ``expected_days`` is what the role's profile asks of this person in the window, less leave and
    holidays. NaN where nothing is expected: exempt, not zero. Raises ValueError when a count is
    negative.
    """
    done, due = np.asarray(active_days, dtype=float), np.asarray(expected_days, dtype=float)
    if np.any(done < 0) or np.any(due < 0):
        raise ValueError("Days are counted: neither active nor expected days can be negative.")
    return np.asarray(np.minimum(done / np.where(due > 0, due, np.nan), 1.0), dtype=np.float64)


def median_frequency(active_days: npt.ArrayLike, expected_days: npt.ArrayLike) -> float | None:
    """Median of ``frequency`` over the people of whom something is expected; None without any."""
    values = frequency(active_days, expected_days)
    values = values[~np.isnan(values)]
    return float(np.median(values)) if len(values) else None


def stickiness(daily_active: npt.ArrayLike, rolling_active: npt.ArrayLike) -> float | None:
    """Mean over days of people active on the day / distinct people active in the window to it.

    Arrays of one length, one entry per working day. With weekly actives above and 28-day actives
    below it is WAU/MAU. Days on which nobody was active in the window are left out; None when none
    is left. Raises ValueError when a day has more people than its window.
    """
    daily, rolling = np.asarray(daily_active, dtype=float), np.asarray(rolling_active, dtype=float)
    if np.any(daily > rolling):
        raise ValueError("A day cannot have more active people than the window that ends on it.")
    known = rolling > 0
    return float(np.mean(daily[known] / rolling[known])) if known.any() else None


def rolling_active(active: npt.ArrayLike, window: int = WINDOW_DAYS) -> Counts:
    """Distinct people active in the ``window`` days up to each day.

    ``active``: people x days, true where the person was active. One entry per day; the first
    ``window - 1`` entries look back on a shorter window.
    """
    flags = np.asarray(active, dtype=bool)
    total = np.cumsum(flags, axis=1)
    before = np.zeros_like(total)
    before[:, window:] = total[:, :-window]
    return np.asarray((total > before).sum(axis=0), dtype=np.int64)


def recency(last_active: Days, today: np.datetime64, working_days: Days) -> Floats:
    """Working days since the last value action, the day of the action not counted.

    ``last_active``: one day per person, NaT for never; ``working_days``: ascending, covering the
    time from the first ``last_active`` to ``today``. 0 when active today or nothing but days off
    lie since; NaN for never.
    """
    upto = np.searchsorted(working_days, today, side="right")
    seen = np.searchsorted(working_days, last_active, side="right")
    since: Floats = np.maximum(upto - seen, 0).astype(np.float64)
    since[np.isnat(last_active)] = np.nan
    return since
