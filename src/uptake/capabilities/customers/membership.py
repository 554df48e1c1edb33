"""Populations as database conditions: who is in, how many, and in how many others as well.

The same answers as ``populations.fits``, which judges one person at a time; the tests hold them to
each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from uptake.capabilities.customers.models import Person, Population
from uptake.capabilities.customers.populations import (
    Attribute,
    Comparison,
    Rule,
    attributes_of,
    read_rules,
)
from uptake.capabilities.customers.queries import visible_accounts, visible_populations
from uptake.capabilities.customers.standing import while_records_stand
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor

COLUMNS = {
    Attribute.ACCOUNT: "account__external_id",
    Attribute.SEGMENT: "account__segment",
    Attribute.TEAM: "team__external_id",
    Attribute.ROLE: "role",
    Attribute.MANAGER: "manager__external_id",
    Attribute.LOCATION: "location",
    Attribute.START: "starts_on",
    Attribute.END: "ends_on",
}


@dataclass(frozen=True, slots=True)
class Sized:
    """A population with how many it fits and how many are measured against it.

    The two differ by the people who fit a population of lower precedence too.
    """

    population: Population
    fits: int
    measured: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many people of a group are in."""

    name: str
    people: int


@dataclass(frozen=True, slots=True)
class Why:
    """Whether a person is in a population, condition by condition."""

    population: Population
    conditions: tuple[tuple[Rule, str], ...]
    is_in: bool
    is_measured: bool


def condition(rules: Iterable[Rule]) -> Q:
    """Return the condition that every rule fits."""
    every = Q()
    for rule in rules:
        every &= _condition(rule)
    return every


def _condition(rule: Rule) -> Q:
    column = COLUMNS[rule.attribute]
    if not isinstance(rule.values, frozenset):
        order = "lt" if rule.comparison is Comparison.BEFORE else "gte"
        return Q(**{f"{column}__{order}": rule.values})
    known = Q(**{f"{column}__in": sorted(rule.values - {""})})
    is_negated = rule.comparison in (Comparison.IS_NOT, Comparison.NOT_IN)
    return ~known if is_negated else known


def countable_people(actor: Actor) -> QuerySet[Person]:
    """Return the people of the accounts that the actor sees, to be counted and never named."""
    actor.require(Permission.CUSTOMERS_READ)
    people = Person.objects.filter(workspace=actor.workspace, same_as=None).order_by()
    if actor.account is not None:
        people = people.filter(account__in=visible_accounts(actor))
    return people


def sized_populations(actor: Actor) -> list[Sized]:
    """Return every population that the actor sees with its sizes, the one that counts first first.

    One query for all of them, kept while the records stand.
    """
    return while_records_stand(actor, "sized populations", lambda: _sized(actor))


def _sized(actor: Actor) -> list[Sized]:
    populations = list(visible_populations(actor))
    counts: dict[str, Count] = {}
    earlier = Q(pk__in=[])
    for place, population in enumerate(populations):
        fitting = condition(read_rules(population.rules))
        counts[f"fits_{place}"] = _count(fitting)
        counts[f"measured_{place}"] = _count(fitting & ~earlier)
        earlier |= fitting
    found = countable_people(actor).aggregate(**counts) if counts else {}
    return [
        Sized(population, found[f"fits_{place}"], found[f"measured_{place}"])
        for place, population in enumerate(populations)
    ]


def _count(fitting: Q) -> Count:
    return Count("pk", filter=fitting, distinct=True) if fitting else Count("pk", distinct=True)


def overlaps(
    actor: Actor, rules: Sequence[Rule], others: Iterable[Population]
) -> list[tuple[Population, int]]:
    """Return the other populations with how many people they share, only those that share any."""
    listed = list(others)
    counts = {
        f"shared_{place}": _count(condition(read_rules(other.rules)))
        for place, other in enumerate(listed)
    }
    if not counts:
        return []
    found = countable_people(actor).filter(condition(rules)).aggregate(**counts)
    shared = [(other, found[f"shared_{place}"]) for place, other in enumerate(listed)]
    return [(other, people) for other, people in shared if people]


def shares(people: QuerySet[Person], column: str, *, most: int = 12) -> list[Share]:
    """Return the largest groups among people by one of their columns, largest first."""
    rows = people.values_list(column).annotate(people=Count("pk")).order_by("-people", column)
    return [Share(str(name or ""), count) for name, count in rows[:most]]


def why(actor: Actor, person: Person) -> list[Why]:
    """Return which populations a person is in, and what each condition finds in them."""
    known = attributes_of(person)
    found: list[Why] = []
    is_placed = False
    for population in visible_populations(actor):
        rules = read_rules(population.rules)
        is_in = all(rule.fits(known) for rule in rules)
        conditions = tuple((rule, str(known[rule.attribute] or "")) for rule in rules)
        found.append(Why(population, conditions, is_in, is_in and not is_placed))
        is_placed = is_placed or is_in
    return found


def heirs(actor: Actor, population: Population) -> list[tuple[str, int]]:
    """Return against which population the people would be measured if this one were deleted.

    The name is empty for those who would be in none.
    """
    ordered = list(visible_populations(actor))
    place = ordered.index(population)
    earlier = Q(pk__in=[])
    for each in ordered[:place]:
        earlier |= condition(read_rules(each.rules))
    people = countable_people(actor).filter(condition(read_rules(population.rules)) & ~earlier)
    taken = Q(pk__in=[])
    counts: dict[str, Count] = {"none": Count("pk")}
    for number, each in enumerate(ordered[place + 1 :]):
        fitting = condition(read_rules(each.rules))
        counts[f"heir_{number}"] = _count(fitting & ~taken)
        taken |= fitting
    found = people.aggregate(**counts)
    rows = [(each.name, found[f"heir_{n}"]) for n, each in enumerate(ordered[place + 1 :])]
    rows.append(("", found["none"] - sum(count for _name, count in rows)))
    return [(name, count) for name, count in rows if count]
