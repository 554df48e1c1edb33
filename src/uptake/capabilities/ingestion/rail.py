"""Data's line in the rail."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

BELOW = ("new", "source", "settings", "rotate", "quarantine", "record")

register(
    Entry(
        "ingestion:sources",
        "Data",
        icon="database-import",
        order=55,
        may_open=holds(Permission.SOURCES_READ),
        covers=frozenset(f"ingestion:{name}" for name in BELOW),
    )
)
