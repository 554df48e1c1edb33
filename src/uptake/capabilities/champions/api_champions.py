"""Champions over the API: who they are, how populations are covered, whether it goes with more."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.champions import championing
from uptake.capabilities.champions.championing import Proposal, nominate_champion
from uptake.capabilities.champions.champions import Coverage, coverage, visible_champions
from uptake.capabilities.champions.models import REASON, Champion
from uptake.capabilities.champions.near import ToldNear, visible_near
from uptake.capabilities.champions.near_words import sentence
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of
from uptake.foundation.api.shapes import LONGEST_IDENTIFIER, PersonId, RowId, Shape
from uptake.foundation.errors import NotAllowed

READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE
OWN = Permission.CUSTOMERS_READ

champions = Endpoints("Champions")
own = Endpoints("One's own")
PopulationName = Annotated[str, Field(max_length=200, examples=["sales representative"])]


class ChampionShape(Shape):
    """Somebody who goes ahead in a population, and agreed to be named."""

    id: RowId
    """Its number."""
    person: PersonId
    """Who."""
    population: PopulationName
    """In which population."""
    team: Annotated[str | None, Field(examples=["sales-1"])]
    """Their team; null: none on record."""
    since: date
    """Since when."""

    @classmethod
    def of(cls, row: Champion) -> ChampionShape:
        """Return a champion as the API tells it."""
        team = row.person.team
        return cls(
            id=row.pk,
            person=row.person.external_id,
            population=row.population.name,
            team=team.external_id if team is not None else None,
            since=row.since or row.nominated_at.date(),
        )


class CoverageShape(Shape):
    """How a population is covered by champions; nulls where it is too small to be told."""

    population: PopulationName
    """Which one."""
    champions: Annotated[int, Field(examples=[3])]
    """Who goes ahead there now."""
    waiting: Annotated[int, Field(examples=[1])]
    """Proposals that are not decided or answered."""
    people: Annotated[int | None, Field(examples=[84])]
    """People who are measured against it."""
    per_hundred: Annotated[float | None, Field(examples=[3.6])]
    """Champions for each hundred people."""
    teams: Annotated[int | None, Field(examples=[9])]
    """Teams in which they work."""
    teams_with_champion: Annotated[int | None, Field(examples=[3])]
    """Those that have a champion."""

    @classmethod
    def of(cls, row: Coverage) -> CoverageShape:
        """Return a population's coverage as the API tells it."""
        return cls(
            population=row.population.name,
            champions=row.champions,
            waiting=row.waiting,
            people=row.people,
            per_hundred=row.per_hundred,
            teams=row.teams,
            teams_with_champion=row.teams_with,
        )


class NearShape(Shape):
    """Whether people near a champion met a behaviour sooner: an association, not an effect."""

    behaviour: RowId
    """The number of the behaviour."""
    state: Annotated[str, Field(examples=["measured"])]
    """`measured` or `not measurable`."""
    sooner: Annotated[float | None, Field(examples=[0.6])]
    """Mean wait elsewhere less that near a champion, in due periods within the horizon."""
    low: Annotated[float | None, Field(examples=[0.1])]
    """Lower end of its 95 % interval, teams drawn anew."""
    high: Annotated[float | None, Field(examples=[1.1])]
    """Upper end."""
    p_value: Annotated[float | None, Field(examples=[0.012])]
    """Share of exchanges of teams within accounts that differ as much (stratified log-rank)."""
    horizon: Annotated[int | None, Field(examples=[8])]
    """Due periods that were looked at."""
    near_people: Annotated[int | None, Field(examples=[120])]
    """People near a champion."""
    far_people: Annotated[int | None, Field(examples=[340])]
    """People elsewhere."""
    sentence: Annotated[str, Field(examples=["Near a champion people first met it after 1.8 ..."])]
    """The same in words, or why it is not measurable."""
    computed_at: datetime
    """When it was worked out."""

    @classmethod
    def of(cls, told: ToldNear) -> NearShape:
        """Return a comparison as the API tells it."""
        found = told.near.first
        return cls(
            behaviour=told.behaviour.pk,
            state="measured" if found else "not measurable",
            sooner=found.sooner if found else None,
            low=found.interval.low if found else None,
            high=found.interval.high if found else None,
            p_value=found.p_value if found else None,
            horizon=found.horizon if found else None,
            near_people=found.near.people if found else None,
            far_people=found.far.people if found else None,
            sentence=sentence(found, told.near.first_missing),
            computed_at=told.computed_at,
        )


