"""The register of incentives over the API: what is rewarded, its effect, what was proposed."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.behaviours.keeping import all_figures
from uptake.capabilities.customers.models import NAME
from uptake.capabilities.incentives import actions
from uptake.capabilities.incentives.actions import MOST_LINKS, Decision, IncentiveFacts, LinkFacts
from uptake.capabilities.incentives.effects import Effect, Finding, What, effects
from uptake.capabilities.incentives.models import (
    TEXT,
    Answer,
    Incentive,
    Kind,
    Link,
    Proposal,
    Way,
)
from uptake.capabilities.incentives.queries import (
    access_incentive,
    told_numbers_of,
    visible_incentives,
)
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape

incentives = Endpoints("Incentives")
READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE
Known = Annotated[float | None, Field(examples=[0.6])]


Name = Annotated[str, Field(min_length=1, max_length=NAME)]
Told = Annotated[str, Field(min_length=1, max_length=TEXT)]


class LinkShape(Shape):
    """That an incentive works for or against a behaviour."""

    behaviour: RowId
    """The number of the behaviour."""
    way: Way
    """Which way."""
    how: Annotated[Told, Field(examples=["Who takes time to write a note closes fewer cases."])]
    """How."""

    @classmethod
    def of(cls, link: Link) -> LinkShape:
        """Return a link as the API tells it."""
        return cls(behaviour=link.behaviour_id, way=Way(link.way), how=link.how)


class ProposalShape(Shape):
    """What somebody was asked to change."""

    id: RowId
    """Its number."""
    what: Annotated[str, Field(examples=["Pay for cases that stay closed."])]
    """What shall change."""
    to_whom: Annotated[str, Field(examples=["HR"])]
    """Who was asked."""
    proposed_on: date
    """When."""
    answer: Answer
    """What became of it."""
    decided_by: Annotated[str, Field(examples=["Head of HR"])]
    """Who decided; empty: nobody yet."""
    decided_on: date | None
    """When; null: not yet."""
    reason: Annotated[str, Field(examples=["It costs no more."])]
    """Why."""
    holds_from: date | None
    """From when on what was accepted holds."""

    @classmethod
    def of(cls, row: Proposal) -> ProposalShape:
        """Return a proposal as the API tells it."""
        return cls(
            id=row.pk,
            what=row.what,
            to_whom=row.to_whom,
            proposed_on=row.proposed_on,
            answer=Answer(row.answer),
            decided_by=row.decided_by,
            decided_on=row.decided_on,
            reason=row.reason,
            holds_from=row.holds_from,
        )


class IncentiveShape(Shape):
    """Something that is rewarded or punished, as somebody found it."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Bonus for closed cases"])]
    """What people call it."""
    kind: Kind
    """In what coin it is paid."""
    what: Annotated[str, Field(examples=["2 EUR for every closed case"])]
    """What exactly is rewarded or punished."""
    whom: Annotated[str, Field(examples=["Service agents"])]
    """Of whom."""
    population: Annotated[str, Field(examples=["service agent"])]
    """The same as a population on record; empty: none."""
    account: Annotated[str, Field(examples=["a001"])]
    """Where it is given; empty: everywhere."""
    given_by: Annotated[str, Field(examples=["Head of service"])]
    """Who gives it."""
    since: date | None
    """Its first day; null: nobody knows."""
    until: date | None
    """Its last day; null: it is given still."""
    source: Annotated[str, Field(examples=["Pay slips of two agents"])]
    """How anybody knows."""
    links: tuple[LinkShape, ...]
    """What it works for or against."""
    proposals: tuple[ProposalShape, ...]
    """What was proposed, the newest first."""

    @classmethod
    def of(cls, row: Incentive) -> IncentiveShape:
        """Return an incentive as the API tells it."""
        return cls(
            id=row.pk,
            name=row.name,
            kind=Kind(row.kind),
            what=row.what,
            whom=row.whom,
            population=str(row.population or ""),
            account=row.account.external_id if row.account else "",
            given_by=row.given_by,
            since=row.since,
            until=row.until,
            source=row.source,
            links=tuple(LinkShape.of(link) for link in row.links.all()),
            proposals=tuple(ProposalShape.of(each) for each in row.proposals.all()),
        )


class WrittenIncentive(Shape):
    """Something that is rewarded or punished, as somebody wants it in the register."""

    name: Annotated[Name, Field(examples=["Bonus for closed cases"])]
    """What people call it."""
    kind: Kind
    """In what coin it is paid."""
    what: Annotated[Told, Field(examples=["2 EUR for every closed case"])]
    """What exactly is rewarded or punished."""
    whom: Annotated[Name, Field(examples=["Service agents"])]
    """Of whom."""
    given_by: Annotated[Name, Field(examples=["Head of service"])]
    """Who gives it."""
    source: Annotated[Told, Field(examples=["Pay slips of two agents"])]
    """How you know."""
    since: Annotated[date | None, Field(examples=["2026-01-01"])] = None
    """Its first day; null: nobody knows."""
    until: Annotated[date | None, Field(examples=[None])] = None
    """Its last day; null: it is given still."""
    population: Annotated[str, Field(max_length=NAME, examples=[""])] = ""
    """A population on record that gets it; empty: none."""
    links: Annotated[tuple[LinkShape, ...], Field(max_length=MOST_LINKS)] = ()
    """What it works for or against."""

    def facts_in(self, account: str = "") -> IncentiveFacts:
        """The same as facts, given in an account."""
        links = (LinkFacts(each.behaviour, each.way, each.how) for each in self.links)
        told = self.model_dump(exclude={"links", "account"})
        return IncentiveFacts(**told, account=account, links=tuple(links))


