"""How much came in or was refused per source and hour, counted in memory, written every second.

A process that is killed loses the counts of its last second; the events themselves are on disk.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F

from uptake.capabilities.ingestion.connections import renew_connection
from uptake.capabilities.ingestion.models import RefusalReason, RefusedHour, Source, SourceHour

HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class HourOfSource:
    """What is counted together."""

    source_id: int
    hour: int


@dataclass(frozen=True, slots=True)
class RefusalsOfSource:
    """What of the refused requests is counted together."""

    source_id: int
    hour: int
    reason: RefusalReason


class Counters:
    """Counts of this process that are not in the database yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._accepted: Counter[HourOfSource] = Counter()
        self._rejected: Counter[HourOfSource] = Counter()
        self._seen: dict[int, float] = {}
        self._refused: Counter[RefusalsOfSource] = Counter()

    def count(self, source_id: int, *, accepted: int, rejected: int, now: float) -> None:
        """Count what a request brought."""
        key = HourOfSource(source_id, int(now // HOUR_SECONDS))
        with self._lock:
            self._accepted[key] += accepted
            self._rejected[key] += rejected
            self._seen[source_id] = now

    def refuse(self, source_id: int, reason: RefusalReason, *, now: float) -> None:
        """Count a request of which nothing was stored."""
        with self._lock:
            self._refused[RefusalsOfSource(source_id, int(now // HOUR_SECONDS), reason)] += 1

    def flush(self) -> None:
        """Write the counts down; those that cannot be written are kept for the next time."""
        self._flush_refused()
        self._flush_records()

    def _flush_refused(self) -> None:
        with self._lock:
            refused, self._refused = self._refused, Counter()
        if not refused:
            return
        try:
            renew_connection()
            _write_refused(refused)
        except Exception:
            with self._lock:
                self._refused += refused
            raise

    def _flush_records(self) -> None:
        with self._lock:
            accepted, rejected, seen = self._accepted, self._rejected, self._seen
            self._accepted, self._rejected, self._seen = Counter(), Counter(), {}
        if not seen:
            return
        try:
            renew_connection()
            _write(accepted, rejected, seen)
        except Exception:
            with self._lock:
                self._accepted += accepted
                self._rejected += rejected
                self._seen = seen | self._seen
            raise


@transaction.atomic
def _write(
    accepted: Counter[HourOfSource], rejected: Counter[HourOfSource], seen: dict[int, float]
) -> None:
    there = set(Source.objects.filter(pk__in=seen).values_list("pk", flat=True))
    keys = sorted(
        {key for key in (*accepted, *rejected) if key.source_id in there},
        key=lambda key: (key.source_id, key.hour),
    )
    SourceHour.objects.bulk_create(
        [SourceHour(source_id=key.source_id, hour=_moment(key.hour)) for key in keys],
        ignore_conflicts=True,
    )
    for key in keys:
        SourceHour.objects.filter(source_id=key.source_id, hour=_moment(key.hour)).update(
            accepted=F("accepted") + accepted[key], rejected=F("rejected") + rejected[key]
        )
    for source_id, moment in sorted(seen.items()):  # in one order, so that none waits in a ring
        last = datetime.fromtimestamp(moment, UTC)
        Source.objects.filter(pk=source_id).update(last_seen_at=last)


@transaction.atomic
def _write_refused(refused: Counter[RefusalsOfSource]) -> None:
    named = {key.source_id for key in refused}
    there = set(Source.objects.filter(pk__in=named).values_list("pk", flat=True))
    keys = sorted(
        (key for key in refused if key.source_id in there),
        key=lambda key: (key.source_id, key.hour, key.reason),
    )
    RefusedHour.objects.bulk_create([_row(key) for key in keys], ignore_conflicts=True)
    for key in keys:
        rows = RefusedHour.objects.filter(source_id=key.source_id, hour=_moment(key.hour))
        rows.filter(reason=key.reason).update(requests=F("requests") + refused[key])


def _row(key: RefusalsOfSource) -> RefusedHour:
    return RefusedHour(source_id=key.source_id, hour=_moment(key.hour), reason=key.reason)


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR_SECONDS, UTC)
