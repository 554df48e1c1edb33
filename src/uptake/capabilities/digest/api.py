"""The digest over the API: what whoever is signed in was told, exactly as it was sent."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.digest.models import Digest
from uptake.capabilities.digest.personal import own_digests
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.api.shapes import Shape
from uptake.foundation.delivery.messages import read

own = Endpoints("One's own")


class DigestShape(Shape):
    """What somebody was told in one week."""

    week: date
    """The Monday."""
    subject: Annotated[str, Field(examples=["Your team: 2 questions wait"])]
    """The subject of the mail."""
    paragraphs: tuple[str, ...]
    """Its paragraphs; lines below a heading begin with a dash."""
    state: Annotated[str | None, Field(examples=["sent"])]
    """What became of the message; null once it is no longer kept."""

    @classmethod
    def of(cls, row: Digest) -> DigestShape:
        """Return a digest as the API tells it."""
        said = read(row.said)
        return cls(
            week=row.week,
            subject=said.subject,
            paragraphs=said.paragraphs,
            state=row.delivery.state if row.delivery is not None else None,
        )


@own.get("/me/digests", answers=Listed[DigestShape], needs=Permission.TEAM_METRICS_READ)
def list_own_digests(request: ApiRequest, paging: Query[Paging]) -> Listed[DigestShape]:
    """List what whoever is signed in was told about the people they lead, the newest first."""
    _who, rows = own_digests(request.actor)
    return page_of_rows(rows, paging, order=("-week",), show=DigestShape.of)


ROUTERS = (own.router,)
