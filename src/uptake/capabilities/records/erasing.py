"""Erasing a person reaches delivered records: theirs go, and what was judged is judged anew."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases, also_holds
from uptake.foundation.models import Workspace


@also_erases
def erase_from_records(workspace: Workspace, person: str) -> int:
    """Remove the rows that the person wrote, wherever else they are named their name.

    Returns how many rows went.
    """
    from uptake.capabilities.records.forgetting import forget_author

    return forget_author(workspace, person)


@also_holds
def is_in_records(workspace: Workspace, person: str) -> bool:
    """Say whether a delivered file names the person as an author."""
    from uptake.capabilities.records.forgetting import is_author

    return is_author(workspace, person)
