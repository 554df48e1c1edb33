"""People who are on the list under several identifiers: one of their rows counts, the others tell.

Which identifiers stand for one person is the lake's to know (``store.aliases``). Here their rows
are tied together, so that lists, counts and figures agree about how many people there are. What the
person's own row does not say, the others do (``metrics.attributes.one_row_each`` does the same);
``Person.filled`` names what was taken from them, so that it is never taken for a fact of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from uptake.capabilities.customers.models import Person
from uptake.foundation.models import Workspace
from uptake.metrics.attributes import last_end

FILLED_FROM_OTHERS: Final = (
    *("name", "email", "account_id", "team_id", "role", "manager_id", "location"),
    *("starts_on", "ends_on", "days_a_week"),
)
_TEXTS: Final = frozenset({"name", "email", "role", "location"})


def join_rows(workspace: Workspace, known_as: Mapping[str, str]) -> int:
    """Tie the rows of each person together; returns of how many rows that is news.

    ``known_as`` says whom an identifier stands for if not for itself. Where the person it stands
    for is not listed, the first of its identifiers is that person.
    """
    listed = dict(Person.objects.filter(workspace=workspace).values_list("external_id", "pk"))
    rows: dict[str, list[str]] = {}
    for name in sorted(listed.keys() & known_as.keys()):
        rows.setdefault(known_as[name], []).append(name)
    same_as = {
        listed[name]: listed.get(person, listed[names[0]])
        for person, names in rows.items()
        for name in names
        if listed.get(person, listed[names[0]]) != listed[name]
    }
    tied = Person.objects.filter(workspace=workspace, same_as__isnull=False)
    before = dict(tied.values_list("pk", "same_as_id"))
    if before == same_as:
        return 0
    empty_filled(workspace)
    news = [pk for pk in {*before, *same_as} if before.get(pk) != same_as.get(pk)]
    changed = [Person(pk=pk, same_as_id=same_as.get(pk)) for pk in news]
    Person.objects.bulk_update(changed, ["same_as"], batch_size=500)
    fill_from_others(workspace)
    return len(news)


def empty_filled(workspace: Workspace) -> None:
    """Take out of each row what it has from others."""
    rows = list(Person.objects.filter(workspace=workspace).exclude(filled=[]))
    for row in rows:
        for column in row.filled:
            setattr(row, column, "" if column in _TEXTS else None)
        row.filled = []
    _write(rows)


def fill_from_others(workspace: Workspace) -> None:
    """Complete each person's row by what only their other rows say; a sign-in moves for good."""
    others: dict[int, list[Person]] = {}
    tied = Person.objects.filter(workspace=workspace, same_as__isnull=False)
    for row in tied.order_by("external_id"):
        others.setdefault(row.same_as_id or 0, []).append(row)
    people = list(Person.objects.filter(pk__in=others.keys()))
    for person in people:
        _fill(person, others[person.pk])
    _write(people)
    _move_users(people, others)


def _fill(person: Person, others: Sequence[Person]) -> None:
    end = last_end([(row.starts_on, row.ends_on) for row in (person, *others)])
    for column in FILLED_FROM_OTHERS:
        if getattr(person, column) not in ("", None):
            continue
        value = end if column == "ends_on" else _first_said(column, others)
        if value is not None and value != person.pk:
            setattr(person, column, value)
            person.filled = [*person.filled, column]


def _first_said(column: str, others: Sequence[Person]) -> object:
    said = (getattr(row, column) for row in others)
    return next((value for value in said if value not in ("", None)), None)


def _move_users(people: Iterable[Person], others: Mapping[int, Sequence[Person]]) -> None:
    for person in people:
        linked = next((row for row in others[person.pk] if row.user_id is not None), None)
        if person.user_id is None and linked is not None:
            Person.objects.filter(pk=linked.pk).update(user=None)
            Person.objects.filter(pk=person.pk).update(user=linked.user_id)


def _write(rows: Sequence[Person]) -> None:
    Person.objects.bulk_update(rows, [*FILLED_FROM_OTHERS, "filled"], batch_size=500)
