"""Erasing a person reaches the figures that are kept: all of the workspace's are thrown away."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.models import Workspace


@also_erases
def forget_figures(workspace: Workspace, _person: str) -> int:
    """Delete the kept figures: which of them the person is in nobody can tell. No rows go."""
    from uptake.capabilities.behaviours.keeping import shelf

    shelf().forget(workspace.slug)
    return 0
