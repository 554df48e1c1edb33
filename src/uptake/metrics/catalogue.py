"""Every metric by its key."""

from __future__ import annotations

from uptake.metrics import records, rhythm, use
from uptake.metrics.metric import Metric

catalogue: dict[str, Metric] = {
    metric.key: metric for module in (use, rhythm, records) for metric in module.METRICS
}
"""Metrics by key, in the order in which people read them."""
