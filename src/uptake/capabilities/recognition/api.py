"""Recognition over the API: what people agreed to have public."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.recognition.models import Nomination
from uptake.capabilities.recognition.queries import public_nominations
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.api.shapes import PersonId, RowId, Shape

recognition = Endpoints("Recognition")


class RecognitionShape(Shape):
    """Somebody was seen doing well what is asked, and agreed that others know."""

    id: RowId
    """Its number."""
    person: PersonId
    """Who."""
    behaviour: RowId
    """The number of the behaviour."""
    week: date
    """The Monday of the week in which it was seen."""
    text: Annotated[str, Field(examples=["Her notes let me call back at once."])]
    """What helped, in the words of who saw it."""
    nominated_by: Annotated[str, Field(examples=["Edith"])]
    """Who saw it."""

    @classmethod
    def of(cls, row: Nomination) -> RecognitionShape:
        """Return a public nomination as the API tells it."""
        return cls(
            id=row.pk,
            person=row.person.external_id,
            behaviour=row.behaviour_id,
            week=row.week,
            text=row.text,
            nominated_by=row.nominated_by,
        )


@recognition.get("/recognitions", answers=Listed[RecognitionShape], needs=Permission.CUSTOMERS_READ)
def list_recognitions(request: ApiRequest, paging: Query[Paging]) -> Listed[RecognitionShape]:
    """List what people agreed to have public, the newest first."""
    rows = public_nominations(request.actor)
    return page_of_rows(rows, paging, order=("-pk",), show=RecognitionShape.of)


ROUTERS = (recognition.router,)
