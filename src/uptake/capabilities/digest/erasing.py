"""Erasing a person takes along digests that name them; their own go with their row."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.capabilities.digest.models import Digest
from uptake.foundation.delivery.models import Delivery
from uptake.foundation.models import Workspace


@also_erases
def forget_digests(workspace: Workspace, person: str) -> int:
    """Empty digests that name a person, and delete the messages; returns how many digests.

    The row stays, so that nobody is told the same week once more.
    """
    rows = Digest.objects.filter(
        mentions__person=person, person__workspace=workspace, said__isnull=False
    )
    keys = list(rows.values_list("pk", flat=True))
    Delivery.objects.filter(digests__in=keys).delete()
    return Digest.objects.filter(pk__in=keys).update(said=None)
