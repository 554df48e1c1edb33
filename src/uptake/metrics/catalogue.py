"""Every metric by its key, in the order in which people read them."""

from __future__ import annotations

from uptake.metrics import (
    accounts,
    course,
    licences,
    lifecycle,
    manner,
    newcomers,
    records,
    rhythm,
    use,
)
from uptake.metrics.metric import Metric

_CHAPTERS = (use, rhythm, manner, records, lifecycle, newcomers, course, accounts, licences)

catalogue: dict[str, Metric] = {
    metric.key: metric for chapter in _CHAPTERS for metric in chapter.METRICS
}
"""Metrics by key."""
