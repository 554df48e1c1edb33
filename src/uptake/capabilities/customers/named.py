"""Numbers of one person by name: only under a policy in force, and never unrecorded."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.customers.doings import PersonalDoings, doings_of
from uptake.capabilities.customers.expectations import PersonalExpectation, expected_of
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import access_person
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid
from uptake.foundation.privacy import NamedViewsPolicy, look_at_people, policy_in_force

PAGE = "Person"


@dataclass(frozen=True, slots=True)
class NamedLine:
    """An action: how often a week it was done, and how often it is expected if anybody said."""

    action: str
    times_a_week: float
    expected: float | None


@dataclass(frozen=True, slots=True)
class NamedNumbers:
    """What is shown of one person, under which policy and for what."""

    person: Person
    policy: NamedViewsPolicy | None
    purpose: str
    population: str
    doings: PersonalDoings
    lines: tuple[NamedLine, ...]


def look_at_person(actor: Actor, external_id: str, *, purpose: str) -> NamedNumbers:
    """Write down that the actor looks at a person, then return that person's numbers.

    Raises:
        NotAllowed: no policy is in force, or the actor's role does not name people.
        Invalid: no purpose was given, or the actor asks for themselves, which is My adoption.
        NotFound: there is no such person for the actor.
    """
    person = access_person(actor, external_id)
    if actor.user is not None and person.user_id == actor.user.pk:
        raise Invalid("These are your own numbers; they stand under My adoption, for you alone.")
    policy = policy_in_force(actor.workspace)
    look_at_people(actor, [person.external_id], page=PAGE, purpose=purpose)
    expected = expected_of(person)
    done = doings_of(actor.workspace.slug, person.external_id)
    return NamedNumbers(
        person=person,
        policy=policy,
        purpose=purpose.strip(),
        population=expected.population,
        doings=done,
        lines=_lines(expected, done),
    )


def _lines(expected: PersonalExpectation, done: PersonalDoings) -> tuple[NamedLine, ...]:
    """Expected actions first, then whatever else was done."""
    names = [*sorted(expected.actions), *sorted(set(done.actions) - set(expected.actions))]
    return tuple(
        NamedLine(name, done.actions.get(name, 0.0), expected.actions.get(name)) for name in names
    )
