"""What people say about what is asked of them, over the API: their questions, what stops them."""

from __future__ import annotations

from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.behaviours import speaking, words_of_leaders
from uptake.capabilities.behaviours.api_numbers import ObstacleShape
from uptake.capabilities.behaviours.api_shapes import QuestionQuery, QuestionShape
from uptake.capabilities.behaviours.models import BarrierReport, LeadersWord, Obstacle, WordKind
from uptake.capabilities.behaviours.queries import access_behaviour
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape
from uptake.foundation.errors import NotAllowed

READ, OWN = Permission.BEHAVIOURS_READ, Permission.CUSTOMERS_READ
LEADS = Permission.BEHAVIOURS_WRITE
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


class NewWord(Shape):
    """What somebody who leads people tells them."""

    text: Annotated[str, Field(max_length=LONGEST, examples=["Calls to customers alone."])]
    """In their own words."""


class NewFollowUp(NewWord):
    """What was done about what stops people."""

    obstacle: Annotated[Obstacle, Field(examples=["time"])]
    """Which kind of thing stops them."""


class WordShape(Shape):
    """What somebody told the people whom they lead."""

    id: RowId
    """Its number."""
    behaviour: RowId
    """The number of the behaviour."""
    kind: WordKind
    """Whether it explains, thanks, or says what was done."""
    text: Annotated[str, Field(examples=["Calls to customers alone."])]
    """In their own words."""

    @classmethod
    def of(cls, row: LeadersWord) -> WordShape:
        """Show what was said; never to whom thanks go."""
        return cls(id=row.pk, behaviour=row.behaviour_id, kind=WordKind(row.kind), text=row.text)


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


@own.delete("/me/obstacles/{obstacle}", needs=OWN)
def take_back_obstacle(request: ApiRequest, obstacle: int) -> None:
    """Take back what the caller said stops them."""
    speaking.take_back_obstacle(request.actor, obstacle)


@own.post("/me/team/behaviours/{behaviour}/explain", answers=WordShape, needs=LEADS, status=201)
def explain_behaviour(request: ApiRequest, behaviour: int, body: NewWord) -> WordShape:
    """Tell the people whom the caller leads what exactly is meant; it stands in their week."""
    return WordShape.of(words_of_leaders.explain(_leader(request), behaviour, text=body.text))


@own.post("/me/team/behaviours/{behaviour}/thank", answers=WordShape, needs=LEADS, status=201)
def thank_improvers(request: ApiRequest, behaviour: int, body: NewWord) -> WordShape:
    """Thank those who improved; each of them reads it, and nobody learns who they are."""
    return WordShape.of(
        words_of_leaders.thank_improvers(_leader(request), behaviour, text=body.text)
    )


@own.post("/me/team/behaviours/{behaviour}/follow-up", answers=WordShape, needs=LEADS, status=201)
def follow_up_obstacle(request: ApiRequest, behaviour: int, body: NewFollowUp) -> WordShape:
    """Say what was done about what stops people; those whom it stops read it in their week."""
    said = words_of_leaders.follow_up(
        _leader(request), behaviour, obstacle=body.obstacle, text=body.text
    )
    return WordShape.of(said)


def _leader(request: ApiRequest) -> Actor:
    """Whoever leads people is signed in: what they say stands under their name."""
    if request.actor.user is None:
        raise NotAllowed("Whoever leads people says this, signed in; a key does not.")
    return request.actor


ROUTERS = (said.router, own.router)
"""What is added to the API."""
