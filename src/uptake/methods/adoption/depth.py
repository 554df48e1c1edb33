"""How: how much of what is expected is used (breadth), and how evenly (depth).

Source: Hill (1973), "Diversity and evenness", Ecology 54; Jost (2006), Oikos 113. Methods
section 1 (how).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats
from uptake.methods.statistics.proportions import Share


def breadth(used: Collection[Hashable], expected: Collection[Hashable]) -> Share | None:
    """Expected actions that were used / expected actions; None when nothing is expected."""
    due = set(expected)
    return Share(len(due & set(used)), len(due)) if due else None


def effective_number(counts: npt.ArrayLike) -> float | None:
    """Effective number of actions, ``exp(-Σ p ln p)`` (Hill number of order 1).

    ``counts``: how often each action was done. Between 1 (always the same action) and the number
    of actions (all alike). None when nothing was done.
    """
    value = effective_numbers(np.asarray(counts, dtype=float)[np.newaxis, :])[0]
    return None if np.isnan(value) else float(value)


def effective_numbers(counts: npt.ArrayLike) -> Floats:
    """``effective_number`` of each row of people x actions; NaN for rows without any action."""
    from scipy import special  # takes a moment to import

    p = _shares(counts)
    return np.asarray(np.exp(special.entr(p).sum(axis=1)), dtype=np.float64)


def simpson(counts: npt.ArrayLike) -> float | None:
    """Effective number of actions by Simpson, ``1 / Σ p²`` (Hill number of order 2).

    Gives rare actions less weight than ``effective_number``. None when nothing was done.
    """
    value = 1.0 / np.square(_shares(np.asarray(counts, dtype=float)[np.newaxis, :])).sum()
    return None if np.isnan(value) else float(value)


def _shares(counts: npt.ArrayLike) -> Floats:
    table = np.asarray(counts, dtype=float)
    if np.any(table < 0):
        raise ValueError("Actions are counted: a count cannot be negative.")
    total = table.sum(axis=1, keepdims=True)
    return np.asarray(table / np.where(total > 0, total, np.nan), dtype=np.float64)
