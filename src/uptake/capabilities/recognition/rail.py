"""The rail's line about recognition."""

from __future__ import annotations

from uptake.ui.navigation import Entry, register

register(
    Entry(
        "recognition:recognition",
        "Recognition",
        icon="star",
        order=34,
        covers=frozenset({"recognition:nominate"}),
    )
)
