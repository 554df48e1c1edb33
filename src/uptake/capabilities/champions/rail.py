"""The rail's lines about who carries what is asked."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

register(
    Entry(
        "champions:carriers",
        "Who carries it",
        icon="user-circle",
        order=35,
        may_open=holds(Permission.BEHAVIOURS_READ),
        covers=frozenset({"champions:jobs_of", "champions:own"}),
    ),
    Entry(
        "champions:champions",
        "Champions",
        icon="flag",
        order=36,
        may_open=holds(Permission.BEHAVIOURS_READ),
        covers=frozenset({"champions:nominate", "champions:names"}),
    ),
)
