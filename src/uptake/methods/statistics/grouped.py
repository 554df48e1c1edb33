"""Medians and percentiles of many groups at once.

Values are whole numbers, such as milliseconds. One sort over group and value together costs a tenth
of sorting by two keys, so it is what is done wherever both fit into 63 bits.
"""

from __future__ import annotations

import numpy as np

from uptake.methods.arrays import Counts, Floats


def grouped_medians(groups: Counts, values: Counts, count: int) -> Floats:
    """Return the median of each group from 0 to ``count - 1``; NaN where a group has no value.

    ``groups`` and ``values``: one row for each value, in any order; values must not be negative.
    The median of an even number of values is the mean of the two in the middle.
    """
    if not len(values):
        return np.full(count, np.nan)
    if values.min() < 0:
        raise ValueError("Grouped values must not be negative.")
    ordered = _ordered(groups, values, count)
    ends = np.cumsum(np.bincount(groups, minlength=count))
    sizes = np.diff(ends, prepend=0)
    has = sizes > 0
    begins = (ends - sizes)[has]
    low, high = begins + (sizes[has] - 1) // 2, begins + sizes[has] // 2
    found = np.full(count, np.nan)
    found[has] = (ordered[low] + ordered[high]) / 2
    return found


def _ordered(groups: Counts, values: Counts, count: int) -> Counts:
    """The values by group, ascending within each."""
    bits = int(values.max()).bit_length()
    if bits + max(count - 1, 1).bit_length() > 63:
        return np.asarray(values[np.lexsort((values, groups))])
    together = (groups.astype(np.int64) << bits) | values
    together.sort()
    return np.asarray(together & ((1 << bits) - 1))
