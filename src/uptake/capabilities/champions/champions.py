"""The only doors to champions: who goes ahead where, who waits, and which populations have none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.champions.models import ON_THE_WAY, Champion, Standing
from uptake.capabilities.customers.expectations import led_by
from uptake.capabilities.customers.membership import condition, countable_people
from uptake.capabilities.customers.models import Person, Population
from uptake.capabilities.customers.populations import read_rules
from uptake.capabilities.customers.queries import person_of, visible_accounts, visible_populations
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor


def people_seen(actor: Actor) -> QuerySet[Person]:
    """Return whose champions the actor sees: of their accounts, or whom they lead; to be counted.

    Who leads people and sees nobody else: those and themselves.
    """
    actor.require(Permission.BEHAVIOURS_READ)
    people = countable_people(actor)
    if not sees_own_team_only(actor):
        return people
    own = person_of(actor)
    if own is None:
        return people.none()
    return people.filter(external_id__in={*led_by(own), own.external_id})


def still_there() -> Q:
    """Return the condition that a champion has not left."""
    left = Q(person__ends_on__isnull=False, person__ends_on__lt=localdate())
    return ~left


def visible_champions(actor: Actor) -> QuerySet[Champion]:
    """Return who is champion now of the people that the actor sees; they agreed to be named."""
    rows = _all(actor).filter(standing=Standing.ACTIVE, person__in=people_seen(actor))
    populations = visible_populations(actor)
    return rows.filter(still_there(), population__in=populations).order_by(
        "population__precedence", "population__name", "person__external_id"
    )


def champions_to_decide(actor: Actor) -> QuerySet[Champion]:
    """Return proposals that wait for the actor: of whom they lead, or of their accounts."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    return _all(actor).filter(standing=Standing.NOMINATED, person__in=_decided_by(actor))


def champions_asked(actor: Actor) -> QuerySet[Champion]:
    """Return who was confirmed and has not answered yet, for those who confirm."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    return _all(actor).filter(standing=Standing.CONFIRMED, person__in=_decided_by(actor))


def champions_to_end(actor: Actor) -> QuerySet[Champion]:
    """Return champions, and who is on the way there, of whom the actor may say that it is over."""
    actor.require(Permission.BEHAVIOURS_WRITE)
    return _all(actor).filter(standing__in=ON_THE_WAY, person__in=_decided_by(actor))


def _decided_by(actor: Actor) -> QuerySet[Person]:
    people = people_seen(actor)
    own = person_of(actor) if sees_own_team_only(actor) else None
    return people.exclude(pk=own.pk) if own is not None else people


def own_championships(actor: Actor) -> QuerySet[Champion]:
    """Return what the actor was asked to be champion of, or is."""
    person = person_of(actor)
    if person is None:
        return Champion.objects.none()
    return _all(actor).filter(person=person, standing__in=(Standing.CONFIRMED, Standing.ACTIVE))


def champions_near(person: Person) -> list[Champion]:
    """Return the champions of a person's own team, for that person; never the person."""
    if person.team_id is None:
        return []
    rows = Champion.objects.filter(person__team=person.team_id, standing=Standing.ACTIVE)
    found = rows.filter(still_there()).exclude(person=person)
    return list(found.select_related("person", "population").order_by("person__external_id"))


@dataclass(frozen=True, slots=True)
class Coverage:
    """A population and its champions.

    ``people``, ``teams`` and ``teams_with`` are None where the population is too small to be told.
    """

    population: Population
    champions: int
    waiting: int
    people: int | None
    teams: int | None
    teams_with: int | None

    @property
    def per_hundred(self) -> float | None:
        """Champions for each hundred people."""
        return 100 * self.champions / self.people if self.people else None

    @property
    def is_bare(self) -> bool:
        """Say whether there are people and no champion."""
        return self.champions == 0 and self.people != 0


def coverage(actor: Actor) -> list[Coverage]:
    """Return how each population is covered by champions, those without any first."""
    people = people_seen(actor).exclude(ends_on__lt=localdate())
    populations = list(visible_populations(actor))
    champions = list(visible_champions(actor))
    with_one: dict[int, set[int | None]] = {}
    for champion in champions:
        with_one.setdefault(champion.population_id, set()).add(champion.person.team_id)
    waits = _all(actor).filter(standing__in=(Standing.NOMINATED, Standing.CONFIRMED))
    waiting = Counter(waits.filter(person__in=people).values_list("population_id", flat=True))
    many = Counter(each.population_id for each in champions)
    sizes = _sizes(people, populations)
    fewest = actor.workspace.minimum_group
    found = []
    for each in populations:
        size, teams = sizes[each.pk]
        has = len(with_one.get(each.pk, set()) - {None})
        told = (size, teams, has) if size >= fewest or size == 0 else (None, None, None)
        found.append(Coverage(each, many[each.pk], waiting[each.pk], *told))
    return sorted(found, key=lambda row: (not row.is_bare, row.per_hundred or 0))


def _sizes(people: QuerySet[Person], populations: list[Population]) -> dict[int, tuple[int, int]]:
    """People and teams of each population, measured against the first that fits; one query."""
    if not populations:
        return {}
    counts: dict[str, Count] = {}
    earlier = Q(pk__in=[])
    for each in populations:
        fitting = condition(read_rules(each.rules))
        counts[f"people_{each.pk}"] = Count("pk", filter=fitting & ~earlier, distinct=True)
        counts[f"teams_{each.pk}"] = Count("team", filter=fitting & ~earlier, distinct=True)
        earlier |= fitting
    found = people.aggregate(**counts)
    return {
        each.pk: (found[f"people_{each.pk}"], found[f"teams_{each.pk}"]) for each in populations
    }


def _all(actor: Actor) -> QuerySet[Champion]:
    rows = Champion.objects.filter(workspace=actor.workspace)
    if actor.account is not None:
        rows = rows.filter(person__account__in=visible_accounts(actor))
    return rows.select_related("person", "person__team", "person__user", "population")