class NewChampion(Shape):
    """Who shall go ahead."""

    who: Annotated[str, Field(max_length=LONGEST_IDENTIFIER, examples=["edith@example.org"])]
    """Their mail address, or how the software knows them."""
    population: PopulationName
    """In which population; they have to belong to it."""
    why: Annotated[str, Field(max_length=600, examples=["Her notes are the ones we copy."])]
    """What others can learn from them; they read it."""


class Decided(Shape):
    """What whoever leads somebody says to a proposal."""

    confirm: Annotated[bool, Field(examples=[True])]
    """Whether they go ahead, if they say yes themselves."""
    since: Annotated[date | None, Field(examples=[None])] = None
    """Since when they do, where that was before; null: from their yes on."""


class OwnAnswer(Shape):
    """What somebody who was asked says."""

    accept: Annotated[bool, Field(examples=[True])]
    """Whether they go ahead; false after a yes: no longer."""
    reason: Annotated[str, Field(max_length=REASON, examples=[""])] = ""
    """Why not, if they like."""


class ProposedShape(Shape):
    """A proposal, which is confirmed and answered by people."""

    id: RowId
    """Its number."""
    standing: Annotated[str, Field(examples=["nominated"])]
    """How far it has come."""


@champions.get("/champions", answers=Listed[ChampionShape], needs=READ)
def list_champions(request: ApiRequest, paging: Query[Paging]) -> Listed[ChampionShape]:
    """List who goes ahead now, by population."""
    rows = list(visible_champions(request.actor))
    return page_of(rows, paging, key=lambda row: str(row.pk), show=ChampionShape.of)


@champions.post("/champions", answers=ProposedShape, needs=WRITE)
def propose_champion(request: ApiRequest, body: NewChampion) -> ProposedShape:
    """Propose a champion; whoever leads them confirms it, then they answer. Not for keys."""
    made = nominate_champion(request.actor, Proposal(body.who, body.population, body.why))
    return ProposedShape(id=made.pk, standing=made.standing)


@champions.post("/champions/{champion}/decide", answers=ProposedShape, needs=WRITE)
def decide_champion(request: ApiRequest, champion: int, body: Decided) -> ProposedShape:
    """Confirm a proposal, or not, by whoever leads them; confirmed, they are asked themselves.

    Not for keys: nobody confirms themselves.
    """
    if request.actor.user is None:
        raise NotAllowed("A person confirms a champion, signed in; a key does not.")
    made = championing.decide_champion(
        request.actor, champion, confirm=body.confirm, since=body.since
    )
    return ProposedShape(id=made.pk, standing=made.standing)


@champions.post("/champions/{champion}/end", answers=ProposedShape, needs=WRITE)
def end_champion(request: ApiRequest, champion: int) -> ProposedShape:
    """Say that somebody is champion no longer, or take a proposal back."""
    made = championing.end_champion(request.actor, champion)
    return ProposedShape(id=made.pk, standing=made.standing)


@own.post("/me/champions/{champion}/answer", answers=ProposedShape, needs=OWN)
def answer_as_champion(request: ApiRequest, champion: int, body: OwnAnswer) -> ProposedShape:
    """Say yes or no to being a champion, or stop being one; nobody answers for another."""
    made = championing.answer_as_champion(
        request.actor, champion, accept=body.accept, reason=body.reason
    )
    return ProposedShape(id=made.pk, standing=made.standing)


@champions.get("/champions/coverage", answers=Listed[CoverageShape], needs=READ)
def list_coverage(request: ApiRequest, paging: Query[Paging]) -> Listed[CoverageShape]:
    """List populations with their champions, those without any first."""
    rows = coverage(request.actor)
    return page_of(rows, paging, key=lambda row: str(row.population.pk), show=CoverageShape.of)


@champions.get("/champions/nearness", answers=Listed[NearShape], needs=READ)
def list_nearness(request: ApiRequest, paging: Query[Paging]) -> Listed[NearShape]:
    """List whether people near a champion met what is asked sooner, by behaviour."""
    rows = visible_near(request.actor)
    return page_of(rows, paging, key=lambda row: str(row.behaviour.pk), show=NearShape.of)
