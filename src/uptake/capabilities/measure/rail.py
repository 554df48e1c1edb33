"""The rail's lines about figures, and where each role begins."""

from __future__ import annotations

from uptake.capabilities.customers.queries import is_measured
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, holds, register

OF_DEPLOYMENT = frozenset({"measure:deployment", "measure:how"})


def sees_all_figures(actor: Actor) -> bool:
    """Whether somebody sees the figures of the whole workspace."""
    return actor.account is None and actor.may(Permission.METRICS_READ)


def sees_own_account(actor: Actor) -> bool:
    """Whether somebody of a customer sees the figures of their account."""
    return actor.account is not None and actor.may(Permission.METRICS_READ)


def leads(actor: Actor) -> bool:
    """Whether somebody sees the team they lead."""
    return actor.role is Role.MANAGER


def is_end_user(actor: Actor) -> bool:
    """Whether somebody is here for their own numbers."""
    return actor.role is Role.MEMBER


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
    Entry(
        "measure:team",
        "Team adoption",
        icon="chart-bar",
        order=12,
        may_open=leads,
        home_of=leads,
    ),
    Entry(
        "measure:me",
        "My adoption",
        icon="user-circle",
        order=20,
        may_open=is_measured,
        home_of=is_end_user,
    ),
    Entry(
        "measure:explore",
        "Explore",
        icon="chart-dots",
        order=30,
        may_open=holds(Permission.METRICS_READ),
    ),
)
