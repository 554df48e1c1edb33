"""How well: right the first time, and rework.

Methods sections 1 (how well) and 3 (rework).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.statistics.proportions import Share


@dataclass(frozen=True, slots=True)
class Rework:
    """Cases in which some activity was done again, and how many steps that cost."""

    cases: Share
    steps: Share


def first_time_right(right: npt.ArrayLike) -> Share | None:
    """Records right the first time / records judged; None when none was judged.

    ``right``: 1 right, 0 wrong, NaN not judged; records not judged are left out, not wrong.
    """
    values = np.asarray(right, dtype=float)
    judged = values[~np.isnan(values)]
    return Share(int(judged.sum()), len(judged)) if len(judged) else None


def rework(cases: npt.ArrayLike, activities: npt.ArrayLike) -> Rework | None:
    """Repeats of an activity within a case: share of cases with one, share of steps that are one.

    Arrays of one length, one entry per step, in any order. None without steps.
    """
    case = np.unique(np.asarray(cases), return_inverse=True)[1].ravel()
    activity = np.unique(np.asarray(activities), return_inverse=True)[1].ravel()
    if not len(case):
        return None
    pairs, times = np.unique(np.column_stack((case, activity)), axis=0, return_counts=True)
    again = len(np.unique(pairs[times > 1, 0]))
    return Rework(
        cases=Share(again, int(case.max()) + 1),
        steps=Share(int((times - 1).sum()), len(case)),
    )
