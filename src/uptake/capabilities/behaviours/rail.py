"""The rail's lines about behaviours."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

register(
    Entry("behaviours:my_week", "My week", icon="calendar", order=19, may_open=is_measured),
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
