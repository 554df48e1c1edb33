"""Numbers about the web processes and the inbox, for Prometheus.

Under ``uptake serve`` each process counts into files of a shared folder, and whichever is asked
tells the sum of all. The state of the inbox is looked up when asked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from uptake.foundation.lake import open_lake
from uptake.foundation.server import METRICS_FOLDER

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
REQUESTS = Histogram(
    "uptake_http_request_seconds",
    "Seconds to answer a request to a page or the API, by route.",
    ("method", "route", "status"),
    buckets=BUCKETS,
)


class Inbox(Collector):
    """What waits in the inbox and what is stored, by workspace."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Look it up now."""
        waiting = _gauge("uptake_inbox_events", "Events that wait to be loaded.")
        oldest = _gauge("uptake_inbox_oldest_seconds", "Age of the oldest event that waits.")
        stored = _gauge("uptake_lake_events", "Events that can be queried.")
        with open_lake() as lake:
            for workspace in lake.workspaces():
                status = lake.status(workspace)
                age = 0.0 if status.inbox.oldest_ms is None else _seconds(status.inbox.oldest_ms)
                waiting.add_metric([workspace], status.inbox.events)
                oldest.add_metric([workspace], age)
                stored.add_metric([workspace], status.events)
        yield from (waiting, oldest, stored)


def _gauge(name: str, says: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, labels=["workspace"])


def _seconds(since_ms: int) -> float:
    return max(0.0, time.time() - since_ms / 1000)


def tell() -> bytes:
    """Return everything in Prometheus's text format."""
    told = CollectorRegistry()
    told.register(Inbox())
    if METRICS_FOLDER in os.environ:
        everything = CollectorRegistry()
        MultiProcessCollector(everything)  # type: ignore[no-untyped-call]  # carries no types
        return generate_latest(everything) + generate_latest(told)
    return generate_latest(REGISTRY) + generate_latest(told)
