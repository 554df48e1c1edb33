"""The one who acts: a user or the system itself, in one workspace."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.foundation.access import GRANTS, Permission, Role
from uptake.foundation.errors import NotAllowed, NotFound
from uptake.foundation.models import Membership, User, Workspace


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where; ``user`` is ``None`` for the system, ``role`` is ``None`` for strangers.

    Made by ``Actor.of`` or ``Actor.system`` only, so that the role is the one on record.
    """

    workspace: Workspace
    user: User | None
    role: Role | None
    name: str

    @classmethod
    def of(cls, user: User, workspace: Workspace) -> Actor:
        """Return the user as they stand in the workspace."""
        held = None
        if user.is_active:
            found = Membership.objects.filter(user=user, workspace=workspace).first()
            held = Role(found.role) if found else None
        return cls(workspace=workspace, user=user, role=held, name=user.email)

    @classmethod
    def system(cls, workspace: Workspace, *, name: str = "system") -> Actor:
        """Return the system acting by itself, or for whoever may run commands on the server."""
        return cls(workspace=workspace, user=None, role=Role.OWNER, name=name)

    def may(self, permission: Permission) -> bool:
        """Say whether the actor's role holds the permission."""
        return self.role is not None and permission in GRANTS[self.role]

    def require(self, permission: Permission) -> None:
        """Do nothing if the actor may, else refuse.

        Raises:
            NotFound: the actor is a stranger, who must not learn what exists here.
            NotAllowed: the actor's role does not hold the permission.
        """
        if self.role is None:
            raise NotFound(
                "There is no such workspace; check the address or ask for an invitation."
            )
        if not self.may(permission):
            raise NotAllowed(
                f"Your role ({self.role}) does not include {permission}; "
                "ask an owner of the workspace."
            )
