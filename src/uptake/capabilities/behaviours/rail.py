"""The rail's line about behaviours."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

register(
    Entry(
        "behaviours:behaviours",
        "Behaviours",
        icon="clipboard-check",
        order=32,
        may_open=holds(Permission.BEHAVIOURS_READ),
        covers=frozenset(f"behaviours:{name}" for name in ("behaviour", "new", "edit")),
    ),
)
