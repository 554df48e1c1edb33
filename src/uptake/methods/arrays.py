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
