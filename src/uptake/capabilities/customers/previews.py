"""What a set of rules means today: who is in, with whom they overlap, what they did lately."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from uptake.capabilities.customers.doings import Doings, doings
from uptake.capabilities.customers.membership import (
    Share,
    condition,
    countable_people,
    overlaps,
    shares,
)
from uptake.capabilities.customers.models import Person, Population
from uptake.capabilities.customers.populations import Rule
from uptake.capabilities.customers.queries import visible_people, visible_populations
from uptake.capabilities.customers.standing import while_events_come, while_records_stand
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor

MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Preview:
    """Who rules fit; ``names`` is empty and ``doings`` None for who may not see them."""

    people: int
    of: int
    teams: tuple[Share, ...]
    roles: tuple[Share, ...]
    overlaps: tuple[tuple[Population, int], ...]
    names: tuple[Person, ...]
    doings: Doings | None


def preview(actor: Actor, rules: Sequence[Rule], *, besides: int | None = None) -> Preview:
    """Return what the rules mean; ``besides`` is the population that they belong to already."""
    key = ("preview", tuple(rules), besides)
    counted = while_records_stand(actor, key, lambda: _counted(actor, rules, besides))
    doings = _doings(actor, rules) if counted.people else None
    return replace(counted, names=_names(actor, rules), doings=doings)


def _counted(actor: Actor, rules: Sequence[Rule], besides: int | None) -> Preview:
    """What anybody may see who sees the same accounts."""
    everybody = countable_people(actor)
    people = everybody.filter(condition(rules))
    others = [other for other in visible_populations(actor) if other.pk != besides]
    return Preview(
        people=people.count(),
        of=everybody.count(),
        teams=tuple(shares(people.exclude(team=None), "team__external_id")),
        roles=tuple(shares(people.exclude(role=""), "role")),
        overlaps=tuple(overlaps(actor, rules, others)),
        names=(),
        doings=None,
    )


def _names(actor: Actor, rules: Sequence[Rule]) -> tuple[Person, ...]:
    if not actor.may(Permission.PEOPLE_READ):
        return ()
    return tuple(
        visible_people(actor).filter(condition(rules)).order_by("external_id")[:MOST_NAMES]
    )


def _doings(actor: Actor, rules: Sequence[Rule]) -> Doings | None:
    if not actor.may(Permission.METRICS_READ):
        return None
    key = ("doings", tuple(rules))
    return while_events_come(actor, key, lambda: doings(actor, people_of(actor, rules)))


def people_of(actor: Actor, rules: Sequence[Rule]) -> list[str]:
    """Return the identifiers of everybody whom the rules fit, to count what they did together."""
    people = countable_people(actor).filter(condition(rules))
    return list(people.values_list("external_id", flat=True))
