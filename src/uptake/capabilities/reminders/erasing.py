"""Erasing a person takes along what was sent to them; the rest goes with their row."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.delivery.models import Delivery
from uptake.foundation.models import Workspace


@also_erases
def forget_deliveries(workspace: Workspace, person: str) -> int:
    """Delete what was sent to a person or waits to be; returns how many messages."""
    return Delivery.objects.filter(workspace=workspace, person=person).delete()[0]
