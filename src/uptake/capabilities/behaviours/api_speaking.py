"""What people say about what is asked of them, over the API: their questions, what stops them."""

from __future__ import annotations

from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.behaviours import speaking
from uptake.capabilities.behaviours.api_numbers import ObstacleShape
from uptake.capabilities.behaviours.api_shapes import QuestionQuery, QuestionShape
from uptake.capabilities.behaviours.models import BarrierReport, Obstacle
from uptake.capabilities.behaviours.queries import access_behaviour
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape

READ, OWN = Permission.BEHAVIOURS_READ, Permission.CUSTOMERS_READ
LONGEST = 2_000

said = Endpoints("Behaviours")
own = Endpoints("One's own")


class NewQuestion(Shape):
    """A question about what is asked of the caller."""

    question: Annotated[str, Field(max_length=LONGEST, examples=["Which calls?"])]
    """What is unclear; whoever answers sees who asks."""


class NewObstacle(Shape):
    """Something that stops the caller."""

    kind: Annotated[Obstacle, Field(examples=["time"])]
    """Which kind of thing."""
    text: Annotated[str, Field(max_length=LONGEST, examples=["We are two short"])] = ""
    """The same in one's own words."""


class OwnObstacleShape(Shape):
    """Something that the caller said stops them; others learn how many people say so."""

    id: RowId
    """Its number."""
    behaviour: RowId
    """The number of the behaviour."""
    kind: Annotated[str, Field(examples=["time"])]
    """Which kind of thing."""
    text: Annotated[str, Field(examples=["We are two short"])]
    """In one's own words."""

    @classmethod
    def of(cls, row: BarrierReport) -> OwnObstacleShape:
        """Show what somebody said."""
        return cls(id=row.pk, behaviour=row.behaviour_id, kind=row.kind, text=row.text)


@said.get("/behaviours/{behaviour}/obstacles", answers=Listed[ObstacleShape], needs=READ)
def list_obstacles(
    request: ApiRequest, behaviour: int, asked: Query[Paging]
) -> Listed[ObstacleShape]:
    """List what stops how many people, the smallest group or more, the most frequent first."""
    row = access_behaviour(request.actor, behaviour)
    found = speaking.obstacles_by_kind(row, fewest=request.actor.workspace.minimum_group)
    return page_of(
        found,
        asked,
        key=lambda each: each[0].value,
        show=lambda each: ObstacleShape(
            kind=each[0].value, words=str(each[0].label), people=each[1]
        ),
    )


@own.get("/me/questions", answers=Listed[QuestionShape], needs=OWN)
def list_own_questions(request: ApiRequest, asked: Query[QuestionQuery]) -> Listed[QuestionShape]:
    """List what the caller asked, with the answers, the oldest first."""
    rows = speaking.own_questions(request.actor)
    if asked.open is not None:
        rows = rows.filter(answered_at__isnull=asked.open)
    return page_of_rows(rows, asked, order=("id",), show=QuestionShape.of)


@own.post("/me/behaviours/{behaviour}/questions", answers=QuestionShape, needs=OWN, status=201)
def ask_question(request: ApiRequest, behaviour: int, body: NewQuestion) -> QuestionShape:
    """Ask what exactly is wanted; it waits and ages until somebody answers."""
    row = speaking.ask_what_is_wanted(request.actor, behaviour, question=body.question)
    return QuestionShape.of(row)


@own.get("/me/obstacles", answers=Listed[OwnObstacleShape], needs=OWN)
def list_own_obstacles(request: ApiRequest, asked: Query[Paging]) -> Listed[OwnObstacleShape]:
    """List what the caller said stops them, the oldest first."""
    rows = speaking.own_obstacles(request.actor)
    return page_of_rows(rows, asked, order=("id",), show=OwnObstacleShape.of)


@own.post("/me/behaviours/{behaviour}/obstacles", answers=OwnObstacleShape, needs=OWN, status=201)
def report_obstacle(request: ApiRequest, behaviour: int, body: NewObstacle) -> OwnObstacleShape:
    """Say what stops the caller; others learn how many people it stops, and nobody's name."""
    row = speaking.say_what_stops(request.actor, behaviour, kind=body.kind, text=body.text)
    return OwnObstacleShape.of(row)


ROUTERS = (said.router, own.router)
"""What is added to the API."""
