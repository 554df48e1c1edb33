"""Administration's lines in the rail."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, Group, holds, register


def _views(*names: str) -> frozenset[str]:
    return frozenset(f"administration:{name}" for name in names)


register(
    Entry(
        "administration:members",
        "Members",
        icon="users",
        order=100,
        group=Group.SETTINGS,
        may_open=holds(Permission.MEMBERS_MANAGE),
        covers=_views("invite", "member"),
    ),
    Entry(
        "administration:keys",
        "Keys",
        icon="key",
        order=110,
        group=Group.SETTINGS,
        may_open=holds(Permission.KEYS_MANAGE),
        covers=_views("new_key"),
    ),
    Entry(
        "administration:privacy",
        "Privacy",
        icon="shield-lock",
        order=120,
        group=Group.SETTINGS,
        covers=_views("record_policy", "looks"),
    ),
    Entry(
        "administration:audit",
        "Audit log",
        icon="history",
        order=130,
        group=Group.SETTINGS,
        may_open=holds(Permission.ACTIVITY_READ),
    ),
    Entry(
        "administration:workspace",
        "Workspace",
        icon="settings",
        order=140,
        group=Group.SETTINGS,
        may_open=holds(Permission.WORKSPACE_MANAGE),
    ),
)
