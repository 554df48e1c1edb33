"""The rail's lines about behaviours."""

from __future__ import annotations

from uptake.capabilities.customers.queries import person_of
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, holds, register


def has_a_week(actor: Actor) -> bool:
    """Whether something may be asked of somebody."""
    return actor.role in (Role.MEMBER, Role.MANAGER) or person_of(actor) is not None


register(
    Entry("behaviours:my_week", "My week", icon="calendar", order=19, may_open=has_a_week),
    Entry(
        "behaviours:behaviours",
        "Behaviours",
        icon="clipboard-check",
        order=32,
        may_open=holds(Permission.BEHAVIOURS_READ),
        covers=frozenset(
            f"behaviours:{name}" for name in ("behaviour", "new", "edit", "questions")
        ),
    ),
)
