"""What can be done to workspaces and their members."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from django.db import transaction

from uptake.config import load_settings
from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import SLUG, Membership, User, Workspace, WorkspaceKind
from uptake.foundation.queries import runs_a_workspace


@transaction.atomic
def create_workspace(
    slug: str,
    *,
    owner: User | None = None,
    name: str = "",
    kind: WorkspaceKind = WorkspaceKind.VENDOR,
    timezone: str | None = None,
) -> Workspace:
    """Create a workspace; whoever asks becomes its owner, the server itself needs none.

    Raises:
        Invalid: the name or the time zone cannot be used.
        Conflict: the name is taken.
    """
    settings = load_settings()
    zone = timezone or settings.timezone
    _check(slug, zone)
    if Workspace.objects.filter(slug=slug).exists():
        raise Conflict(f"A workspace called {slug!r} exists already; choose another name.")
    workspace = Workspace.objects.create(
        slug=slug,
        name=name or slug,
        kind=kind,
        timezone=zone,
        retention_months=settings.retention_months,
    )
    if owner is not None:
        Membership.objects.create(user=owner, workspace=workspace, role=Role.OWNER)
    actor = Actor.of(owner, workspace) if owner is not None else Actor.system(workspace)
    activity.record(actor, "workspace.created", workspace, kind=str(kind), timezone=zone)
    return workspace


@transaction.atomic
def create_another_workspace(
    user: User, slug: str, *, name: str, kind: WorkspaceKind, timezone: str
) -> Workspace:
    """Create a workspace as somebody who runs one already; they own it.

    Raises:
        NotAllowed: the user owns no workspace.
        Invalid: the name or the time zone cannot be used.
        Conflict: the name is taken.
    """
    if not runs_a_workspace(user):
        raise NotAllowed("Only an owner of a workspace can make another; ask one of them.")
    return create_workspace(slug, owner=user, name=name, kind=kind, timezone=timezone)


def _check(slug: str, timezone: str) -> None:
    if not re.match(SLUG, slug):
        raise Invalid(
            f"{slug!r} cannot name a workspace; use lower-case letters, digits and hyphens."
        )
    if timezone not in available_timezones():
        raise Invalid(f"{timezone!r} is not a time zone; use a name such as Europe/Berlin.")


@transaction.atomic
def set_retention(actor: Actor, *, months: int | None) -> Workspace:
    """Decide for how many months events are kept; ``None`` keeps all. The worker applies it."""
    actor.require(Permission.WORKSPACE_MANAGE)
    workspace = Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    if months is not None and months < 1:
        raise Invalid("Events are kept for one month at least; leave it empty to keep all.")
    before = workspace.retention_months
    workspace.retention_months = months
    workspace.save(update_fields=["retention_months"])
    activity.record(actor, "workspace.retention_set", workspace, before=before, after=months)
    return workspace


@transaction.atomic
def rename_workspace(actor: Actor, *, name: str) -> Workspace:
    """Change what the workspace is called; its address stays."""
    actor.require(Permission.WORKSPACE_MANAGE)
    if not name.strip():
        raise Invalid("A workspace needs a name; write what people call it.")
    workspace = Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    before = workspace.name
    workspace.name = name.strip()
    workspace.save(update_fields=["name"])
    activity.record(actor, "workspace.renamed", workspace, before=before, after=workspace.name)
    return workspace


@transaction.atomic
def set_member(actor: Actor, user: User, *, role: Role, account: str = "") -> Membership:
    """Give a user a role in the workspace, in place of the one they may hold.

    ``account`` limits what they see to that account and everything below it.

    Raises:
        Invalid: an owner would be limited to an account.
        Conflict: the workspace would be left without an owner.
    """
    actor.require(Permission.MEMBERS_MANAGE)
    Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    check_limit(role, account)
    if role is not Role.OWNER:
        _keep_an_owner(actor, user)
    membership, _ = Membership.objects.update_or_create(
        user=user, workspace=actor.workspace, defaults={"role": role, "account": account}
    )
    activity.record(actor, "member.set", user, role=str(role), account=account)
    return membership


def check_limit(role: Role, account: str) -> None:
    """Refuse an owner who is limited to an account: owners answer for the whole workspace."""
    if role is Role.OWNER and account:
        raise Invalid("An owner sees the whole workspace; choose another role or no account.")


@transaction.atomic
def remove_member(actor: Actor, user: User) -> None:
    """Take a user out of the workspace; what they did stays on record."""
    actor.require(Permission.MEMBERS_MANAGE)
    Workspace.objects.select_for_update().get(pk=actor.workspace.pk)
    _keep_an_owner(actor, user)
    removed, _ = Membership.objects.filter(user=user, workspace=actor.workspace).delete()
    if not removed:
        raise NotFound(f"{user.email} is no member of this workspace; there is nothing to remove.")
    activity.record(actor, "member.removed", user)


def _keep_an_owner(actor: Actor, leaving: User) -> None:
    owners = Membership.objects.filter(workspace=actor.workspace, role=Role.OWNER)
    if owners.filter(user=leaving).exists() and not owners.exclude(user=leaving).exists():
        raise Conflict("A workspace needs an owner; make somebody else an owner first.")
