"""Erasing one person everywhere: their events from the lake, their row from the database.

A person goes with every identifier that is known to stand for them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.remembering import forget_person
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.models import NamedView, Workspace

if TYPE_CHECKING:
    from uptake.store import Lake
    from uptake.store.erasure import ErasureReceipt


Eraser = Callable[[Workspace, str], int]
Namer = Callable[[Workspace, str], set[str]]
Holder = Callable[[Workspace, str], bool]
_erasers: list[Eraser] = []
_namers: list[Namer] = []
_holders: list[Holder] = []


def also_erases(eraser: Eraser) -> Eraser:
    """Decorate what deletes a person's rows of a higher capability and says how many they were."""
    _erasers.append(eraser)
    return eraser


def also_knows(namer: Namer) -> Namer:
    """Decorate what knows other identifiers of a person, in a higher capability."""
    _namers.append(namer)
    return namer


def also_holds(holder: Holder) -> Holder:
    """Decorate what knows whether a higher capability holds a person whom nobody else knows."""
    _holders.append(holder)
    return holder


@dataclass(frozen=True, slots=True)
class PersonErased:
    """What was erased: events by the lake's receipt, and rows of the database."""

    events: ErasureReceipt
    rows: int


def erase_person(actor: Actor, external_id: str, *, lake: Lake) -> PersonErased:
    """Erase a person for good; the feed keeps that it happened, not whom it was about.

    The lake comes first: from then on nobody can bring the person back, and should the rest fail,
    running it again completes it.

    Raises:
        NotFound: neither the lake, the database nor anything above them knows the person.
    """
    actor.require(Permission.PERSON_ERASE)
    names = _names_of(actor, external_id, lake)
    receipt = _erase_events(actor, external_id, names, lake)
    return PersonErased(events=receipt, rows=_erase_rows(actor, names, receipt))


def erase_again(actor: Actor, *, lake: Lake) -> tuple[PersonErased, ...]:
    """Erase everybody who was erased before and is back, as they are after restoring a backup."""
    actor.require(Permission.PERSON_ERASE)
    workspace = actor.workspace.slug
    with_row = Person.objects.filter(workspace=actor.workspace)
    present = {*lake.people(workspace), *with_row.values_list("external_id", flat=True)}
    back = lake.erased_among(workspace, present)
    return tuple(erase_person(actor, person, lake=lake) for person in sorted(back))


def _names_of(actor: Actor, person: str, lake: Lake) -> list[str]:
    """Every identifier of a person, in order; what the lake forgets first, others know still."""
    found = {person, *lake.identifiers_of(actor.workspace.slug, person)}
    for namer in _namers:
        found |= set().union(*(namer(actor.workspace, name) for name in sorted(found)))
    return sorted(found)


def _erase_events(actor: Actor, person: str, names: Collection[str], lake: Lake) -> ErasureReceipt:
    from uptake.store.erasure import UnknownPerson  # loads DuckDB, which only erasing needs

    has_row = _rows_of(actor, names).exists() or _is_held(actor, names)
    try:
        return lake.erase_person(actor.workspace.slug, person, even_unknown=has_row, also=names)
    except UnknownPerson:
        raise NotFound(
            "Nobody is known by this identifier; check its spelling, capitals included."
        ) from None


def _is_held(actor: Actor, names: Collection[str]) -> bool:
    """Whether a higher capability holds something under one of the names."""
    return any(holder(actor.workspace, name) for holder in _holders for name in names)


@transaction.atomic
def _erase_rows(actor: Actor, names: Collection[str], receipt: ErasureReceipt) -> int:
    """Delete the row and who looked at it, after an import that may be bringing it just now."""
    Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    looks, _ = NamedView.objects.filter(workspace=actor.workspace, person__in=names).delete()
    rows = _rows_of(actor, names).delete()[0] + looks
    for name in names:
        rows += sum(eraser(actor.workspace, name) for eraser in _erasers)
        forget_person(actor.workspace, name)
    activity.record(
        actor,
        "person.erased",
        receipt=receipt.receipt_id,
        events=receipt.events,
        rows=rows,
    )
    return rows


def _rows_of(actor: Actor, names: Collection[str]) -> QuerySet[Person]:
    return Person.objects.filter(workspace=actor.workspace, external_id__in=names)
