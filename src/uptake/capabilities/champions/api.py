"""Who carries what is asked, over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.behaviours.queries import access_behaviour
from uptake.capabilities.champions.api_champions import champions, own
from uptake.capabilities.champions.carrying import Slot, State, carried, rows_of
from uptake.capabilities.champions.circles import circle_of
from uptake.capabilities.champions.models import Job
from uptake.capabilities.champions.naming import Named, name_carrier, take_off
from uptake.capabilities.customers.models import Population
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of
from uptake.foundation.api.shapes import LONGEST_IDENTIFIER, RowId, Shape
from uptake.foundation.errors import Invalid

READ, WRITE = Permission.BEHAVIOURS_READ, Permission.BEHAVIOURS_WRITE

jobs = Endpoints("Champions")


class JobShape(Shape):
    """One of the three jobs around a behaviour, for one population that it addresses."""

    behaviour: RowId
    """The number of the behaviour."""
    population: Annotated[str | None, Field(examples=["sales representative"])]
    """The name of the population; null: everybody it is asked of."""
    job: Job
    """`model` shows how it is done, `remind` reminds people, `recognise` notices and thanks."""
    state: State
    """`held`, or why nobody does it: `nobody yet`, `has left` or `declined`."""
    name: Annotated[str | None, Field(examples=["Edith"])]
    """Who does it; null where nobody does."""
    since: date | None
    """Since when; null where nobody does."""
    carrier: RowId | None
    """The number of who has it, to take it off them; null where nobody has it."""

    @classmethod
    def of(cls, slot: Slot) -> JobShape:
        """Return a job as the API tells it."""
        held = slot.carrier if not slot.is_red else None
        has_it = slot.carrier if slot.carrier is not None and slot.carrier.until is None else None
        return cls(
            behaviour=slot.behaviour.pk,
            population=slot.population.name if slot.population is not None else None,
            job=slot.job,
            state=slot.state,
            name=held.name if held else None,
            since=held.since if held else None,
            carrier=has_it.pk if has_it else None,
        )


class NewCarrier(Shape):
    """Who gets a job."""

    who: Annotated[str, Field(max_length=LONGEST_IDENTIFIER, examples=["edith@example.org"])]
    """Their mail address, or how the software knows them."""
    population: Annotated[str | None, Field(max_length=200)] = None
    """The name of the population; null: the only one that the behaviour addresses."""
    since: date | None = None
    """Since when; null: today."""


@jobs.get("/jobs", answers=Listed[JobShape], needs=READ)
def list_jobs(request: ApiRequest, paging: Query[Paging]) -> Listed[JobShape]:
    """List the jobs around what people are asked for, those that nobody does first."""
    slots = [slot for row in carried(request.actor) for slot in row.slots]
    return page_of(slots, paging, key=_key, show=JobShape.of)


@jobs.get("/behaviours/{behaviour}/jobs", answers=Listed[JobShape], needs=READ)
def list_jobs_of_behaviour(
    request: ApiRequest, behaviour: RowId, paging: Query[Paging]
) -> Listed[JobShape]:
    """List the jobs around one behaviour."""
    found = access_behaviour(request.actor, behaviour)
    rows = rows_of(request.actor.workspace, [found], circle_of(request.actor))
    slots = [slot for row in rows for slot in row.slots]
    return page_of(slots, paging, key=_key, show=JobShape.of)


@jobs.put("/behaviours/{behaviour}/jobs/{job}", answers=JobShape, needs=WRITE)
def name_job(request: ApiRequest, behaviour: RowId, job: Job, body: NewCarrier) -> JobShape:
    """Give somebody a job and tell them; whoever had it has it no longer."""
    found = access_behaviour(request.actor, behaviour)
    key = None if body.population is None else _population(request, body.population)
    carrier = name_carrier(request.actor, found.pk, Named(job, body.who, key, body.since))
    return JobShape.of(Slot(found, carrier.population, job, State.HELD, carrier))


@jobs.delete("/behaviours/{behaviour}/jobs/carriers/{carrier}", needs=WRITE)
def take_off_job(request: ApiRequest, behaviour: RowId, carrier: RowId) -> None:
    """Take a job off somebody; nobody does it until somebody else is named."""
    take_off(request.actor, behaviour, carrier)


def _key(slot: Slot) -> str:
    of = slot.population.pk if slot.population is not None else 0
    return f"{slot.behaviour.pk}.{of}.{slot.job.value}"


def _population(request: ApiRequest, name: str) -> int:
    found = Population.objects.filter(workspace=request.actor.workspace, name=name).first()
    if found is None:
        raise Invalid(f"There is no population {name!r}; see the list of populations.")
    return found.pk


ROUTERS = (jobs.router, champions.router, own.router)
