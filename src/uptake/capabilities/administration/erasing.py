"""Erasing a person reaches the answers that are kept for repeated requests, too."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.api.once import forget_answers
from uptake.foundation.models import Workspace


@also_erases
def erase_from_answers(workspace: Workspace, _person: str) -> int:
    """Forget every answer of the workspace: they are sealed, so whom they name cannot be told."""
    return forget_answers(workspace)
