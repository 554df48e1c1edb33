"""The shapes of sources, keys and quarantined records in the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from uptake.capabilities.ingestion import actions, queries, refusals
from uptake.capabilities.ingestion.mending import Mend
from uptake.capabilities.ingestion.models import (
    IDENTIFIER,
    NAME,
    QuarantinedRecord,
    QuarantineState,
    RefusalReason,
    Source,
    SourceKey,
)
from uptake.foundation.actor import Actor
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import Asked, RowId, Shape

LONGEST_RECORD = 64 * 1024
MOST_HOURS = 24 * 31

Slug = Annotated[str, Field(examples=["web-app"])]
Optional = Annotated[str, Field(max_length=IDENTIFIER, examples=[""])]
WriteKey = Annotated[str, Field(examples=["upw_f3b1..."])]


class SourceSettingsShape(Shape):
    """What can be decided about a source."""

    product: Optional = ""
    """The product of events that name none."""
    account: Optional = ""
    """The account of events that name none."""
    group_type: Annotated[str, Field(max_length=100, examples=[""])] = ""
    """PostHog's group type that stands for the account; empty: whichever there is."""
    is_strict: bool = True
    """Whether a request with a wrong record is answered 400 instead of 200."""
    allowed_origins: Annotated[
        tuple[Annotated[str, Field(max_length=300, examples=["https://app.example.com"])], ...],
        Field(max_length=100),
    ] = ("*",)
    """Web pages that may send; `*` is every page."""
    events_a_second: Annotated[int | None, Field(ge=1, le=2**31 - 1, examples=[5_000])] = None
    """The rate above which a web process answers 429; null: the installation's."""

    @property
    def settings(self) -> actions.SourceSettings:
        """The same as the actions take it."""
        return actions.SourceSettings(**self.model_dump())


class NewSource(SourceSettingsShape):
    """A source to be."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, examples=["Web app"])]
    """What people call it."""


class SourceShape(SourceSettingsShape):
    """Something that sends events."""

    slug: Slug
    """Its place in addresses; events carry it as their source."""
    name: Annotated[str, Field(examples=["Web app"])]
    """What people call it."""
    created_at: datetime
    """Since when."""
    last_seen_at: datetime | None
    """When something came last."""
    accepted: Annotated[int, Field(examples=[120_345])]
    """Records accepted in the last 48 hours, repeats included."""
    rejected: Annotated[int, Field(examples=[3])]
    """Records that went to the quarantine in the last 48 hours."""
    refused: Annotated[int, Field(examples=[2])]
    """Requests refused whole in the last 48 hours: nothing of them was stored."""
    waiting: Annotated[int, Field(examples=[3])]
    """Records in quarantine that nobody has decided about."""


class SourceKeyShape(Shape):
    """A write key; the key itself is shown once, when it is made."""

    id: RowId
    """Its number."""
    prefix: Annotated[str, Field(examples=["upw_f3b1"])]
    """How it begins."""
    created_at: datetime
    """Since when."""
    expires_at: datetime | None
    """Until when; null: until it is revoked."""

    @classmethod
    def of(cls, row: SourceKey) -> SourceKeyShape:
        """Show a row."""
        return cls.model_validate(row)


class HourShape(Shape):
    """What came in one hour."""

    hour: datetime
    """Its beginning (UTC)."""
    accepted: Annotated[int, Field(examples=[5_010])]
    """Records accepted, repeats included."""
    rejected: Annotated[int, Field(examples=[0])]
    """Records that went to the quarantine."""


class RefusalShape(Shape):
    """Requests refused whole for one reason: nothing of them was stored."""

    reason: RefusalReason
    """Why."""
    status: Annotated[int, Field(examples=[413])]
    """What clients were answered."""
    meaning: Annotated[str, Field(examples=["The request was larger than its path takes."])]
    """The reason in words."""
    remedy: Annotated[str, Field(examples=["Let the client send fewer records at once."])]
    """What ends it."""
    requests: Annotated[int, Field(examples=[2])]
    """How many in the hours shown."""
    last_hour: datetime
    """The beginning of the hour of the last one (UTC)."""
    by_hour: tuple[Annotated[int, Field(examples=[0])], ...]
    """How many in each of the hours shown."""

    @classmethod
    def of(cls, found: refusals.Refusals) -> RefusalShape:
        """Show what was counted."""
        why = found.explanation
        return cls(
            reason=found.reason,
            status=why.status,
            meaning=why.meaning,
            remedy=why.remedy,
            requests=found.requests,
            last_hour=found.last_hour,
            by_hour=found.by_hour,
        )


class SourceDetail(SourceShape):
    """A source with its keys, its last hours and what was refused in them."""

    keys: tuple[SourceKeyShape, ...]
    """Keys that work, or are about to end."""
    hours: tuple[HourShape, ...]
    """Hour by hour, the oldest first."""
    refusals: tuple[RefusalShape, ...]
    """Requests refused whole in those hours, the most frequent reason first."""

    @classmethod
    def read(cls, actor: Actor, slug: str, *, hours: int = queries.HOURS_SHOWN) -> SourceDetail:
        """Look up a source for somebody."""
        row = queries.access_source(actor, slug)
        counted = queries.hourly_counts(actor, row, hours=hours)
        return cls(
            **told_of(actor, [row])[row.pk],
            keys=tuple(map(SourceKeyShape.of, queries.visible_keys(actor, row))),
            hours=tuple(HourShape.model_validate(hour) for hour in counted),
            refusals=tuple(map(RefusalShape.of, refusals.refusals_of(actor, row, hours=hours))),
        )


class SourceAsked(Asked):
    """How much of a source's past."""

    hours: Annotated[int, Field(ge=1, le=MOST_HOURS, examples=[48])] = 48
    """Hours shown."""


