"""The standing cast: Olga owns, Edith edits, Victor views, Stan is a stranger.

Beside them: Mark manages, Xenia is an executive, Ursula is an end user, and Carla leads adoption at
one customer, whose account ("north") is all she sees.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests import factories
from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.models import User, Workspace

CUSTOMER = "north"
"""The account that Carla is limited to; tests that need it make it."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Users as they stand in one workspace."""

    workspace: Workspace
    olga: Actor
    edith: Actor
    mark: Actor
    xenia: Actor
    ursula: Actor
    carla: Actor
    victor: Actor
    stan: Actor

    @property
    def members(self) -> tuple[Actor, ...]:
        """Everyone with a role in the workspace."""
        return (
            self.olga,
            self.edith,
            self.mark,
            self.xenia,
            self.ursula,
            self.carla,
            self.victor,
        )

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
        mark=_join("mark", workspace, Role.MANAGER),
        xenia=_join("xenia", workspace, Role.EXECUTIVE),
        ursula=_join("ursula", workspace, Role.MEMBER),
        carla=_join("carla", workspace, Role.EDITOR, account=CUSTOMER),
        victor=_join("victor", workspace, Role.VIEWER),
        stan=_visit("stan", workspace, home=elsewhere),
    )


def _join(name: str, workspace: Workspace, role: Role, *, account: str = "") -> Actor:
    user = factories.user(name)
    factories.membership(user, workspace, role, account=account)
    return Actor.of(user, workspace)


def _visit(name: str, workspace: Workspace, *, home: Workspace) -> Actor:
    user: User = factories.user(name)
    factories.membership(user, home, Role.OWNER)
    return Actor.of(user, workspace)
