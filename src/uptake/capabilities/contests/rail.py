"""The rail's line about contests."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, register


def sees_contests(actor: Actor) -> bool:
    """Whether somebody reads behaviours or may be in a contest themselves."""
    return actor.may(Permission.BEHAVIOURS_READ) or is_measured(actor)


register(
    Entry(
        "contests:contests",
        "Contests",
        icon="trophy",
        order=37,
        may_open=sees_contests,
        covers=frozenset(f"contests:{name}" for name in ("contest", "new", "edit", "owner")),
    )
)
