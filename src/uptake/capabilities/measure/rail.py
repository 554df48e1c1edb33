"""The rail's lines about figures, and where each role begins."""

from __future__ import annotations

from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, register

OF_DEPLOYMENT = frozenset(
    f"measure:{name}" for name in ("deployment", "how", "note", "change", "success")
)


def sees_all_figures(actor: Actor) -> bool:
    """Whether somebody sees the figures of the whole workspace."""
    return actor.account is None and actor.may(Permission.METRICS_READ)


def sees_own_account(actor: Actor) -> bool:
    """Whether somebody of a customer sees the figures of their account."""
    return actor.account is not None and actor.may(Permission.METRICS_READ)


register(
    Entry(
        "measure:own_deployment",
        "Deployment",
        icon="target",
        order=10,
        may_open=sees_own_account,
        covers=OF_DEPLOYMENT,
        home_of=sees_own_account,
    ),
    Entry(
        "measure:portfolio",
        "Portfolio",
        icon="layout-dashboard",
        order=11,
        may_open=sees_all_figures,
        covers=OF_DEPLOYMENT,
        home_of=sees_all_figures,
    ),
)