class NewIncentive(WrittenIncentive):
    """An incentive for the register."""

    account: Annotated[str, Field(max_length=254, examples=["a001"])] = ""
    """Where it is given; empty: everywhere that the caller sees."""


class LastDay(Shape):
    """The day with which something ends."""

    until: Annotated[date, Field(examples=["2026-06-30"])]
    """Its last day."""


class NewProposal(Shape):
    """What somebody was asked to change."""

    what: Annotated[Told, Field(examples=["Pay for cases that stay closed."])]
    """What shall change."""
    to_whom: Annotated[Name, Field(examples=["HR"])]
    """Who was asked."""
    proposed_on: Annotated[date | None, Field(examples=["2026-06-30"])] = None
    """When; null: today."""


class NewDecision(Shape):
    """What was decided about a proposal."""

    accepts: Annotated[bool, Field(examples=[True])]
    """Whether it was accepted; else refused."""
    by: Annotated[Name, Field(examples=["Head of HR"])]
    """Who decided."""
    reason: Annotated[Told, Field(examples=["It costs no more."])]
    """Why."""
    on: Annotated[date, Field(examples=["2026-07-15"])]
    """When it was decided."""
    holds_from: Annotated[date | None, Field(examples=["2026-08-01"])] = None
    """From when on what was accepted holds; null: it was refused."""


class EffectShape(Shape):
    """A behaviour before and after a day on which an incentive changed."""

    behaviour: RowId
    """The number of the behaviour."""
    what: What
    """What happened to the incentive."""
    day: date
    """When."""
    rises: bool
    """Whether the behaviour should have risen; else fallen."""
    finding: Finding
    """What may be said."""
    sentence: Annotated[str, Field(examples=["Not measurable: 3 periods are known from before."])]
    """The same in a sentence."""
    before: Known
    """Mean share of the people who met it, by period, before; null: none."""
    after: Known
    """The same since."""
    is_beside: bool
    """People were first asked for it in the same weeks: nobody can tell which it was."""

    @classmethod
    def of(cls, found: Effect) -> EffectShape:
        """Return an effect as the API tells it."""
        return cls(
            behaviour=found.behaviour.pk,
            what=found.what,
            day=found.day,
            rises=found.rises,
            finding=found.finding,
            sentence=found.sentence,
            before=found.before,
            after=found.after,
            is_beside=found.is_beside,
        )


class Effects(Shape):
    """What changed with an incentive, the newest first."""

    effects: tuple[EffectShape, ...]
    """One for every behaviour it works on and every day on which it changed."""


@incentives.get("/incentives", answers=Listed[IncentiveShape], needs=READ)
def list_incentives(request: ApiRequest, paging: Query[Paging]) -> Listed[IncentiveShape]:
    """List the register by name; who is limited to an account sees what is given there."""
    rows = visible_incentives(request.actor)
    return page_of_rows(rows, paging, order=("name", "pk"), show=IncentiveShape.of)


@incentives.post("/incentives", answers=IncentiveShape, needs=WRITE)
def create_incentive(request: ApiRequest, body: NewIncentive) -> IncentiveShape:
    """Write an incentive down in the register."""
    made = actions.register(request.actor, body.facts_in(body.account))
    return _shown(request, made.pk)


@incentives.get("/incentives/{incentive}", answers=IncentiveShape, needs=READ)
def get_incentive(request: ApiRequest, incentive: int) -> IncentiveShape:
    """Show one incentive."""
    return IncentiveShape.of(access_incentive(request.actor, incentive))


@incentives.get("/incentives/{incentive}/effects", answers=Effects, needs=READ)
def get_incentive_effects(request: ApiRequest, incentive: int) -> Effects:
    """Show what changed with an incentive, under the conditions of "it changed".

    Of behaviours whose numbers the caller may read: what is asked of all customers is left out for
    one of them.
    """
    row = access_incentive(request.actor, incentive)
    _basis, figures = all_figures(request.actor.workspace) if row.links.all() else (None, {})
    found = effects(row, figures, told=told_numbers_of(request.actor))
    return Effects(effects=tuple(map(EffectShape.of, found)))


@incentives.put("/incentives/{incentive}", answers=IncentiveShape, needs=WRITE)
def change_incentive(request: ApiRequest, incentive: int, body: WrittenIncentive) -> IncentiveShape:
    """Correct what is written of an incentive; where it is given stays."""
    actions.change(request.actor, incentive, body.facts_in())
    return _shown(request, incentive)


@incentives.post("/incentives/{incentive}/end", answers=IncentiveShape, needs=WRITE)
def end_incentive(request: ApiRequest, incentive: int, body: LastDay) -> IncentiveShape:
    """Say until which day an incentive was given; it stays in the register."""
    actions.end(request.actor, incentive, last=body.until)
    return _shown(request, incentive)


@incentives.post("/incentives/{incentive}/proposals", answers=IncentiveShape, needs=WRITE)
def propose_change(request: ApiRequest, incentive: int, body: NewProposal) -> IncentiveShape:
    """Note what HR, or whoever gives an incentive, was asked to change."""
    actions.propose(request.actor, incentive, **body.model_dump())
    return _shown(request, incentive)


@incentives.post(
    "/incentives/{incentive}/proposals/{proposal}/decide", answers=IncentiveShape, needs=WRITE
)
def decide_change(
    request: ApiRequest, incentive: int, proposal: int, body: NewDecision
) -> IncentiveShape:
    """Note what was decided about a proposal, by whom and why; it is decided once."""
    actions.decide(request.actor, incentive, proposal, Decision(**body.model_dump()))
    return _shown(request, incentive)


def _shown(request: ApiRequest, incentive: int) -> IncentiveShape:
    return IncentiveShape.of(access_incentive(request.actor, incentive))


ROUTERS = (incentives.router,)
