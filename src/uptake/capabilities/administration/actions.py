"""What administration does beyond the foundation: invite by mail, link people, change oneself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

import structlog
from allauth.usersessions.models import UserSession
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import get_current_timezone

from uptake.capabilities.administration.queries import access_membership, person_of_member
from uptake.capabilities.customers import actions as customers
from uptake.capabilities.customers import queries
from uptake.config import load_settings
from uptake.foundation import invitations, keys
from uptake.foundation.access import Role
from uptake.foundation.actions import remove_member, set_member
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Invitation, Membership, Theme, User

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its link, which is shown once."""

    row: Invitation
    link: str


@transaction.atomic
def invite(
    actor: Actor, email: str, *, role: Role, account: str = "", person: str = "", days: int = 7
) -> Invited:
    """Invite somebody and mail them the link.

    Raises:
        NotFound: there is no such account or person.
    """
    if account:
        queries.access_account(actor, account)
    if person:
        queries.access_person(actor, person)
    issued = invitations.invite(actor, email, role=role, account=account, person=person, days=days)
    path = reverse("profile:invitation", kwargs={"token": issued.token})
    link = f"{load_settings().public_url}{path}"
    transaction.on_commit(partial(_mail, issued.invitation, link))
    return Invited(issued.invitation, link)


def _mail(invitation: Invitation, link: str) -> None:
    """Send the invitation; should the mail fail, whoever invites still has the link."""
    told = {"invitation": invitation, "link": link}
    text = render_to_string("administration/mail/invitation.txt", told)
    subject = f"You are invited to {invitation.workspace.name} on Uptake"
    try:
        send_mail(subject, text, None, [invitation.email])
    except OSError as problem:
        log.warning("mail.failed", what="invitation", problem=str(problem))


@transaction.atomic
def change_member(
    actor: Actor, user_id: int, *, role: Role, account: str = "", person: str = ""
) -> Membership:
    """Change what a member may do and see, and whose own work they see.

    Raises:
        NotFound: there is no such member, account or person.
        Invalid: an owner would be limited to an account.
        Conflict: no owner would be left, or the person is somebody else's.
    """
    user = access_membership(actor, user_id).user
    if account:
        queries.access_account(actor, account)
    changed = set_member(actor, user, role=role, account=account)
    if person != person_of_member(actor, user):
        customers.unlink_person(actor, user)
        if person:
            customers.link_person(actor, person, user)
    return changed


@transaction.atomic
def take_out(actor: Actor, user_id: int) -> User:
    """Take a member out of the workspace, and the link to their own work with them."""
    user = access_membership(actor, user_id).user
    remove_member(actor, user)
    customers.unlink_person(actor, user)
    return user


@transaction.atomic
def make_key(
    actor: Actor,
    name: str,
    *,
    scopes: frozenset[str],
    account: str = "",
    last_day: date | None = None,
) -> keys.IssuedKey:
    """Make a key that works to the end of ``last_day``, within an account if one is given.

    Raises:
        NotFound: there is no such account.
        Invalid: it has no name or scope, or would end before it is used.
    """
    if account:
        queries.access_account(actor, account)
    ends = None
    if last_day is not None:
        day_after = last_day + timedelta(days=1)
        ends = datetime.combine(day_after, time.min, get_current_timezone())
    return keys.create_key(actor, name, scopes=scopes, account=account, expires_at=ends)


@transaction.atomic
def accept(user: User, token: str) -> Invitation:
    """Take the place that was kept for the user, and their own work with it."""
    invitation = invitations.accept_invitation(user, token)
    _link(invitation, user)
    return invitation


@transaction.atomic
def accept_as_new_user(token: str, *, name: str, password: str) -> tuple[User, Invitation]:
    """Make an account for the invited and take the place."""
    invitation = invitations.access_invitation(token)
    user = invitations.accept_as_new_user(token, name=name, password=password)
    _link(invitation, user)
    return user, invitation


def _link(invitation: Invitation, user: User) -> None:
    if not invitation.person:
        return
    actor = Actor.system(invitation.workspace, name=f"invitation to {user.email}")
    try:
        customers.link_person(actor, invitation.person, user)
    except NotFound:
        log.warning("invitation.person_gone", workspace=invitation.workspace.slug)


@transaction.atomic
def change_profile(user: User, *, name: str, theme: Theme) -> User:
    """Change what a user is called and how pages look to them."""
    user.name = name.strip()
    user.theme = theme
    user.save(update_fields=["name", "theme"])
    return user


def end_session(user: User, session_id: int) -> None:
    """Sign a user out of one browser."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise NotFound("This session has ended already.")
    session.end()
