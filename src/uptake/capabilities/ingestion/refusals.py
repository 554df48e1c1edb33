"""Requests of a source that were refused whole: how many, when, why, and what ends it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from django.db.models import Sum

from uptake.capabilities.ingestion.models import RefusalReason, RefusedHour, Source
from uptake.capabilities.ingestion.queries import HOURS_SHOWN, first_hour
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Explanation:
    """What clients are answered (an HTTP status), why, and what ends it."""

    status: int
    meaning: str
    remedy: str


EXPLANATIONS: Final[Mapping[RefusalReason, Explanation]] = MappingProxyType(
    {
        RefusalReason.TOO_LARGE: Explanation(
            413,
            "The request was larger than its path takes.",
            "Let the client send fewer records at once.",
        ),
        RefusalReason.TOO_FAST: Explanation(
            429,
            "The source sent faster than it may; clients that wait and try again lose nothing.",
            "Raise the source's limit in its settings, or let clients send batches.",
        ),
        RefusalReason.QUARANTINE_FULL: Explanation(
            429,
            "As many wrong records wait here as are kept.",
            "Mend or discard those that wait.",
        ),
        RefusalReason.UNREADABLE: Explanation(
            400,
            "The body was no JSON, or not packed as it said.",
            "Look at what the client sends; of such a body nothing can be kept.",
        ),
        RefusalReason.KEY_ENDED: Explanation(
            401,
            "The write key was revoked, or another one took its place and its time is over.",
            "Give what still sends the newest key.",
        ),
        RefusalReason.ORIGIN: Explanation(
            403,
            "A web page sent that is not among those that may.",
            "Add its address to the source's settings if it may.",
        ),
        RefusalReason.UNAVAILABLE: Explanation(
            503,
            "Nothing could be stored: the fault is this installation's.",
            "Run uptake doctor; clients that try again lose nothing.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Requests of a source refused for one reason in the hours asked for, the oldest first."""

    reason: RefusalReason
    by_hour: tuple[int, ...]
    requests: int
    last_hour: datetime

    @property
    def explanation(self) -> Explanation:
        """What it means."""
        return EXPLANATIONS[self.reason]


def refusals_of(actor: Actor, source: Source, *, hours: int = HOURS_SHOWN) -> list[Refusals]:
    """Return what of a source was refused in the last hours, the most frequent reason first."""
    actor.require(Permission.SOURCES_READ)
    first = first_hour(hours)
    rows = RefusedHour.objects.filter(source__workspace=actor.workspace, hour__gte=first)
    counted: dict[str, dict[datetime, int]] = defaultdict(dict)
    for row in rows.filter(source=source):
        counted[row.reason][row.hour] = row.requests
    shown = [first + timedelta(hours=step) for step in range(hours)]
    found = [
        Refusals(
            RefusalReason(reason),
            tuple(by_hour.get(hour, 0) for hour in shown),
            sum(by_hour.values()),
            max(by_hour),
        )
        for reason, by_hour in counted.items()
    ]
    return sorted(found, key=lambda refusals: (-refusals.requests, refusals.reason))


def refused_requests(actor: Actor, sources: Sequence[Source]) -> dict[int, int]:
    """Return how many requests of each source were refused whole lately, in one query."""
    actor.require(Permission.SOURCES_READ)
    rows = RefusedHour.objects.filter(source__in=sources, source__workspace=actor.workspace)
    lately = rows.filter(hour__gte=first_hour(HOURS_SHOWN)).order_by()
    counted = dict(lately.values_list("source").annotate(Sum("requests")))
    return {source.pk: counted.get(source.pk, 0) for source in sources}
