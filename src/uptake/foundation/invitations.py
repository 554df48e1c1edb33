"""Inviting people into a workspace: the only way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.actions import check_limit
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound
from uptake.foundation.models import Invitation, Membership, User
from uptake.foundation.tokens import hash_of, new_secret

LONGEST_DAYS = 90


@dataclass(frozen=True, slots=True)
class Issued:
    """An invitation and the secret of its link, which is not stored and cannot be shown again."""

    invitation: Invitation
    token: str


def visible_invitations(actor: Actor) -> QuerySet[Invitation]:
    """Return the invitations that nobody has answered or withdrawn, expired ones included."""
    actor.require(Permission.MEMBERS_MANAGE)
    waiting = Invitation.objects.filter(workspace=actor.workspace)
    return waiting.filter(accepted_at=None, revoked_at=None)


@transaction.atomic
def invite(
    actor: Actor, email: str, *, role: Role, account: str = "", person: str = "", days: int = 7
) -> Issued:
    """Keep a place for an address; an earlier invitation to it is withdrawn.

    ``account`` limits what they will see; ``person`` is whose own work they will see.

    Raises:
        Invalid: the address, the limit or the number of days makes no sense.
        Conflict: somebody of this address is a member already.
    """
    actor.require(Permission.MEMBERS_MANAGE)
    address = _checked_address(email)
    check_limit(role, account)
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(f"An invitation lasts for 1 to {LONGEST_DAYS} days; {days} cannot be used.")
    if Membership.objects.filter(workspace=actor.workspace, user__email=address).exists():
        raise Conflict(f"{address} is a member already; change their role in the list of members.")
    waiting = Invitation.objects.select_for_update().filter(
        workspace=actor.workspace, email=address, accepted_at=None, revoked_at=None
    )
    waiting.update(revoked_at=now())
    token = new_secret()
    invitation = Invitation.objects.create(
        workspace=actor.workspace,
        email=address,
        role=role,
        account=account,
        person=person,
        token_hash=hash_of(token),
        invited_by=actor.user,
        expires_at=now() + timedelta(days=days),
    )
    activity.record(actor, "member.invited", invitation, role=str(role), account=account)
    return Issued(invitation, token)


def _checked_address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as wrong:
        raise Invalid(f"{email!r} is no e-mail address; correct it.") from wrong
    return address


@transaction.atomic
def revoke_invitation(actor: Actor, invitation_id: int) -> Invitation:
    """Withdraw an invitation; its link leads nowhere from now on."""
    actor.require(Permission.MEMBERS_MANAGE)
    found = visible_invitations(actor).select_for_update().filter(pk=invitation_id).first()
    if found is None:
        raise NotFound("There is no such open invitation; reload the page to see those there are.")
    found.revoked_at = now()
    found.save(update_fields=["revoked_at"])
    activity.record(actor, "invitation.revoked", found)
    return found


def access_invitation(token: str) -> Invitation:
    """Return the invitation of a link, to whoever holds the link.

    Raises:
        NotFound: there is none, or it has been answered, withdrawn, or has expired.
    """
    found = Invitation.objects.select_related("workspace", "invited_by")
    invitation = found.filter(token_hash=hash_of(token)).first()
    if invitation is None or not invitation.is_open(now()):
        raise NotFound(
            "This invitation is no longer valid: it was used, withdrawn, or has expired. "
            "Ask whoever invited you for another."
        )
    return invitation


@transaction.atomic
def accept_invitation(user: User, token: str) -> Invitation:
    """Take the place that was kept for the user's address.

    Raises:
        NotFound: the invitation is no longer open.
        Conflict: it was for another address.
    """
    invitation = _lock(token)
    if invitation.email != user.email.lower():
        raise Conflict(
            f"This invitation is for {invitation.email}; sign out, then open its link again."
        )
    Membership.objects.update_or_create(
        user=user,
        workspace=invitation.workspace,
        defaults={"role": invitation.role, "account": invitation.account},
    )
    invitation.accepted_at = now()
    invitation.save(update_fields=["accepted_at"])
    actor = Actor.of(user, invitation.workspace)
    activity.record(actor, "invitation.accepted", invitation, role=invitation.role)
    return invitation


@transaction.atomic
def accept_as_new_user(token: str, *, name: str, password: str | None) -> User:
    """Make an account for the invited address and take the place.

    Raises:
        NotFound: the invitation is no longer open.
        Conflict: there is an account of this address; its owner signs in instead.
        Invalid: the password is too weak; the text says why.
    """
    invitation = _lock(token)
    if User.objects.filter(email=invitation.email).exists():
        raise Conflict(f"There is an account for {invitation.email} already; sign in with it.")
    user = User(email=invitation.email, name=name.strip())
    try:
        validate_password(password or "", user)
    except ValidationError as weak:
        raise Invalid(" ".join(weak.messages)) from weak
    user.set_password(password)
    user.save()
    accept_invitation(user, token)
    return user


def _lock(token: str) -> Invitation:
    invitation = access_invitation(token)
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    return access_invitation(token)
