"""Erasing a person reaches what is kept here: identities and quarantined records."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases, also_knows
from uptake.capabilities.ingestion.identity import identifiers_of
from uptake.capabilities.ingestion.models import Identity, QuarantinedRecord
from uptake.capabilities.ingestion.processes import tell_processes
from uptake.foundation.models import Workspace


@also_knows
def other_identifiers(workspace: Workspace, person: str) -> set[str]:
    """Return the identifiers that sources said stand for the same person."""
    return identifiers_of(workspace.pk, person)


@also_erases
def erase_what_came_in(workspace: Workspace, person: str) -> int:
    """Delete an identifier and the records that could not be stored; returns rows."""
    identities, _ = Identity.objects.filter(workspace=workspace, identifier=person).delete()
    held = QuarantinedRecord.objects.filter(source__workspace=workspace)
    records, _ = held.filter(person=person).delete()
    tell_processes()
    return identities + records
