"""Which of many comparisons to believe, when some look striking by chance alone.

Source: Y. Benjamini, Y. Hochberg (1995), Journal of the Royal Statistical Society B 57.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from uptake.methods.arrays import Floats

RATE = 0.10
"""Of what is believed, the share that may be chance (methods section 6)."""


def false_discovery_rates(p_values: Sequence[float | None]) -> list[float | None]:
    """For each comparison, the least rate of false discoveries at which it would be believed.

    Comparisons that could not be made (None) stay None and do not count among the many.
    """
    from scipy import stats  # takes a moment to import

    made = [number for number, value in enumerate(p_values) if value is not None]
    found: list[float | None] = [None] * len(p_values)
    if made:
        tried: Floats = np.array([p_values[number] for number in made], dtype=np.float64)
        for number, rate in zip(made, stats.false_discovery_control(tried), strict=True):
            found[number] = float(rate)
    return found
