"""Who carries what is asked: three jobs for each behaviour and population, the red ones first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.keeping import asked_below
from uptake.capabilities.behaviours.leading import leader
from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.behaviours.queries import (
    asked_of_all,
    sees_own_team_only,
    visible_behaviours,
)
from uptake.capabilities.champions.addressed import addressed
from uptake.capabilities.champions.circles import Circle, circle_of, circle_of_person
from uptake.capabilities.champions.holders import users_here
from uptake.capabilities.champions.models import Carrier, Ending, Job
from uptake.capabilities.customers.models import Person, Population
from uptake.capabilities.customers.populations import attributes_of, fits, read_rules
from uptake.capabilities.customers.queries import person_of
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace


class State(StrEnum):
    """Whether a job has a name; all but the first are red: nobody does it."""

    HELD = "held"
    NOBODY = "nobody yet"
    LEFT = "has left"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Slot:
    """One job around one behaviour for one population.

    ``carrier``: who has it; who left, or who declined last, where nobody has it. None as well
    where it is somebody whom the reader may not learn of, at another customer.
    """

    behaviour: Behaviour
    population: Population | None
    job: Job
    state: State
    carrier: Carrier | None = None

    @property
    def is_red(self) -> bool:
        """Say whether nobody does it."""
        return self.state is not State.HELD

    @property
    def name(self) -> str:
        """Who does it; empty where nobody does, or the reader may not learn who."""
        return self.carrier.name if self.carrier is not None and not self.is_red else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A behaviour and a population with its three jobs."""

    behaviour: Behaviour
    population: Population | None
    slots: tuple[Slot, ...]

    @property
    def red(self) -> int:
        """How many of the three nobody does."""
        return sum(slot.is_red for slot in self.slots)

    @property
    def whom(self) -> str:
        """Whom it is asked of."""
        return self.population.name if self.population is not None else "Everybody it is asked of"


def carried(actor: Actor) -> list[Row]:
    """Return the jobs of what people are asked for and the actor may read, the red ones first.

    A manager sees those of what is asked of the people they lead as well; who is limited to an
    account those of what is asked there because it is asked everywhere, by the populations of it.
    """
    found = {each.pk: each for each in visible_behaviours(actor).filter(status=Status.LIVE)}
    person = person_of(actor) if sees_own_team_only(actor) else None
    if person is not None:
        keys = asked_below(actor.workspace, person)
        live = Behaviour.objects.filter(workspace=actor.workspace, status=Status.LIVE, pk__in=keys)
        found |= {each.pk: each for each in live.select_related("owner", "account", "leader")}
    found |= {each.pk: each for each, _asked in asked_of_all(actor)}
    among = actor if actor.account is not None and person is None else None
    rows = rows_of(actor.workspace, list(found.values()), circle_of(actor), among=among)
    return sorted(rows, key=lambda row: (-row.red, row.behaviour.name, row.whom))


def carried_for_team(actor: Actor, behaviours: Collection[int]) -> list[Row]:
    """Return the jobs of some behaviours that are asked of those whom the actor leads.

    Raises:
        NotAllowed: the actor's role does not see teams.
        NotFound: they lead nobody.
    """
    leader(actor)
    live = Behaviour.objects.filter(
        workspace=actor.workspace, status=Status.LIVE, pk__in=behaviours
    ).select_related("owner", "account", "leader")
    rows = rows_of(actor.workspace, list(live), circle_of(actor))
    return sorted(rows, key=lambda row: (-row.red, row.behaviour.name, row.whom))


def carried_for(person: Person, behaviours: Sequence[Behaviour]) -> dict[int, tuple[Slot, ...]]:
    """Return who carries what is asked of a person, by behaviour: whom they can turn to."""
    known = attributes_of(person)
    found: dict[int, tuple[Slot, ...]] = {}
    for row in rows_of(person.workspace, behaviours, circle_of_person(person)):
        rules = read_rules(row.population.rules) if row.population is not None else ()
        if row.behaviour.pk not in found and fits(known, rules):
            found[row.behaviour.pk] = row.slots
    return found


def rows_of(
    workspace: Workspace,
    behaviours: Sequence[Behaviour],
    circle: Circle,
    *,
    among: Actor | None = None,
) -> list[Row]:
    """Return the three jobs of behaviours, for each population that they address.

    ``circle``: whose names may be learned; ``among``: of whose people populations are looked for,
    None: of everybody it is asked of.
    """
    if not behaviours:
        return []
    last, whom = _newest(behaviours), addressed(workspace, behaviours, among=among)
    here, today = users_here(workspace), localdate()
    return [
        Row(
            behaviour,
            population,
            tuple(
                _within(circle, _slot(behaviour, population, job, last, here, today)) for job in Job
            ),
        )
        for behaviour in behaviours
        for population in whom[behaviour.pk]
    ]


def _within(circle: Circle, slot: Slot) -> Slot:
    """The same without a name that may not be learned."""
    if slot.carrier is None or circle.knows(slot.carrier):
        return slot
    return replace(slot, carrier=None)


Place = tuple[int, int | None, str]


def _newest(behaviours: Sequence[Behaviour]) -> dict[Place, Carrier]:
    """Who has each job, else who ended it last."""
    rows = Carrier.objects.filter(behaviour__in=behaviours)
    rows = rows.select_related(
        *("person", "person__same_as", "person__account", "user", "population", "behaviour")
    )
    found: dict[Place, Carrier] = {}
    for each in rows.order_by("pk"):
        place = (each.behaviour_id, each.population_id, each.job)
        if place not in found or found[place].until is not None:
            found[place] = each
    return found


def _slot(
    behaviour: Behaviour,
    population: Population | None,
    job: Job,
    last: dict[Place, Carrier],
    here: Collection[int],
    today: date,
) -> Slot:
    carrier = last.get((behaviour.pk, population.pk if population else None, job.value))
    state = _state(carrier, here, today)
    return Slot(behaviour, population, job, state, None if state is State.NOBODY else carrier)


def _state(carrier: Carrier | None, here: Collection[int], today: date) -> State:
    if carrier is None or (carrier.until is not None and carrier.ending != Ending.DECLINED):
        return State.NOBODY
    if carrier.until is not None:
        return State.DECLINED
    gone = carrier.person is not None and carrier.person.has_left(today)
    gone = gone or (carrier.user_id is not None and carrier.user_id not in here)
    return State.LEFT if gone else State.HELD


def history_of(actor: Actor, behaviour: Behaviour) -> QuerySet[Carrier]:
    """Return who had which job of a behaviour that the actor may read, the newest first."""
    rows = Carrier.objects.filter(behaviour=behaviour, workspace=actor.workspace)
    return rows.select_related("person", "user", "population", "behaviour")


def own_jobs(actor: Actor) -> QuerySet[Carrier]:
    """Return the jobs that the actor has."""
    actor.require(Permission.CUSTOMERS_READ)
    if actor.user is None:
        return Carrier.objects.none()
    person = person_of(actor)
    mine = Q(user=actor.user) | (Q(person=person) if person else Q(pk__in=()))
    rows = Carrier.objects.filter(mine, workspace=actor.workspace, until=None)
    return rows.select_related("behaviour", "population", "person", "user", "named_by")


def may_name(actor: Actor, behaviour: Behaviour) -> bool:
    """Say whether somebody decides who carries a behaviour that they may read.

    Whoever may change it, and whoever answers for it.
    """
    is_owner = actor.user is not None and behaviour.owner_id == actor.user.pk
    return actor.may(Permission.BEHAVIOURS_WRITE) or (
        is_owner and actor.may(Permission.BEHAVIOURS_READ)
    )
