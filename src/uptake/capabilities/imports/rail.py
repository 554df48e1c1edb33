"""Imports' line in the rail."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

BELOW = ("new", "import", "mapping", "kind", "undo", "mappings", "folders", "again", "save_mapping")

register(
    Entry(
        "imports:history",
        "Imports",
        icon="file-import",
        order=60,
        may_open=holds(Permission.IMPORTS_RUN),
        covers=frozenset(f"imports:{name}" for name in BELOW),
    )
)
