"""The rail's line about records."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.foundation.access import Permission
from uptake.ui.navigation import Entry, holds, register

register(
    Entry(
        "records:teams",
        "Teams by records",
        icon="star",
        order=33,
        may_open=lambda actor: (
            actor.may(Permission.TEAM_METRICS_READ) and not actor.may(Permission.RECORDS_READ)
        ),
    ),
    Entry("records:own", "My records", icon="list", order=20, may_open=is_measured),
    Entry(
        "records:standards",
        "Record quality",
        icon="database",
        order=34,
        may_open=holds(Permission.RECORDS_READ),
        covers=frozenset(f"records:{name}" for name in ("standard", "new", "edit", "teams")),
    ),
)
