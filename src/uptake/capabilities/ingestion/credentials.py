"""From a write key to its source, remembered until something changes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from uptake.capabilities.ingestion.connections import renew_connection
from uptake.capabilities.ingestion.keys import digest_of
from uptake.capabilities.ingestion.models import Source, SourceKey
from uptake.capabilities.ingestion.signal import Signal, Watch

MOST_REMEMBERED = 10_000
"""Keys remembered, wrong ones included: guessing keys must not fill the memory."""

NEVER = math.inf
STALE_SECONDS = 2.0
"""How long a machine that shares only the database may go on with a key that was revoked."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What a request needs to know of the source its key belongs to."""

    id: int
    slug: str
    workspace_id: int
    workspace: str
    product: str | None
    account: str | None
    group_type: str
    is_strict: bool
    origins: frozenset[str]
    events_a_second: int | None
    expires_at: float

    def allows(self, origin: str) -> bool:
        """Say whether a page from there may send."""
        return "*" in self.origins or origin in self.origins


class Credentials:
    """The sources by key, as far as they were asked for."""

    def __init__(self, signal: Signal) -> None:
        self._watch = Watch(signal, stale_seconds=STALE_SECONDS)
        self._begun = self._watch.now()
        self._known: dict[str, KnownSource | None] = {}

    def source_of(self, key: str, *, now: float) -> KnownSource | None:
        """Return the source that a key may write to, if it may at all."""
        source = self.owner_of(key)
        return source if source is not None and now < source.expires_at else None

    def owner_of(self, key: str) -> KnownSource | None:
        """Return the source that a key was issued for, though it may have ended since."""
        current = self._watch.now()
        if current != self._begun or len(self._known) > MOST_REMEMBERED:
            self._known, self._begun = {}, current
        known, digest = self._known, digest_of(key)
        if digest not in known:
            known[digest] = _find(digest)
        return known[digest]


def _find(digest: str) -> KnownSource | None:
    renew_connection()
    key = SourceKey.objects.select_related("source__workspace").filter(digest=digest).first()
    if key is None:
        return None
    if key.revoked_at is not None:
        return known_source(key.source, expires_at=-NEVER)
    end = key.expires_at.timestamp() if key.expires_at is not None else NEVER
    return known_source(key.source, expires_at=end)


def known_source(source: Source, *, expires_at: float = NEVER) -> KnownSource:
    """Return what is needed of a source."""
    return KnownSource(
        id=source.pk,
        slug=source.slug,
        workspace_id=source.workspace_id,
        workspace=source.workspace.slug,
        product=source.product or None,
        account=source.account or None,
        group_type=source.group_type,
        is_strict=source.is_strict,
        origins=frozenset(source.allowed_origins),
        events_a_second=source.events_a_second,
        expires_at=expires_at,
    )
