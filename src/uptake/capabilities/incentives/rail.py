"""The rail's line about the register of incentives."""

from __future__ import annotations

from uptake.capabilities.incentives.queries import reads_register
from uptake.ui.navigation import Entry, register

register(
    Entry(
        "incentives:incentives",
        "Incentives",
        icon="scale",
        order=38,
        may_open=reads_register,
        covers=frozenset(f"incentives:{name}" for name in ("incentive", "new", "edit")),
    )
)
