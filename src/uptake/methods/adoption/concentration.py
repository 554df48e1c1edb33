"""How much rests on how few: share of the top 10 %, Gini, Lorenz curve.

A group whose use hangs on a few people loses it when they leave. Source: Lorenz (1905); Gini
(1914). Methods section 1 (account dimension).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats
from uptake.methods.statistics.proportions import Share


@dataclass(frozen=True, slots=True)
class Lorenz:
    """Share of all actions (``actions``) done by the least active share of people (``people``).

    Both run from 0 to 1 and have one entry more than there are people.
    """

    people: Floats
    actions: Floats


def top_share(counts: npt.ArrayLike, top: float = 0.1) -> Share | None:
    """Actions by the most active ``top`` of people / all actions.

    ``counts``: actions per person in scope, those with none included. The number of top people is
    rounded up, so it is at least one. None when there were no actions.
    """
    values = _counts(counts)
    total = float(values.sum())
    if not total:
        return None
    people = int(np.ceil(round(top * len(values), 9)))
    return Share(float(np.sort(values)[::-1][:people].sum()), total)


def gini(counts: npt.ArrayLike) -> float | None:
    """Gini coefficient: 0 when all do alike, (n - 1) / n when one does all.

    ``2 Σ i x_(i) / (n Σ x) - (n + 1) / n`` over ascending counts. None without actions.
    """
    values = np.sort(_counts(counts))
    total, n = float(values.sum()), len(values)
    if not total:
        return None
    return float(2 * np.sum(np.arange(1, n + 1) * values) / (n * total) - (n + 1) / n)


def lorenz(counts: npt.ArrayLike) -> Lorenz | None:
    """The Lorenz curve; None without actions."""
    values = np.sort(_counts(counts))
    if not values.sum():
        return None
    actions = np.concatenate(([0.0], np.cumsum(values))) / values.sum()
    return Lorenz(np.linspace(0, 1, len(values) + 1), actions)


def _counts(counts: npt.ArrayLike) -> Floats:
    values = np.asarray(counts, dtype=float)
    if np.any(values < 0):
        raise ValueError("Actions are counted: a count cannot be negative.")
    return values
