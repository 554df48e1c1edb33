"""What can be done to sources, their keys and the records in their quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.timezone import now

from uptake.capabilities.ingestion import queries
from uptake.capabilities.ingestion.keys import digest_of, new_key, prefix_of
from uptake.capabilities.ingestion.mending import Mend
from uptake.capabilities.ingestion.models import (
    QuarantinedRecord,
    QuarantineState,
    Source,
    SourceKey,
)
from uptake.capabilities.ingestion.processes import tell_processes
from uptake.capabilities.ingestion.replay import read_again, read_all_again
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from uptake.store import Lake

MOST_AT_ONCE = 20_000
"""Records that one replay reads at most; the next one goes on."""

PART = 500
"""Records that are replayed in one transaction."""

OVERLAP = timedelta(hours=24)
"""How long a key goes on working after a new one has taken its place."""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What can be decided about a source; see ``models.Source`` for the meaning of each."""

    product: str = ""
    account: str = ""
    group_type: str = ""
    is_strict: bool = True
    allowed_origins: Sequence[str] = field(default=("*",))
    events_a_second: int | None = None


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key in full: this is the only time anybody sees it."""

    source: Source
    key: str = field(repr=False)


@transaction.atomic
def create_source(
    actor: Actor,
    name: str,
    *,
    settings: SourceSettings = SourceSettings(),
) -> IssuedKey:
    """Create a source and its first write key.

    Raises:
        Invalid: the name has no letters or digits, or a setting makes no sense.
        Conflict: a source of that name is there already.
    """
    actor.require(Permission.SOURCES_MANAGE)
    slug = slugify(name)[:63].strip("-_").replace("_", "-")
    if not slug:
        raise Invalid("A source needs a name with letters or digits, such as Web app.")
    _check(settings)
    if Source.objects.filter(workspace=actor.workspace, slug=slug).exists():
        raise Conflict(f"There is a source called {slug!r} already; choose another name.")
    source = Source.objects.create(
        workspace=actor.workspace, slug=slug, name=name.strip()[:200], **_columns(settings)
    )
    activity.record(actor, "source.created", source)
    return IssuedKey(source, _issue(source))


@transaction.atomic
def change_source(actor: Actor, slug: str, *, settings: SourceSettings) -> Source:
    """Replace what was decided about a source; it holds for the next request."""
    actor.require(Permission.SOURCES_MANAGE)
    source = queries.lock_source(actor, slug)
    _check(settings)
    for column, value in _columns(settings).items():
        setattr(source, column, value)
    source.save()
    activity.record(actor, "source.changed", source, is_strict=source.is_strict)
    tell_processes()
    return source


@transaction.atomic
def set_strict(actor: Actor, slug: str, *, strict: bool) -> Source:
    """Decide whether a request with a wrong record is answered 400 instead of 200."""
    actor.require(Permission.SOURCES_MANAGE)
    source = queries.lock_source(actor, slug)
    source.is_strict = strict
    source.save(update_fields=["is_strict"])
    activity.record(actor, "source.strictness_set", source, strict=strict)
    tell_processes()
    return source


@transaction.atomic
def rotate_key(actor: Actor, slug: str, *, overlap: timedelta = OVERLAP) -> IssuedKey:
    """Issue a new key; those there are go on working for the overlap, so that nothing is lost."""
    actor.require(Permission.SOURCES_MANAGE)
    source = queries.lock_source(actor, slug)
    if overlap < timedelta(0):
        raise Invalid("The overlap cannot be negative; use 0 to end the old keys at once.")
    end = now() + overlap
    old = queries.visible_keys(actor, source)
    ended = old.filter(expires_at=None).update(expires_at=end)
    key = _issue(source)
    activity.record(actor, "source.key_rotated", source, ended=ended, until=end)
    tell_processes()
    return IssuedKey(source, key)


@transaction.atomic
def revoke_key(actor: Actor, slug: str, key_id: int) -> SourceKey:
    """End a key at once; what still uses it gets 401 from the next request on."""
    actor.require(Permission.SOURCES_MANAGE)
    source = queries.lock_source(actor, slug)
    key = queries.visible_keys(actor, source).filter(pk=key_id).first()
    if key is None:
        raise NotFound("The source has no such key, or it has ended already.")
    key.revoked_at = now()
    key.save(update_fields=["revoked_at"])
    activity.record(actor, "source.key_revoked", source, key=key.prefix)
    tell_processes()
    return key


@transaction.atomic
def fix_and_replay(
    actor: Actor, record_id: int, *, lake: Lake, raw: str | None = None
) -> QuarantinedRecord:
    """Read a record again, as it came or as somebody mended it, and store what it says.

    The event keeps the identity it had, so that doing this twice stores it once.

    Raises:
        Conflict: somebody has decided about the record already.
        Invalid: it is still wrong; the message says where.
    """
    actor.require(Permission.SOURCES_MANAGE)
    record = queries.lock_quarantined(actor, record_id)
    _require_waiting(record)
    read_again(record, record.raw if raw is None else raw, lake=lake)
    _settle(record, QuarantineState.REPLAYED)
    activity.record(actor, "quarantine.replayed", record.source, field=record.field)
    tell_processes()
    return record


@transaction.atomic
def discard(actor: Actor, record_id: int) -> QuarantinedRecord:
    """Decide that a record is not wanted; what it said is deleted, that it was there stays."""
    actor.require(Permission.SOURCES_MANAGE)
    record = queries.lock_quarantined(actor, record_id)
    _require_waiting(record)
    _settle(record, QuarantineState.DISCARDED)
    activity.record(actor, "quarantine.discarded", record.source, field=record.field)
    return record


@dataclass(frozen=True, slots=True)
class Settled:
    """How many records were settled, how many are wrong as before, and how many wait now."""

    settled: int
    still_wrong: int
    waiting: int


def replay_waiting(
    actor: Actor, slug: str, chosen: queries.Chosen, *, lake: Lake, mend: Mend | None = None
) -> Settled:
    """Read records again, with one field put right or as they came, and store those now right.

    At most ``MOST_AT_ONCE`` of them, the oldest first; a part at a time, so that a replay that
    breaks off goes on where it was when it is done again.
    """
    actor.require(Permission.SOURCES_MANAGE)
    source = queries.access_source(actor, slug)
    settled = still_wrong = after = 0
    while settled + still_wrong < MOST_AT_ONCE:
        rows = queries.lock_waiting(actor, source, chosen, after=after)
        part = _replay_part(rows, mend, lake=lake)
        if part is None:
            break
        settled, still_wrong = settled + part.settled, still_wrong + part.still_wrong
        after = part.last
    if settled or still_wrong:
        field = "" if mend is None else mend.field
        activity.record(
            actor,
            "quarantine.replayed",
            source,
            field=field,
            records=settled,
            still_wrong=still_wrong,
        )
        tell_processes()
    waiting = queries.waiting_records(actor, source, queries.Chosen()).count()
    return Settled(settled, still_wrong, waiting)


@dataclass(frozen=True, slots=True)
class _Part:
    """What became of some records, of which this is the last."""

    settled: int
    still_wrong: int
    last: int


@transaction.atomic
def _replay_part(
    waiting: QuerySet[QuarantinedRecord], mend: Mend | None, *, lake: Lake
) -> _Part | None:
    rows = list(waiting[:PART])
    if not rows:
        return None
    texts = {row: row.raw if mend is None else mend.applied(row.raw) for row in rows}
    wrong = read_all_again(texts, lake=lake)
    right = [row.pk for row in rows if row.pk not in wrong]
    _settle_all(QuarantinedRecord.objects.filter(pk__in=right), QuarantineState.REPLAYED)
    return _Part(len(right), len(wrong), rows[-1].pk)


@transaction.atomic
def discard_waiting(actor: Actor, slug: str, chosen: queries.Chosen) -> Settled:
    """Decide that records are not wanted; what they said is deleted, that they were there stays."""
    actor.require(Permission.SOURCES_MANAGE)
    source = queries.lock_source(actor, slug)
    rows = queries.waiting_records(actor, source, chosen)
    settled = _settle_all(rows, QuarantineState.DISCARDED)
    if settled:
        activity.record(actor, "quarantine.discarded", source, records=settled)
    return Settled(settled, 0, queries.waiting_records(actor, source, queries.Chosen()).count())


def _settle_all(rows: QuerySet[QuarantinedRecord], state: QuarantineState) -> int:
    return rows.update(state=state, settled_at=now(), raw="", person="")


def _require_waiting(record: QuarantinedRecord) -> None:
    if not record.is_waiting:
        raise Conflict(f"This record is {record.state} already; there is nothing left to do.")


def _settle(record: QuarantinedRecord, state: QuarantineState) -> None:
    """A settled record keeps no content: it is in the lake, or nobody wants it."""
    record.state = state
    record.settled_at = now()
    record.raw = ""
    record.person = ""
    record.save(update_fields=["state", "settled_at", "raw", "person"])


def _issue(source: Source) -> str:
    key = new_key()
    SourceKey.objects.create(source=source, digest=digest_of(key), prefix=prefix_of(key))
    return key


def _columns(settings: SourceSettings) -> dict[str, object]:
    return {
        "product": settings.product.strip(),
        "account": settings.account.strip(),
        "group_type": settings.group_type.strip(),
        "is_strict": settings.is_strict,
        "allowed_origins": list(settings.allowed_origins),
        "events_a_second": settings.events_a_second,
    }


def _check(settings: SourceSettings) -> None:
    for origin in settings.allowed_origins:
        parts = urlsplit(origin)
        if origin != "*" and (
            not parts.scheme or not parts.netloc or origin != f"{parts.scheme}://{parts.netloc}"
        ):
            raise Invalid(f"{origin!r} is no origin; write it like https://app.example.com, or *.")
    if settings.events_a_second is not None and settings.events_a_second < 1:
        raise Invalid("A source may send one event a second at least; leave it empty for no limit.")
