"""Who leads whom: people with others below them, however many levels down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Workspace


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of management: whom each person leads directly, by the keys of their rows."""

    names: Mapping[int, str]
    below: Mapping[int, tuple[int, ...]]
    with_access: frozenset[int]

    def led_by(self, key: int) -> frozenset[str]:
        """Identifiers of everybody whose chain of managers leads to a person."""
        found: set[int] = set()
        waiting = list(self.below.get(key, ()))
        while waiting:
            each = waiting.pop()
            if each not in found and each != key:
                found.add(each)
                waiting += self.below.get(each, ())
        return frozenset(self.names[each] for each in found)

    def leaders(self) -> list[int]:
        """Everybody who leads somebody and can sign in."""
        return sorted(key for key in self.below if key in self.with_access)


def lines_of(workspace: Workspace) -> Lines:
    """Return who leads whom in a workspace."""
    people = Person.objects.filter(workspace=workspace)
    return _lines(people.values_list("pk", "external_id", "manager_id", "user_id"))


def _lines(rows: Iterable[tuple[int, str, int | None, int | None]]) -> Lines:
    names: dict[int, str] = {}
    below: dict[int, list[int]] = defaultdict(list)
    with_access: set[int] = set()
    for key, name, manager, user in rows:
        names[key] = name
        if manager is not None:
            below[manager].append(key)
        if user is not None:
            with_access.add(key)
    return Lines(names, {key: tuple(led) for key, led in below.items()}, frozenset(with_access))


@dataclass(frozen=True, slots=True)
class Leader:
    """Who signs in, as a person, and the identifiers of everybody they lead."""

    person: Person
    led: frozenset[str]


def leader(actor: Actor) -> Leader:
    """Return the actor as somebody who leads people.

    Raises:
        NotAllowed: the actor's role does not see teams.
        NotFound: nobody has said which person the actor is, or they lead nobody.
    """
    actor.require(Permission.TEAM_METRICS_READ)
    person = person_of(actor)
    if person is None:
        raise NotFound(
            "Nobody has said which person you are in the data; ask an owner to link you under "
            "Settings, Members."
        )
    led = lines_of(actor.workspace).led_by(person.pk)
    if not led:
        raise NotFound("Nobody is listed with you as manager; see the list of people.")
    return Leader(person, led)
