"""How workspaces are found."""

from __future__ import annotations

from django.db import OperationalError, ProgrammingError
from django.db.models import QuerySet

from uptake.foundation.access import Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound, NotMigrated
from uptake.foundation.models import Membership, User, Workspace


def visible_workspaces(user: User) -> QuerySet[Workspace]:
    """Return the workspaces that the user is a member of."""
    if not user.is_active:
        return Workspace.objects.none()
    return Workspace.objects.filter(memberships__user=user)


def runs_a_workspace(user: User) -> bool:
    """Say whether the user owns any workspace."""
    return user.is_active and user.memberships.filter(role=Role.OWNER).exists()


def access_workspace(user: User, slug: str) -> Actor:
    """Return the user as an actor in a workspace of theirs.

    Raises:
        NotFound: there is no such workspace, or the user is a stranger there.
    """
    found = Membership.objects.filter(user=user, workspace__slug=slug).select_related("workspace")
    held = found.first() if user.is_active else None
    if held is None:
        raise NotFound(f"There is no workspace {slug!r} for you; ask one of its owners to add you.")
    return Actor.holding(held, user, held.workspace)


def system_actor(slug: str, *, name: str = "system") -> Actor:
    """Return the system as an actor in the workspace of that name.

    Raises:
        NotFound: there is no such workspace.
        NotMigrated: there are no tables yet.
    """
    try:
        workspace = Workspace.objects.filter(slug=slug).first()
    except (ProgrammingError, OperationalError) as missing:
        raise NotMigrated(
            "The database has no tables yet or does not answer; run `uptake migrate`, and "
            "`uptake doctor` if that does not help."
        ) from missing
    if workspace is None:
        raise NotFound(
            f"There is no workspace {slug!r}; `uptake workspace list` shows those there are, "
            "`uptake workspace create` makes another."
        )
    return Actor.system(workspace, name=name)
