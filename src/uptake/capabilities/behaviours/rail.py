"""The rail's lines about behaviours."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, holds, register


def leads(actor: Actor) -> bool:
    """Whether somebody is here for the people they lead."""
    return actor.role is Role.MANAGER


def is_end_user(actor: Actor) -> bool:
    """Whether somebody is here for their own work."""
    return actor.role is Role.MEMBER


register(
    Entry(
        "behaviours:team",
        "Team",
        icon="users-group",
        order=11,
        may_open=leads,
        home_of=leads,
        covers=frozenset({"behaviours:names"}),
    ),
    Entry(
        "behaviours:my_week",
        "My week",
        icon="calendar",
        order=19,
        may_open=is_measured,
        home_of=is_end_user,
    ),
    Entry(
        "behaviours:behaviours",
        "Behaviours",
        icon="clipboard-check",
        order=32,
        may_open=holds(Permission.BEHAVIOURS_READ),
        covers=frozenset(
            f"behaviours:{name}"
            for name in ("behaviour", "new", "edit", "examples", "questions", "duties")
        ),
    ),
)
