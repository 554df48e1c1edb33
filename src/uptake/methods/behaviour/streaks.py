"""Weeks in a row, without shaming anybody for a single miss.

Missing one opportunity did not matter for the growth of a habit (Lally et al. 2010), so a streak
holds through a miss while at least three of the last four due periods were met. Periods that were
not due, exempt or are still open neither break nor lengthen it. Methods section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags
from uptake.methods.behaviour.attainment import Standing

LOOK_BACK = 4
MOST_MISSES = 1
"""Of the last four due periods one may be missed."""

ESTABLISHED = 4
"""Periods met in a streak from which its end is called a relapse."""

_WINDOW = (1 << LOOK_BACK) - 1
_MISSES = np.array([bits.bit_count() for bits in range(_WINDOW + 1)], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Streaks:
    """One entry per person, in periods met.

    ``current``: the streak at the end. ``longest``: the longest so far. ``due``: periods judged.
    ``established``: due periods until a streak first reached four, -1 never. ``lasted``: due
    periods from then to the relapse, or to the end; ``relapsed`` says which.
    """

    current: Counts
    longest: Counts
    due: Counts
    established: Counts
    lasted: Counts
    relapsed: Flags


def streaks(standing: npt.ArrayLike) -> Streaks:
    """Follow each person through the periods; ``standing``: people x periods, oldest first."""
    table = np.atleast_2d(np.asarray(standing, dtype=np.int64))
    people = len(table)
    zeros = np.zeros(people, dtype=np.int64)
    current, longest, due, misses = zeros.copy(), zeros.copy(), zeros.copy(), zeros.copy()
    established, lasted = np.full(people, -1, dtype=np.int64), zeros.copy()
    relapsed = np.zeros(people, dtype=bool)
    for column in table.T:
        judged = column <= Standing.MET
        met = column == Standing.MET
        missed = judged & ~met
        misses = np.where(judged, ((misses << 1) | missed) & _WINDOW, misses)
        broken = missed & (_MISSES[misses] > MOST_MISSES)
        current = np.where(broken, 0, current + met)
        longest = np.maximum(longest, current)
        due = due + judged
        lasted = lasted + (judged & (established >= 0) & ~relapsed)
        relapsed = relapsed | (broken & (established >= 0))
        first = (established < 0) & (current >= ESTABLISHED)
        established = np.where(first, due, established)
    return Streaks(current, longest, due, established, lasted, relapsed)
