"""What each load did, and how long its events waited between acknowledgement and answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from uptake.store.database import Session, now_ms
from uptake.store.waiting import WaitingBatch

LOADS_REMEMBERED = 1_000
"""Versions back for which the figures of loads are kept."""

LONGEST_DELAY_MS = 2**31 - 1
"""What is noted of batches that waited longer (25 days), as after restoring an old backup."""

RECENT_LOADS = 100
"""Loads over which the freshness of a workspace is told."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did: events stored, repeated and unreadable; files written; batches taken."""

    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    files: int = 0
    seconds: float = 0.0
    batches: int = 0

    def __add__(self, other: LoadReport) -> LoadReport:
        """Both loads together."""
        return LoadReport(
            self.stored + other.stored,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
            self.files + other.files,
            self.seconds + other.seconds,
            self.batches + other.batches,
        )


@dataclass(frozen=True, slots=True)
class Freshness:
    """Milliseconds from acknowledged to queryable over the recent loads; None before the first.

    ``median_ms`` and ``p99_ms`` are those of the latest load, ``worst_p99_ms`` is the highest 99th
    percentile among the ``loads`` counted.
    """

    loads: int
    median_ms: int | None
    p99_ms: int | None
    worst_p99_ms: int | None
    last_loaded_ms: int | None


def remember_load(
    session: Session,
    workspace: str,
    version: int,
    batches: Sequence[WaitingBatch],
    report: LoadReport,
) -> None:
    """Keep the load's figures, with the time from acknowledged to queryable of its events."""
    median, slow = _delays(batches)
    session.execute(
        "INSERT INTO lake_load (workspace, version, loaded_at, batches, stored, duplicates, "
        "milliseconds, delay_p50_ms, delay_p99_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(workspace, version, now_ms(), len(batches), report.stored, report.duplicates),
            *(round(report.seconds * 1000), median, slow),
        ),
    )
    session.execute(
        "DELETE FROM lake_load WHERE workspace = ? AND version < ?",
        (workspace, version - LOADS_REMEMBERED),
    )


def _delays(batches: Sequence[WaitingBatch]) -> tuple[int, int]:
    """Median and 99th percentile over events of the milliseconds since acknowledgement."""
    if not batches:
        return 0, 0
    now = now_ms()
    delays = np.repeat(
        [now - row.received_at_ms for row in batches], [row.events for row in batches]
    )
    median, slow = np.percentile(delays, [50, 99]).clip(max=LONGEST_DELAY_MS)
    return int(median), int(slow)


def freshness(session: Session, workspace: str) -> Freshness:
    """How fresh the answers of a workspace have been lately."""
    rows = session.query(
        "SELECT delay_p50_ms, delay_p99_ms, loaded_at FROM lake_load WHERE workspace = ? "
        "ORDER BY id DESC LIMIT ?",
        (workspace, RECENT_LOADS),
    )
    if not rows:
        return Freshness(0, None, None, None, None)
    median, slow, loaded_at = rows[0]
    return Freshness(len(rows), median, slow, max(row[1] for row in rows), loaded_at)