class Issued(Shape):
    """A new write key: this is the only time it is shown."""

    source: Slug
    """Its source."""
    key: WriteKey
    """The key in full."""


class Rotation(Shape):
    """How the old keys end."""

    overlap_hours: Annotated[float, Field(ge=0, le=24 * 365, examples=[24])] = 24
    """For how long those there are go on working; 0 ends them at once."""


class QuarantineQuery(Paging):
    """Which records."""

    state: QuarantineState | None = None
    """Only those in this state."""


class QuarantineShape(Shape):
    """A record that could not be stored as an event."""

    id: RowId
    """Its number."""
    state: QuarantineState
    """What became of it."""
    call: Annotated[str, Field(examples=["track"])]
    """The kind of call it came by."""
    received_at: datetime
    """When it came."""
    message_id: Annotated[str, Field(examples=["m-1"])]
    """Its identity."""
    field: Annotated[str, Field(examples=["event"])]
    """What is wrong."""
    message: Annotated[str, Field(examples=["event is missing"])]
    """Why."""
    raw: Annotated[str, Field(examples=['{"type": "track"}'])]
    """What it said; empty once it is settled."""
    settled_at: datetime | None
    """When somebody decided."""

    @classmethod
    def of(cls, row: QuarantinedRecord) -> QuarantineShape:
        """Show a row."""
        return cls.model_validate(row)


class Mended(Shape):
    """A record to be read again."""

    raw: Annotated[
        str | None, Field(max_length=LONGEST_RECORD, examples=['{"event": "Opened"}'])
    ] = None
    """What it should have said, as JSON; null: as it came."""


class MendAsked(Shape):
    """A field that is put right in every record."""

    field: Annotated[str, Field(min_length=1, max_length=100, examples=["event"])]
    """Its name, with dots for what lies inside, such as `context.groupId`."""
    value: Annotated[str | None, Field(max_length=IDENTIFIER, examples=["Report Exported"])] = None
    """What to put there; null: leave the field out."""

    @property
    def mend(self) -> Mend:
        """The same as the actions take it."""
        return Mend(self.field, self.value)


class SettleAsked(Shape):
    """Which of the records that wait."""

    records: Annotated[
        tuple[Annotated[int, Field(ge=1, le=2**63 - 1)], ...] | None, Field(max_length=1_000)
    ] = None
    """Their numbers; null: all."""
    field: Annotated[str | None, Field(max_length=100, examples=["event"])] = None
    """Only those with this field wrong; null: any."""

    mend: MendAsked | None = None
    """What to put right before they are read; null: as they came. Not for discarding."""

    @property
    def chosen(self) -> queries.Chosen:
        """The same as the actions take it."""
        records = None if self.records is None else frozenset(self.records)
        return queries.Chosen(records=records, field=self.field)


class SettledShape(Shape):
    """What became of records."""

    settled: Annotated[int, Field(examples=[12])]
    """How many are stored, or discarded."""
    still_wrong: Annotated[int, Field(examples=[0])]
    """How many are wrong as before and wait still."""
    waiting: Annotated[int, Field(examples=[3])]
    """How many of the source's records wait now."""


def told_of(
    actor: Actor, rows: Sequence[Source]
) -> dict[int, dict[str, Any]]:  # Any: values of its fields
    """Return what is told of each source, by its row's number."""
    trends = queries.hourly_trends(actor, rows)
    refused = refusals.refused_requests(actor, rows)
    counted = {"accepted", "rejected", "refused"}
    names = set(SourceShape.model_fields) - counted
    return {
        row.pk: {name: getattr(row, name) for name in names}
        | {
            "accepted": trends[row.pk].total,
            "rejected": trends[row.pk].rejected,
            "refused": refused[row.pk],
        }
        for row in rows
    }
