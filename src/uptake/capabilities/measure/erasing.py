"""Erasing a person reaches the answers that are kept: all of the workspace's are thrown away."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.models import Workspace


@also_erases
def forget_answers(workspace: Workspace, _person: str) -> int:
    """Delete every kept answer: which of them the person is in nobody can tell. No rows go."""
    from uptake.capabilities.measure.asking import shelf  # loads what only asking needs

    shelf().forget(workspace.slug)
    return 0
