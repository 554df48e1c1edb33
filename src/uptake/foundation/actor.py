"""The one who acts: a user or the system itself, in one workspace."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.foundation.access import Permission, Role, in_words, is_granted
from uptake.foundation.errors import NotAllowed, NotFound
from uptake.foundation.models import Membership, User, Workspace


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where; ``user`` is ``None`` for the system, ``role`` is ``None`` for strangers.

    ``account`` is the external id of the account that a customer's people are limited to, with
    everything below it; ``None`` is the whole workspace. ``scope`` is what an API key was made
    for, of all that its role may. Made by ``Actor.of`` (and what it uses), ``Actor.system`` or
    ``keys.actor_of_key`` only, so that role and account are those on record.
    """

    workspace: Workspace
    user: User | None
    role: Role | None
    name: str
    account: str | None = None
    scope: frozenset[Permission] | None = None

    @classmethod
    def of(cls, user: User, workspace: Workspace) -> Actor:
        """Return the user as they stand in the workspace."""
        held = None
        if user.is_active:
            held = Membership.objects.filter(user=user, workspace=workspace).first()
        if held is None:
            return cls(workspace=workspace, user=user, role=None, name=user.email)
        return cls.holding(held, user, workspace)

    @classmethod
    def holding(cls, held: Membership, user: User, workspace: Workspace) -> Actor:
        """Return an active user as the membership says that they stand in its workspace."""
        return cls(
            workspace=workspace,
            user=user,
            role=Role(held.role),
            name=user.email,
            account=held.account or None,
        )

    @classmethod
    def system(cls, workspace: Workspace, *, name: str = "system") -> Actor:
        """Return the system acting by itself, or for whoever may run commands on the server."""
        return cls(workspace=workspace, user=None, role=Role.OWNER, name=name)

    @property
    def called(self) -> str:
        """What other people call them: the name they gave, else ``name``."""
        return (self.user.name if self.user else "") or self.name

    def may(self, permission: Permission) -> bool:
        """Say whether the actor's role holds the permission."""
        if self.scope is not None and permission not in self.scope:
            return False
        return is_granted(self.role, permission, within_account=self.account is not None)

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
        if self.may(permission):
            return
        if self.scope is not None and permission not in self.scope:
            raise NotAllowed(f"This key does not include {permission}; make one that does.")
        if is_granted(self.role, permission, within_account=False):
            raise NotAllowed(
                f"You see one account of this workspace, so you may not {in_words(permission)}; "
                "ask an owner of the workspace."
            )
        raise NotAllowed(
            f"As {self.role} you may not {in_words(permission)}; ask an owner of the workspace."
        )
