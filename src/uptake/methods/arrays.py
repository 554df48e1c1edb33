"""Names for the arrays that methods take and give."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
"""Real numbers; shape is said where it is used."""

Counts = npt.NDArray[np.int64]
"""Whole numbers."""

Flags = npt.NDArray[np.bool_]
"""Yes or no, one per row."""

Days = npt.NDArray[np.datetime64]
"""Calendar days, ``datetime64[D]``."""

Stamps = npt.NDArray[np.datetime64]
"""Moments in local time, ``datetime64[s]``."""


def distinct(values: Counts) -> Counts:
    """The different values in ascending order.

    ``numpy.unique`` looks each value up in a hash table, which takes a hundred times as long as
    sorting where nearly all of them differ.
    """
    ordered = np.sort(values)
    if not len(ordered):
        return ordered
    return np.asarray(ordered[np.append(True, ordered[1:] != ordered[:-1])])
