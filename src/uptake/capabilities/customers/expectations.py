"""What is expected of one person: the profile of the population they belong to."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.customers.models import Action, ExpectedAction, Person, Population
from uptake.capabilities.customers.populations import attributes_of, fits, read_rules
from uptake.foundation.models import Workspace


@dataclass(frozen=True, slots=True)
class PersonalExpectation:
    """The population of a person ("" for none) and their expected actions by times a week.

    ``times_a_week`` None: the action counts as use, and nobody said how often it is expected.
    """

    population: str
    actions: dict[str, float | None]


def expected_of(person: Person) -> PersonalExpectation:
    """Return what is expected of a person; without a profile, what counts as use at all."""
    population = _population_of(person)
    if population is not None:
        rows = ExpectedAction.objects.filter(population=population).select_related("action")
        expected: dict[str, float | None] = {
            row.action.external_id: float(row.times_per_week) for row in rows
        }
        if expected:
            return PersonalExpectation(population.name, expected)
    marked = Action.objects.filter(
        product__workspace_id=person.workspace_id, is_value_action=True
    ).values_list("external_id", flat=True)
    name = population.name if population else ""
    return PersonalExpectation(name, dict.fromkeys(marked))


def _population_of(person: Person) -> Population | None:
    """The population of lowest precedence whose every rule fits the person."""
    known = attributes_of(person)
    populations = Population.objects.filter(workspace_id=person.workspace_id)
    return next((p for p in populations if fits(known, read_rules(p.rules))), None)


def led_by(person: Person) -> frozenset[str]:
    """Return the identifiers of everybody whose chain of managers leads to the person."""
    found: dict[int, str] = {}
    above = {person.pk}
    while above:
        rows = Person.objects.filter(manager_id__in=above).values_list("pk", "external_id")
        below = {pk: name for pk, name in rows if pk not in found and pk != person.pk}
        found |= below
        above = set(below)
    return frozenset(found.values())


def person_by_key(workspace: Workspace, key: int) -> Person | None:
    """Return a person of a workspace by the key of their row, for work that is done unasked."""
    return Person.objects.filter(workspace=workspace, pk=key).first()
