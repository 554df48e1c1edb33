"""Erasing one person everywhere: their events from the lake, their row from the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from uptake.capabilities.customers.models import Person
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound

if TYPE_CHECKING:
    from uptake.store import Lake
    from uptake.store.erasure import ErasureReceipt


@dataclass(frozen=True, slots=True)
class PersonErased:
    """What was erased; ``events`` is the lake's receipt, ``None`` if it never knew the person."""

    events: ErasureReceipt | None
    rows: int


def erase_person(actor: Actor, external_id: str, *, lake: Lake) -> PersonErased:
    """Erase a person for good; the feed keeps that it happened, not whom it was about.

    The lake comes first: should the rest fail, running it again completes it.

    Raises:
        NotFound: neither the lake nor the database knows the person.
    """
    actor.require(Permission.PERSON_ERASE)
    receipt = _erase_events(lake, actor.workspace.slug, external_id)
    rows = _erase_rows(actor, external_id, receipt)
    if receipt is None and not rows:
        raise NotFound("Nobody is known by this identifier; check its spelling, capitals included.")
    return PersonErased(events=receipt, rows=rows)


def _erase_events(lake: Lake, workspace: str, person: str) -> ErasureReceipt | None:
    from uptake.store.erasure import UnknownPerson  # loads DuckDB, which only erasing needs

    try:
        return lake.erase_person(workspace, person)
    except UnknownPerson:
        return None


@transaction.atomic
def _erase_rows(actor: Actor, external_id: str, receipt: ErasureReceipt | None) -> int:
    people = Person.objects.filter(workspace=actor.workspace, external_id=external_id)
    rows, _ = people.delete()
    if rows or receipt is not None:
        activity.record(
            actor,
            "person.erased",
            receipt=receipt.receipt_id if receipt else None,
            events=receipt.events if receipt else 0,
            rows=rows,
        )
    return rows
