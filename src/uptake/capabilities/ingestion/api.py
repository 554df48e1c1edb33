"""Sources, their keys, what came from them and what was wrong, over the API."""

from __future__ import annotations

from datetime import timedelta

from ninja import Query

from uptake.capabilities.ingestion import actions, queries
from uptake.capabilities.ingestion.api_shapes import (
    Issued,
    Mended,
    NewSource,
    QuarantineQuery,
    QuarantineShape,
    Rotation,
    SettleAsked,
    SettledShape,
    SourceAsked,
    SourceDetail,
    SourceSettingsShape,
    SourceShape,
    told_of,
)
from uptake.capabilities.ingestion.models import Source
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.lake import open_lake

READ, MANAGE = Permission.SOURCES_READ, Permission.SOURCES_MANAGE

sources = Endpoints("Sources and quarantine")


@sources.get("/sources", answers=Listed[SourceShape], needs=READ)
def list_sources(request: ApiRequest, asked: Query[Paging]) -> Listed[SourceShape]:
    """List what sends events, with when it was last seen, volume and errors, by its place."""
    rows = queries.visible_sources(request.actor)
    told = told_of(request.actor, list(rows))

    def show(row: Source) -> SourceShape:
        return SourceShape(**told[row.pk])

    return page_of_rows(rows, asked, order=("slug",), show=show)


@sources.post("/sources", answers=Issued, needs=MANAGE, status=201)
def create_source(request: ApiRequest, body: NewSource) -> Issued:
    """Create a source and its first write key, which is shown here and nowhere else."""
    settings = actions.SourceSettings(**body.model_dump(exclude={"name"}))
    issued = actions.create_source(request.actor, body.name, settings=settings)
    return Issued(source=issued.source.slug, key=issued.key)


@sources.get("/sources/{slug}", answers=SourceDetail, needs=READ)
def get_source(request: ApiRequest, slug: str, asked: Query[SourceAsked]) -> SourceDetail:
    """Show a source with its keys, what came from it hour by hour, and what was refused."""
    return SourceDetail.read(request.actor, slug, hours=asked.hours)


@sources.put("/sources/{slug}", answers=SourceDetail, needs=MANAGE)
def change_source(request: ApiRequest, slug: str, body: SourceSettingsShape) -> SourceDetail:
    """Replace what was decided about a source; it holds from the next request on."""
    actions.change_source(request.actor, slug, settings=body.settings)
    return SourceDetail.read(request.actor, slug)


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
