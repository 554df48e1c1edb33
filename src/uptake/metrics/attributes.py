"""What the house knows besides events: people, seats and go-lives, by their external ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any  # fields of people have several types


@dataclass(frozen=True, slots=True)
class Member:
    """A person whose use is measured; ``population`` defaults to the role.

    ``days_a_week``: how many days a week the person works, None where nobody said. ``leave``: first
    and last days of absences, on which nothing is expected.
    """

    person: str
    account: str | None = None
    team: str | None = None
    role: str | None = None
    manager: str | None = None
    start: date | None = None
    end: date | None = None
    population: str | None = None
    days_a_week: float | None = None
    leave: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Population:
    """People whose attributes have one of the values listed for each attribute of the rule."""

    name: str
    rule: Mapping[str, frozenset[str]]

    def holds(self, member: Member) -> bool:
        """Say whether this person belongs to the population."""
        return all(getattr(member, name) in values for name, values in self.rule.items())


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats an account is entitled to; ``product`` None: whatever it uses; price per seat and year.

    ``last`` None: open-ended. ``provisioned`` None: not known, the people listed stand in.
    """

    account: str
    entitled: int
    first: date
    last: date | None = None
    product: str | None = None
    provisioned: int | None = None
    price: float | None = None


@dataclass(frozen=True, slots=True)
class GoLive:
    """The day an account began to use a product (None: the product it uses)."""

    account: str
    day: date
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Attributes:
    """People, seats and go-lives; empty where nobody said."""

    people: tuple[Member, ...] = ()
    seats: tuple[Seats, ...] = ()
    go_lives: tuple[GoLive, ...] = ()


def with_populations(
    people: Iterable[Member], populations: Iterable[Population]
) -> tuple[Member, ...]:
    """Put each person into the first population whose rule holds; the role stands in for none."""
    rules = tuple(populations)

    def population_of(member: Member) -> str | None:
        return next((rule.name for rule in rules if rule.holds(member)), member.role)

    return tuple(replace(member, population=population_of(member)) for member in people)


def one_row_each(people: tuple[Member, ...], known_as: Mapping[str, str]) -> tuple[Member, ...]:
    """Put those together who are listed under several identifiers of one person.

    ``known_as`` says whom an identifier stands for if not for itself. What the person's own row
    does not say, the others do, in their order; absences add up, and whoever is still there on one
    row has not left (``last_end``).
    """
    if not known_as:
        return people
    rows: dict[str, list[Member]] = {}
    for member in people:
        rows.setdefault(known_as.get(member.person, member.person), []).append(member)
    return tuple(
        _one(person, sorted(listed, key=lambda member: member.person != person))
        for person, listed in rows.items()
    )


def _one(person: str, listed: Sequence[Member]) -> Member:
    """The first row, completed by the others."""
    if len(listed) == 1:
        return replace(listed[0], person=person)
    said: dict[str, Any] = {  # Any: a value of any field
        field.name: next(
            (value for row in listed if (value := getattr(row, field.name)) is not None), None
        )
        for field in fields(Member)
    }
    leave = tuple(away for row in listed for away in row.leave)
    end = last_end([(row.start, row.end) for row in listed])
    return Member(**(said | {"person": person, "leave": leave, "end": end}))


def last_end(spans: Sequence[tuple[date | None, date | None]]) -> date | None:
    """The end of somebody who has several rows with a start and an end each; None while present.

    A row that says a start and no end says that the person is still there; one that says neither
    says nothing. An identifier that ended is not a person who left.
    """
    if any(start is not None and end is None for start, end in spans):
        return None
    return max((end for _start, end in spans if end is not None), default=None)
