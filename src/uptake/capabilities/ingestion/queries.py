"""The only doors to sources, their keys, their figures and their quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import now

from uptake.capabilities.ingestion.models import (
    QuarantinedRecord,
    QuarantineState,
    Source,
    SourceHour,
    SourceKey,
)
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound

HOURS_SHOWN = 48
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class HourCount:
    """What came from a source in one hour (UTC)."""

    hour: datetime
    accepted: int
    rejected: int


def visible_sources(actor: Actor) -> QuerySet[Source]:
    """Return the sources of the actor's workspace, with ``waiting``: records in quarantine."""
    actor.require(Permission.SOURCES_READ)
    waiting = Count("quarantined", filter=Q(quarantined__state=QuarantineState.WAITING))
    return Source.objects.filter(workspace=actor.workspace).annotate(waiting=waiting)


def access_source(actor: Actor, slug: str) -> Source:
    """Return one source, or say that there is none."""
    found = visible_sources(actor).filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no source {slug!r}; create it or check its name.")
    return found


def lock_source(actor: Actor, slug: str) -> Source:
    """Return one source and keep others from changing it meanwhile."""
    actor.require(Permission.SOURCES_READ)
    sources = Source.objects.select_for_update().filter(workspace=actor.workspace)
    found = sources.filter(slug=slug).first()
    if found is None:
        raise NotFound(f"There is no source {slug!r}; create it or check its name.")
    return found


def visible_keys(actor: Actor, source: Source) -> QuerySet[SourceKey]:
    """Return the keys of a source that work or are about to end, newest first."""
    actor.require(Permission.SOURCES_READ)
    keys = SourceKey.objects.filter(source=source, source__workspace=actor.workspace)
    return keys.filter(Q(expires_at=None) | Q(expires_at__gt=now()), revoked_at=None)


def visible_quarantine(actor: Actor, source: Source) -> QuerySet[QuarantinedRecord]:
    """Return the records of a source that could not be stored, newest first.

    They hold what clients sent, people's identifiers included: only who manages sources sees them.
    """
    actor.require(Permission.SOURCES_MANAGE)
    return QuarantinedRecord.objects.filter(source=source, source__workspace=actor.workspace)


def access_quarantined(actor: Actor, record_id: int) -> QuarantinedRecord:
    """Return one quarantined record, or say that there is none."""
    return _quarantined(actor, record_id, QuarantinedRecord.objects.all())


def lock_quarantined(actor: Actor, record_id: int) -> QuarantinedRecord:
    """Return one quarantined record and keep others from deciding about it meanwhile."""
    rows = QuarantinedRecord.objects.select_for_update(of=("self",))
    return _quarantined(actor, record_id, rows)


def _quarantined(
    actor: Actor, record_id: int, rows: QuerySet[QuarantinedRecord]
) -> QuarantinedRecord:
    actor.require(Permission.SOURCES_MANAGE)
    mine = rows.select_related("source__workspace").filter(source__workspace=actor.workspace)
    found = mine.filter(pk=record_id).first()
    if found is None:
        raise NotFound("There is no such record in quarantine; it may belong to another workspace.")
    return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of the records that wait: those listed, or all with a problem, or simply all."""

    records: frozenset[int] | None = None
    field: str | None = None
    message: str | None = None


def waiting_records(actor: Actor, source: Source, chosen: Chosen) -> QuerySet[QuarantinedRecord]:
    """Return those of a source's records that wait and are meant."""
    rows = visible_quarantine(actor, source).filter(state=QuarantineState.WAITING)
    if chosen.records is not None:
        rows = rows.filter(pk__in=chosen.records)
    if chosen.field is not None:
        rows = rows.filter(field=chosen.field)
    return rows if chosen.message is None else rows.filter(message=chosen.message)


def lock_waiting(
    actor: Actor, source: Source, chosen: Chosen, *, after: int
) -> QuerySet[QuarantinedRecord]:
    """Return records that wait, the oldest first from behind one, and keep others from them."""
    rows = waiting_records(actor, source, chosen).filter(pk__gt=after).order_by("pk")
    return rows.select_for_update(of=("self",)).select_related("source__workspace")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with some of the records that wait, and how many they are."""

    field: str
    message: str
    records: int


def waiting_problems(actor: Actor, source: Source) -> list[Problem]:
    """Return what is wrong with a source's records that wait, the most frequent first."""
    rows = waiting_records(actor, source, Chosen()).order_by()
    counted = rows.values_list("field", "message").annotate(records=Count("pk"))
    ordered = counted.order_by("-records", "field", "message")[:MOST_PROBLEMS]
    return [Problem(field, message, records) for field, message, records in ordered]


def hourly_counts(actor: Actor, source: Source, *, hours: int = HOURS_SHOWN) -> list[HourCount]:
    """Return what came in during each of the last hours, the oldest first, zeros included."""
    actor.require(Permission.SOURCES_READ)
    first = first_hour(hours)
    rows = SourceHour.objects.filter(
        source=source, source__workspace=actor.workspace, hour__gte=first
    )
    counted = {row.hour: row for row in rows}
    return [_count(first + timedelta(hours=step), counted) for step in range(hours)]


def _count(hour: datetime, counted: dict[datetime, SourceHour]) -> HourCount:
    row = counted.get(hour)
    return HourCount(hour, row.accepted, row.rejected) if row else HourCount(hour, 0, 0)


@dataclass(frozen=True, slots=True)
class Trend:
    """What came from a source in the hours shown, the oldest first."""

    accepted: tuple[int, ...]
    total: int
    rejected: int


def hourly_trends(actor: Actor, sources: Sequence[Source]) -> dict[int, Trend]:
    """Return the trend of each source, in one query."""
    actor.require(Permission.SOURCES_READ)
    first = first_hour(HOURS_SHOWN)
    found: dict[int, dict[datetime, SourceHour]] = {source.pk: {} for source in sources}
    rows = SourceHour.objects.filter(source__in=sources, source__workspace=actor.workspace)
    for row in rows.filter(hour__gte=first):
        found[row.source_id][row.hour] = row
    return {key: _trend(first, counted) for key, counted in found.items()}


def _trend(first: datetime, counted: dict[datetime, SourceHour]) -> Trend:
    counts = [_count(first + timedelta(hours=step), counted) for step in range(HOURS_SHOWN)]
    accepted = tuple(count.accepted for count in counts)
    return Trend(accepted, sum(accepted), sum(count.rejected for count in counts))


def first_hour(hours: int) -> datetime:
    """Return the beginning of the first of the last ``hours`` hours, this one included."""
    this_hour = now().replace(minute=0, second=0, microsecond=0)
    return this_hour - timedelta(hours=hours - 1)
