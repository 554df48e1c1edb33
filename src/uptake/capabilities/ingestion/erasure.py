"""Erasing a person reaches what is kept here: identities and quarantined records."""

from __future__ import annotations

from django.db.models import Q

from uptake.capabilities.customers.erasure import also_erases
from uptake.capabilities.ingestion.models import Identity, QuarantinedRecord
from uptake.capabilities.ingestion.processes import tell_processes
from uptake.foundation.models import Workspace


@also_erases
def erase_what_came_in(workspace: Workspace, person: str) -> int:
    """Delete the person's identities and the records that could not be stored; returns rows."""
    known = Identity.objects.filter(workspace=workspace)
    aliases = set(known.filter(same_as=person).values_list("identifier", flat=True))
    identities, _ = known.filter(Q(identifier=person) | Q(same_as=person)).delete()
    held = QuarantinedRecord.objects.filter(source__workspace=workspace)
    records, _ = held.filter(person__in={person, *aliases}).delete()
    tell_processes()
    return identities + records
