"""The rail's line about processes."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

PAGES = (
    *("process", "map", "variants", "deviations", "cases", "resources", "handovers", "durations"),
    *("compare", "model", "edit", "new"),
)

register(
    Entry(
        "process:processes",
        "Processes",
        icon="route",
        order=35,
        may_open=holds(Permission.PROCESS_READ),
        covers=frozenset(f"process:{name}" for name in PAGES),
    ),
)
