"""The rail's line about records."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.capabilities.records.rated import has_been_asked
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
        "records:ratings",
        "Ratings",
        icon="clipboard-check",
        order=21,
        may_open=has_been_asked,
        covers=frozenset({"records:rate"}),
    ),
    Entry(
        "records:standards",
        "Record quality",
        icon="database",
        order=34,
        may_open=holds(Permission.RECORDS_READ),
        covers=frozenset(
            f"records:{name}"
            for name in (
                "standard",
                "new",
                "edit",
                "teams",
                "samples",
                "authors",
                "erase_author",
                "fields",
            )
        ),
    ),
)
