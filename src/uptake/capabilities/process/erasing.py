"""Erasing a person reaches logs of processes: what they did goes, and all is measured anew."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.models import Workspace


@also_erases
def erase_from_processes(workspace: Workspace, person: str) -> int:
    """Remove the steps that the person did from every log that is kept.

    Returns how many steps went.
    """
    from uptake.capabilities.process.forgetting import forget_performer

    return forget_performer(workspace, person)
