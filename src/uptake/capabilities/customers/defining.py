"""What can be done to populations once they are there: change, rename, order, remove, confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from uptake.capabilities.customers import actions
from uptake.capabilities.customers.actions import DAYS_OF_A_WEEK, Expected
from uptake.capabilities.customers.doings import Doings, Proposal, doings
from uptake.capabilities.customers.models import ExpectedAction, Population
from uptake.capabilities.customers.populations import read_rules
from uptake.capabilities.customers.queries import visible_actions, visible_populations
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class PopulationFacts:
    """What a population is: its name, rules, goal, and days a week (None: nobody said)."""

    name: str
    rules: Sequence[Mapping[str, object]]
    goal: str = ""
    days_a_week: Decimal | None = None


def population_by_key(actor: Actor, key: int) -> Population:
    """Return one population, or say that there is none."""
    found = visible_populations(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such population for you; somebody may have deleted it.")
    return found


@transaction.atomic
def add_population(actor: Actor, facts: PopulationFacts) -> Population:
    """Define a new population; it counts after all others.

    Raises:
        Conflict: there is one of this name.
    """
    actor.require(Permission.POPULATIONS_WRITE)
    _refuse_taken(actor, facts.name, besides=None)
    highest = visible_populations(actor).aggregate(highest=Max("precedence"))["highest"]
    return actions.define_population(
        actor,
        facts.name,
        rules=facts.rules,
        goal=facts.goal,
        days_a_week=facts.days_a_week,
        precedence=0 if highest is None else highest + 1,
    )


@transaction.atomic
def change_population(actor: Actor, key: int, facts: PopulationFacts) -> Population:
    """Change what a population is, its name included; its place and profile stay.

    Raises:
        Conflict: another one has this name.
        Invalid: a rule cannot be read, or a week has fewer days.
    """
    actor.require(Permission.POPULATIONS_WRITE)
    population = _lock(actor, key)
    read_rules(facts.rules)
    if facts.days_a_week is not None and not 0 <= facts.days_a_week <= DAYS_OF_A_WEEK:
        raise Invalid(f"A week has seven days; {facts.days_a_week} days cannot be expected.")
    _refuse_taken(actor, facts.name, besides=key)
    before = population.name
    population.name, population.goal = facts.name, facts.goal
    population.rules = [dict(rule) for rule in facts.rules]
    population.days_a_week = facts.days_a_week
    population.save()
    if before != facts.name:
        activity.record(actor, "population.renamed", population, before=before, after=facts.name)
    activity.record(actor, "population.changed", population, rules=len(facts.rules))
    return population


@transaction.atomic
def move_population(actor: Actor, key: int, *, up: bool) -> Population:
    """Let a population count before its neighbour, or after it; at the end nothing changes."""
    actor.require(Permission.POPULATIONS_WRITE)
    population = _lock(actor, key)
    ordered = list(visible_populations(actor).select_for_update())
    place = ordered.index(population)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(ordered):
        return population
    ordered[place], ordered[other] = ordered[other], ordered[place]
    for precedence, each in enumerate(ordered):
        each.precedence = precedence
    Population.objects.bulk_update(ordered, ["precedence"])
    activity.record(actor, "population.moved", population, place=other + 1)
    return population


@transaction.atomic
def remove_population(actor: Actor, key: int) -> None:
    """Delete a population with its profile; the people and what they did stay."""
    actor.require(Permission.POPULATIONS_WRITE)
    population = _lock(actor, key)
    expected = population.expected.count()
    activity.record(actor, "population.removed", population, expected_actions=expected)
    population.delete()


@transaction.atomic
def confirm_profile(actor: Actor, key: int) -> Population:
    """Say that what was proposed from data is what is expected.

    Raises:
        Conflict: nothing is left to confirm.
    """
    actor.require(Permission.POPULATIONS_WRITE)
    population = _lock(actor, key)
    confirmed = population.expected.filter(is_proposed=True).update(is_proposed=False)
    if not confirmed:
        raise Conflict("Nothing is proposed here; somebody may have confirmed it just now.")
    activity.record(actor, "profile.confirmed", population, actions=confirmed)
    return population


@transaction.atomic
def propose_profile(actor: Actor, key: int, people: Sequence[str]) -> Population:
    """Put what the people did lately in the profile, marked as proposed; confirmed rows stay.

    Raises:
        Conflict: too few people have used it regularly to say anything.
    """
    actor.require(Permission.POPULATIONS_WRITE)
    population = _lock(actor, key)
    found: Doings = doings(actor, people)
    if found.proposal is None or not found.proposal.actions:
        least = actor.workspace.minimum_group
        raise Conflict(
            f"Fewer than {least} of these people used it regularly in the last weeks; "
            "set what is expected by hand."
        )
    kept = [
        Expected(row.action_id, row.times_per_week)
        for row in population.expected.filter(is_proposed=False)
    ]
    known = {row.action_id for row in kept}
    proposed = [
        Expected(key, Decimal(str(times)), proposed=True)
        for key, times in _known_actions(actor, found.proposal)
        if key not in known
    ]
    actions.expect(actor, population.name, actions=[*kept, *proposed])
    if population.days_a_week is None and found.proposal.days_a_week is not None:
        population.days_a_week = Decimal(str(found.proposal.days_a_week))
        population.save(update_fields=["days_a_week"])
    activity.record(actor, "profile.proposed", population, actions=len(proposed))
    return population


def _known_actions(actor: Actor, proposal: Proposal) -> list[tuple[int, float]]:
    """The catalogue's rows of what is proposed; without a product, the first of that name."""
    rows = visible_actions(actor).filter(external_id__in={name for _of, name in proposal.actions})
    found: dict[tuple[str, str], int] = {}
    for key, product, name in rows.values_list("pk", "product__external_id", "external_id"):
        found.setdefault((product, name), key)
        found.setdefault(("", name), key)
    return [(found[what], times) for what, times in proposal.actions.items() if what in found]


def _lock(actor: Actor, key: int) -> Population:
    population_by_key(actor, key)
    return Population.objects.select_for_update().get(pk=key)


def _refuse_taken(actor: Actor, name: str, *, besides: int | None) -> None:
    taken = Population.objects.filter(workspace=actor.workspace, name=name).first()
    if taken is not None and taken.pk != besides:
        raise Conflict(f"There is a population {name!r} already; choose another name.")


def expected_rows(population: Population) -> list[ExpectedAction]:
    """Return what a population is expected to do, by product and action."""
    rows = population.expected.select_related("action__product")
    return list(rows.order_by("action__product__external_id", "action__external_id"))
