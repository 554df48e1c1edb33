"""The standing cast: Olga owns, Edith edits, Victor views, Stan is a stranger."""

from __future__ import annotations

from dataclasses import dataclass

from tests import factories
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.models import User, Workspace


@dataclass(frozen=True, slots=True)
class Cast:
    """Four users as they stand in one workspace."""

    workspace: Workspace
    olga: Actor
    edith: Actor
    victor: Actor
    stan: Actor

    @property
    def who_may_not_write(self) -> tuple[Actor, Actor]:
        """Everyone by whom every write is tried and refused."""
        return self.victor, self.stan


def gather_cast() -> Cast:
    """Create a workspace and put the cast into it; Stan belongs to another one."""
    workspace = factories.workspace("acme")
    elsewhere = factories.workspace("elsewhere")
    return Cast(
        workspace=workspace,
        olga=_join("olga", workspace, Role.OWNER),
        edith=_join("edith", workspace, Role.EDITOR),
        victor=_join("victor", workspace, Role.VIEWER),
        stan=_visit("stan", workspace, home=elsewhere),
    )


def _join(name: str, workspace: Workspace, role: Role) -> Actor:
    user = factories.user(name)
    factories.membership(user, workspace, role)
    return Actor.of(user, workspace)


def _visit(name: str, workspace: Workspace, *, home: Workspace) -> Actor:
    user: User = factories.user(name)
    factories.membership(user, home, Role.OWNER)
    return Actor.of(user, workspace)
