"""Sources, their keys, what came from them and what was wrong, over the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from uptake.capabilities.ingestion import actions, queries
from uptake.capabilities.ingestion.mending import Mend
from uptake.capabilities.ingestion.models import (
    IDENTIFIER,
    NAME,
    QuarantinedRecord,
    QuarantineState,
    Source,
    SourceKey,
)
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.api.shapes import Asked, RowId, Shape
from uptake.foundation.lake import open_lake

READ, MANAGE = Permission.SOURCES_READ, Permission.SOURCES_MANAGE
LONGEST_RECORD = 64 * 1024
MOST_HOURS = 24 * 31

sources = Endpoints("Sources and quarantine")

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
    """Records refused in the last 48 hours."""
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
    """Records refused."""


class SourceDetail(SourceShape):
    """A source with its keys and its last hours."""

    keys: tuple[SourceKeyShape, ...]
    """Keys that work, or are about to end."""
    hours: tuple[HourShape, ...]
    """Hour by hour, the oldest first."""


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


@sources.get("/sources", answers=Listed[SourceShape], needs=READ)
def list_sources(request: ApiRequest, asked: Query[Paging]) -> Listed[SourceShape]:
    """List what sends events, with when it was last seen, volume and errors, by its place."""
    rows = queries.visible_sources(request.actor)
    trends = queries.hourly_trends(request.actor, list(rows))

    def show(row: Source) -> SourceShape:
        return SourceShape(**_told(row, trends[row.pk]))

    return page_of_rows(rows, asked, order=("slug",), show=show)


def _told(row: Source, trend: queries.Trend) -> dict[str, Any]:  # Any: values of its fields
    names = set(SourceShape.model_fields) - {"accepted", "rejected"}
    counts = {"accepted": trend.total, "rejected": trend.rejected}
    return {name: getattr(row, name) for name in names} | counts


@sources.post("/sources", answers=Issued, needs=MANAGE, status=201)
def create_source(request: ApiRequest, body: NewSource) -> Issued:
    """Create a source and its first write key, which is shown here and nowhere else."""
    settings = actions.SourceSettings(**body.model_dump(exclude={"name"}))
    issued = actions.create_source(request.actor, body.name, settings=settings)
    return Issued(source=issued.source.slug, key=issued.key)


@sources.get("/sources/{slug}", answers=SourceDetail, needs=READ)
def get_source(request: ApiRequest, slug: str, asked: Query[SourceAsked]) -> SourceDetail:
    """Show a source with its keys and what came from it hour by hour."""
    row = queries.access_source(request.actor, slug)
    trend = queries.hourly_trends(request.actor, [row])[row.pk]
    counted = queries.hourly_counts(request.actor, row, hours=asked.hours)
    return SourceDetail(
        **_told(row, trend),
        keys=tuple(map(SourceKeyShape.of, queries.visible_keys(request.actor, row))),
        hours=tuple(HourShape.model_validate(hour) for hour in counted),
    )


@sources.put("/sources/{slug}", answers=SourceDetail, needs=MANAGE)
def change_source(request: ApiRequest, slug: str, body: SourceSettingsShape) -> SourceDetail:
    """Replace what was decided about a source; it holds from the next request on."""
    actions.change_source(request.actor, slug, settings=body.settings)
    return get_source(request, slug, SourceAsked())


@sources.post("/sources/{slug}/rotation", answers=Issued, needs=MANAGE, status=201)
def rotate_source_key(request: ApiRequest, slug: str, body: Rotation) -> Issued:
    """Issue a new write key; those there are go on working for a while, so that nothing is lost."""
    overlap = timedelta(hours=body.overlap_hours)
    issued = actions.rotate_key(request.actor, slug, overlap=overlap)
    return Issued(source=issued.source.slug, key=issued.key)


@sources.delete("/sources/{slug}/keys/{key}", needs=MANAGE)
def revoke_source_key(request: ApiRequest, slug: str, key: int) -> None:
    """End a write key at once; what still uses it gets 401."""
    actions.revoke_key(request.actor, slug, key)


@sources.get("/sources/{slug}/quarantine", answers=Listed[QuarantineShape], needs=MANAGE)
def list_quarantine(
    request: ApiRequest, slug: str, asked: Query[QuarantineQuery]
) -> Listed[QuarantineShape]:
    """List the records of a source that could not be stored, the newest first."""
    source = queries.access_source(request.actor, slug)
    rows = queries.visible_quarantine(request.actor, source)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page_of_rows(rows, asked, order=("-received_at", "-id"), show=QuarantineShape.of)


@sources.post("/quarantine/{record}/replay", answers=QuarantineShape, needs=MANAGE)
def replay_record(request: ApiRequest, record: int, body: Mended) -> QuarantineShape:
    """Read a record again, as it came or mended, and store what it says.

    The event keeps the identity it had, so that doing this twice stores it once.
    """
    with open_lake() as lake:
        replayed = actions.fix_and_replay(request.actor, record, lake=lake, raw=body.raw)
    return QuarantineShape.of(replayed)


@sources.post("/quarantine/{record}/discard", answers=QuarantineShape, needs=MANAGE)
def discard_record(request: ApiRequest, record: int) -> QuarantineShape:
    """Decide that a record is not wanted; what it said is deleted, that it was there stays."""
    return QuarantineShape.of(actions.discard(request.actor, record))


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


@sources.post("/sources/{slug}/quarantine/replay", answers=SettledShape, needs=MANAGE)
def replay_records(request: ApiRequest, slug: str, body: SettleAsked) -> SettledShape:
    """Read records again, with one field put right or as they came, and store those now right.

    Events keep the identity they had, so that doing this twice stores them once.
    """
    with open_lake() as lake:
        mend = body.mend.mend if body.mend else None
        done = actions.replay_waiting(request.actor, slug, body.chosen, lake=lake, mend=mend)
    return SettledShape.model_validate(done)


@sources.post("/sources/{slug}/quarantine/discard", answers=SettledShape, needs=MANAGE)
def discard_records(request: ApiRequest, slug: str, body: SettleAsked) -> SettledShape:
    """Decide that records are not wanted; what they said is deleted, that they were there stays."""
    done = actions.discard_waiting(request.actor, slug, body.chosen)
    return SettledShape.model_validate(done)


ROUTERS = (sources.router,)
