"""Values told apart, and put together where they are close by rank."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from uptake.methods.arrays import Counts, Floats


class Ranked(NamedTuple):
    """Different values in ascending order, and at which of them each value stands."""

    distinct: Floats
    place: Counts

    @classmethod
    def of(cls, values: Floats) -> Ranked:
        """Tell values apart; those that come in ascending order need no sorting."""
        if not len(values) or (values[1:] < values[:-1]).any():
            return cls(*np.unique(values, return_inverse=True))
        is_new = np.append(True, values[1:] != values[:-1])
        return cls(values[is_new], np.cumsum(is_new) - 1)

    def coarser(self, shares: Floats) -> Ranked:
        """The values at some shares of the ranks, the nearest; others stand at the next above."""
        ends = np.cumsum(np.bincount(self.place, minlength=len(self.distinct)))
        ranks = np.rint(shares * (len(self.place) - 1))
        kept = np.unique(np.searchsorted(ends, ranks, side="right"))
        above = np.searchsorted(kept, np.arange(len(self.distinct)))
        return Ranked(self.distinct[kept], np.minimum(above, len(kept) - 1)[self.place])
