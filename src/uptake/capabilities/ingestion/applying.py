"""Carries what sources said about people and accounts into the customers' list and the lake.

The list's own facts count before what a client says: only what is unknown there is filled in. The
lake is told which identifiers stand for whom, so that what they did counts for one person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from uptake.capabilities.customers import imports, known
from uptake.capabilities.customers.joining import join_rows
from uptake.capabilities.ingestion.models import Group, Identity
from uptake.formats.records import AccountRecord, PersonRecord
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor

if TYPE_CHECKING:
    from uptake.store import Lake

AT_ONCE = 5_000
"""People whom one run takes over; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Applied:
    """How many accounts and people a run wrote, of those it looked at.

    ``joined`` are the identifiers whose events the lake counts for another one from now on.
    """

    accounts: int
    people: int
    joined: int
    looked_at: int


def apply_identities(actor: Actor, *, lake: Lake) -> Applied:
    """Take over people who signed in, accounts that were named and who is who; can run twice."""
    actor.require(Permission.CUSTOMERS_WRITE)
    said = list(Identity.objects.filter(workspace=actor.workspace, is_applied=False)[:AT_ONCE])
    same_as = {row.identifier: row.same_as for row in said if row.same_as}
    joined = lake.join_people(actor.workspace.slug, same_as) if same_as else 0
    return _write(actor, said, joined, lake=lake)


@transaction.atomic
def _write(actor: Actor, said: Sequence[Identity], joined: int, *, lake: Lake) -> Applied:
    """Write down what was said; of what was said anew meanwhile, the next run hears."""
    groups = list(
        Group.objects.select_for_update().filter(workspace=actor.workspace, is_applied=False)[
            :AT_ONCE
        ]
    )
    looked_at = {row.pk: row.same_as for row in said}
    rows = Identity.objects.select_for_update().filter(pk__in=looked_at)
    people = [row for row in rows if row.same_as == looked_at[row.pk]]
    accounts = imports.import_accounts(actor, _accounts(actor, groups, people))
    persons = imports.import_people(actor, _people(actor, people), lake=lake)
    _join_listed(actor, people, lake)
    Group.objects.filter(pk__in=[row.pk for row in groups]).update(is_applied=True)
    Identity.objects.filter(pk__in=[row.pk for row in people]).update(is_applied=True)
    return Applied(
        accounts.new + accounts.changed,
        persons.new + persons.changed,
        joined,
        len(groups) + len(people),
    )


def _join_listed(actor: Actor, people: Sequence[Identity], lake: Lake) -> None:
    """Tie the rows of those together who turned out to be one person; that it happened is kept."""
    if not any(row.same_as for row in people):
        return
    rows = join_rows(actor.workspace, lake.known_as(actor.workspace.slug))
    if rows:
        activity.record(actor, "people.joined", rows=rows)


def workspaces_to_apply() -> set[int]:
    """Return the keys of the workspaces in which something was said that is not applied."""
    waiting = {"is_applied": False}
    said = Identity.objects.filter(**waiting).values_list("workspace_id", flat=True)
    named = Group.objects.filter(**waiting).values_list("workspace_id", flat=True)
    return {*said.distinct(), *named.distinct()}


def _accounts(
    actor: Actor, groups: Sequence[Group], people: Sequence[Identity]
) -> list[AccountRecord]:
    there = known.known_accounts(actor.workspace)
    named = {person.account: "" for person in people if person.account}
    named |= {group.identifier: group.name for group in groups}
    return [
        AccountRecord(identifier, name=name or None)
        for identifier, name in named.items()
        if identifier not in there or (name and there[identifier].name is None)
    ]


def _people(actor: Actor, people: Sequence[Identity]) -> list[PersonRecord]:
    there = known.known_people(actor.workspace)
    own = [person for person in people if person.is_known and not person.same_as]
    return [_person(person, there) for person in own]


def _person(person: Identity, there: Mapping[str, PersonRecord]) -> PersonRecord:
    """What is to be added; of somebody in the list only what the list does not know."""
    row = there.get(person.identifier)
    return PersonRecord(
        person.identifier,
        name=None if row is not None and row.name else person.name or None,
        email=None if row is not None and row.email else person.email or None,
        account=None if row is not None and row.account else person.account or None,
    )
