"""Team: how the people somebody leads do what is asked of them, and what is the leader's to do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from uptake.capabilities.behaviours.definition import Definition, read
from uptake.capabilities.behaviours.duties import Manager, duties_of, managers_below
from uptake.capabilities.behaviours.figures import TeamItem
from uptake.capabilities.behaviours.keeping import kept_team
from uptake.capabilities.behaviours.leading import Leader, leader
from uptake.capabilities.behaviours.models import (
    Behaviour,
    BehaviourVersion,
    Clarification,
    Obstacle,
    Status,
)
from uptake.capabilities.behaviours.scope import at_work_on
from uptake.capabilities.behaviours.words_of_leaders import open_obstacles
from uptake.capabilities.customers.models import Person
from uptake.capabilities.measure.views import Basis
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace
from uptake.ui import words


@dataclass(frozen=True, slots=True)
class InTheWay:
    """What stops how many of those who are asked."""

    kind: Obstacle
    people: int


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A behaviour that is asked of the people led, with what waits for the leader."""

    behaviour: Behaviour
    definition: Definition
    item: TeamItem
    in_the_way: tuple[InTheWay, ...]

    @property
    def is_behind(self) -> bool:
        """Whether fewer than half of the people met it in the newest period."""
        value = self.item.latest.value if self.item.latest else None
        return value is not None and value < 0.5


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Everything on the page; ``led``: how many of the people led work there on the basis' day."""

    basis: Basis
    who: Leader
    led: int
    rows: tuple[TeamRow, ...]
    questions: tuple[Clarification, ...]
    own: Manager
    managers: tuple[Manager, ...]

    @property
    def measured(self) -> tuple[Manager, ...]:
        """Managers below who can do something here."""
        return tuple(each for each in self.managers if each.is_measurable)

    @property
    def unmeasured(self) -> tuple[Manager, ...]:
        """Managers below who have no access as managers."""
        return tuple(each for each in self.managers if not each.is_measurable)

    @property
    def improved(self) -> tuple[TeamRow, ...]:
        """Behaviours in which people got better."""
        return tuple(row for row in self.rows if row.item.improved)

    @property
    def organisational(self) -> tuple[TeamRow, ...]:
        """Behaviours whose shortfall is not for the people to mend."""
        return tuple(row for row in self.rows if row.item.is_organisational)


def team_page(actor: Actor) -> TeamPage:
    """Return how the people whom the actor leads do what is asked of them.

    Raises:
        NotAllowed: the actor's role does not see teams.
        NotFound: nobody has said which person the actor is, or they lead nobody.
    """
    who = leader(actor)
    basis, figures = kept_team(actor.workspace, who.person)
    items = {each.behaviour: each for each in figures.items}
    live = Behaviour.objects.filter(
        workspace=actor.workspace, status=Status.LIVE, pk__in=items
    ).select_related("owner")
    behaviours = list(live.order_by("name"))
    waiting = open_obstacles(actor, who, [each.pk for each in behaviours])
    definitions = definitions_of(behaviours)
    rows = tuple(
        TeamRow(each, definitions[each.pk], items[each.pk], _of(each, waiting))
        for each in behaviours
    )
    below = managers_below(actor.workspace, who.person)
    own, *managers = duties_of(actor.workspace, [who.person, *below])
    led = at_work(actor.workspace, who.led, basis.as_of or localdate())
    return TeamPage(basis, who, led, rows, questions_of(actor, who), own, tuple(managers))


def at_work(workspace: Workspace, people: Collection[str], day: date) -> int:
    """Return how many of some people have begun, and not left, on a day."""
    rows = Person.objects.filter(workspace=workspace, external_id__in=people)
    return rows.filter(at_work_on(day)).count()


def questions_of(actor: Actor, who: Leader) -> tuple[Clarification, ...]:
    """Return the questions of people led that wait, the oldest first."""
    found = Clarification.objects.filter(
        behaviour__workspace=actor.workspace,
        person__external_id__in=who.led,
        person__workspace=actor.workspace,
        answered_at=None,
    )
    return tuple(found.select_related("behaviour", "person").order_by("asked_at", "pk"))


def definitions_of(behaviours: Sequence[Behaviour]) -> dict[int, Definition]:
    """Return what was written last of each behaviour."""
    rows = BehaviourVersion.objects.filter(behaviour__in=behaviours).order_by("number")
    return {key: read(kept) for key, kept in rows.values_list("behaviour_id", "definition")}


def _of(behaviour: Behaviour, waiting: Mapping[tuple[int, str], int]) -> tuple[InTheWay, ...]:
    found = [
        InTheWay(Obstacle(kind), people)
        for (key, kind), people in waiting.items()
        if key == behaviour.pk
    ]
    return tuple(sorted(found, key=lambda each: -each.people))


def sentences(page: TeamPage) -> tuple[str, ...]:
    """Return how the team stands, and what is the leader's to do."""
    shown = [row for row in page.rows if row.item.latest and row.item.latest.is_measured]
    if not page.rows:
        return (f"Nothing is asked of your {words.people(page.led)} at the moment.",)
    if not shown:
        first = f"{words.plural(len(page.rows), 'behaviour is', 'behaviours are')} asked of them."
    else:
        behind = sum(row.is_behind for row in shown)
        on_track = len(shown) - behind
        first = (
            f"{on_track} of {words.plural(len(shown), 'behaviour')} asked of your "
            f"{words.people(page.led)} "
            f"{'was' if on_track == 1 else 'were'} met by half of them or more "
            "in the newest period."
        )
    return (first, _to_do(page))


def _to_do(page: TeamPage) -> str:
    parts = []
    if page.questions:
        oldest = words.day(page.questions[0].asked_at)
        asked = words.plural(len(page.questions), "question waits", "questions wait")
        parts.append(f"{asked} for you, the oldest since {oldest}")
    in_the_way = sum(len(row.in_the_way) for row in page.rows)
    if in_the_way:
        parts.append(f"{words.plural(in_the_way, 'thing stops', 'things stop')} people")
    if not parts:
        return "Nobody waits for an answer of yours."
    return f"{' and '.join(parts)}."
