"""The rail's lines about people, populations and accounts."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register


def _views(*names: str) -> frozenset[str]:
    return frozenset(f"customers:{name}" for name in names)


READERS = holds(Permission.METRICS_READ, Permission.TEAM_METRICS_READ, Permission.PEOPLE_READ)

register(
    Entry(
        "customers:accounts",
        "Accounts",
        icon="building",
        order=40,
        may_open=READERS,
        covers=_views(
            *("account", "new_change", "change_of_all", "correct_change", "discovery"),
            *("new_discovery", "new_note", "go_live", "phases", "success"),
        ),
    ),
    Entry(
        "customers:people",
        "People",
        icon="users-group",
        order=45,
        may_open=READERS,
        covers=_views("groups", "person", "numbers", "link", "unlink", "erase"),
    ),
    Entry(
        "customers:populations",
        "Populations",
        icon="filter",
        order=46,
        may_open=READERS,
        covers=_views("population", "new_population", "edit_population", "expected")
        | _views("remove_population"),
    ),
)
