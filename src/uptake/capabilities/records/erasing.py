"""Erasing a person reaches delivered records: theirs go, and what was judged is judged anew."""

from __future__ import annotations

from uptake.capabilities.customers.erasure import also_erases
from uptake.foundation.models import Workspace


@also_erases
def erase_from_records(workspace: Workspace, person: str) -> int:
    """Remove the rows that the person wrote, wherever else they are named their name.

    Returns how many rows went.
    """
    from uptake.capabilities.records.forgetting import forget_author

    return forget_author(workspace, person)
