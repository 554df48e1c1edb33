"""Who got better at it, held against their own past and nobody else's.

The newest four due periods of a person beside the four before them: whoever met at least two more
has improved. One period more is within what weeks differ by anyway (missing one of four did not
matter for a habit, Lally et al. 2010), so it is no news. Periods that were not due, exempt or are
still open count on neither side. Methods section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags
from uptake.methods.behaviour.attainment import Standing

COMPARED = 4
"""Due periods on either side."""

LEAST_MORE = 2
"""So many more of the newest ones have to be met."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """One entry per person: periods met of the four before and of the newest four.

    ``known``: there are eight due periods to compare. ``improved``: at least two more were met.
    """

    before: Counts
    since: Counts
    known: Flags
    improved: Flags


def improvement(standing: npt.ArrayLike) -> Improvement:
    """Compare each person with their own past; ``standing``: people x periods, oldest first."""
    table = np.atleast_2d(np.asarray(standing, dtype=np.int64))
    judged = table <= Standing.MET
    met = table == Standing.MET
    from_the_end = judged[:, ::-1].cumsum(axis=1)[:, ::-1]
    newest = judged & (from_the_end <= COMPARED)
    earlier = judged & (from_the_end > COMPARED) & (from_the_end <= 2 * COMPARED)
    since, before = (met & newest).sum(axis=1), (met & earlier).sum(axis=1)
    known = judged.sum(axis=1) >= 2 * COMPARED
    return Improvement(before, since, known, known & (since - before >= LEAST_MORE))
