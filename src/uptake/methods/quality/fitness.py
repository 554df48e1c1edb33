"""When is a record fit for use, and how do rules roll up?

Each rule is a simple ratio; a record is as good as its worst rule (the minimum), so one failed rule
that applies makes it unfit. Nothing is judged where no rule applies. Source: Pipino, Lee, Wang
(2002), "Data quality assessment", Communications of the ACM 45; Ballou et al. (1998), "Modeling
information manufacturing systems", Management Science 44, for currency. Methods section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Floats
from uptake.methods.statistics.proportions import Share


class Judgement(IntEnum):
    """What a rule says of a record; the order is that of the minimum over rules."""

    FAILED = 0
    PASSED = 1
    DOES_NOT_APPLY = 2


@dataclass(frozen=True, slots=True)
class Fitness:
    """``fit``: one ``Judgement`` per record; ``by_rule``: passed of applicable, per rule."""

    fit: Counts
    by_rule: tuple[Share | None, ...]
    share: Share | None


def fit_for_use(judgements: npt.ArrayLike) -> Fitness:
    """Judge records by the worst of the rules that apply; ``judgements``: records x rules."""
    table = np.atleast_2d(np.asarray(judgements, dtype=np.int64))
    worst = table.min(axis=1) if table.shape[1] else np.full(len(table), Judgement.DOES_NOT_APPLY)
    return Fitness(
        fit=np.asarray(worst, dtype=np.int64),
        by_rule=tuple(_share(column) for column in table.T),
        share=_share(worst),
    )


def _share(judged: npt.NDArray[np.int64]) -> Share | None:
    applicable = judged != Judgement.DOES_NOT_APPLY
    if not applicable.any():
        return None
    passed = int(np.count_nonzero(judged == Judgement.PASSED))
    return Share(passed, int(applicable.sum()))


def currency(age: npt.ArrayLike, volatility: float, sensitivity: float = 1.0) -> Floats:
    """How current a value is, 1 fresh to 0 stale: ``max(0, 1 - age / volatility) ^ s``.

    ``age`` and ``volatility`` (how long a value stays true) in one unit. Raises ValueError for a
    volatility that is not above 0.
    """
    if volatility <= 0:
        raise ValueError("How long a value stays true has to be more than 0.")
    left = np.maximum(0.0, 1 - np.asarray(age, dtype=float) / volatility)
    return np.asarray(left**sensitivity, dtype=np.float64)
