"""The rail's lines about reminders."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

register(
    Entry("reminders:own", "My reminders", icon="bell", order=20, may_open=is_measured),
    Entry(
        "reminders:reminders",
        "Reminders",
        icon="bell",
        order=33,
        may_open=holds(Permission.BEHAVIOURS_READ),
        covers=frozenset(
            f"reminders:{name}"
            for name in ("reminder", "tomorrow", "new", "edit", "sent", "limits", "chat")
        ),
    ),
)
