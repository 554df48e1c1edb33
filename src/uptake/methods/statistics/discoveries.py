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
    made = [number for number, value in enumerate(p_values) if value is not None]
    tried: Floats = np.array([p_values[number] for number in made], dtype=np.float64)
    order = np.argsort(-tried, kind="stable")
    rates = tried[order] * len(made) / np.arange(len(made), 0, -1)
    found: list[float | None] = [None] * len(p_values)
    for place, rate in zip(order.tolist(), np.minimum.accumulate(rates).tolist(), strict=True):
        found[made[place]] = min(rate, 1.0)
    return found
