"""Workspaces, members, invitations, keys, the audit log and looks at named people, over the API."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.administration import actions, queries
from uptake.capabilities.administration.api_shapes import (
    AuditEntry,
    AuditQuery,
    HolidaysShape,
    HolidaysWanted,
    InvitationMade,
    InvitationShape,
    KeyMade,
    KeyShape,
    LookEntry,
    Me,
    MemberSet,
    MemberShape,
    MemberWanted,
    NewInvitation,
    NewKey,
    WorkspaceShape,
)
from uptake.foundation import invitations, keys, privacy
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.holidays import set_country

places = Endpoints("Workspaces")
access = Endpoints("Members, keys and audit log")


@places.get("/workspaces", answers=Listed[WorkspaceShape])
def list_workspaces(request: ApiRequest, asked: Query[Paging]) -> Listed[WorkspaceShape]:
    """List the workspaces that the caller may enter, by their place in addresses."""
    found = sorted(request.caller.workspaces, key=lambda row: row.slug)
    return page_of(found, asked, key=lambda row: row.slug, show=WorkspaceShape.of)


@access.get("", answers=WorkspaceShape)
def get_workspace(request: ApiRequest) -> WorkspaceShape:
    """Show the workspace."""
    return WorkspaceShape.of(request.actor.workspace)


@access.get("/holidays", answers=HolidaysShape)
def get_holidays(request: ApiRequest) -> HolidaysShape:
    """Show whose public holidays are free, and the next of them."""
    return HolidaysShape.of(request.actor.workspace)


@access.put("/holidays", answers=HolidaysShape, needs=Permission.WORKSPACE_MANAGE)
def set_holidays(request: ApiRequest, body: HolidaysWanted) -> HolidaysShape:
    """Say where people work: nothing is expected on public holidays there, nor was it before."""
    return HolidaysShape.of(set_country(request.actor, body.country))


@access.get("/me", answers=Me)
def get_me(request: ApiRequest) -> Me:
    """Show who the caller is here, and what they may do."""
    actor = request.actor
    return Me(
        name=actor.name,
        role=actor.role,
        account=actor.account,
        permissions=tuple(permission for permission in Permission if actor.may(permission)),
    )


@access.get("/members", answers=Listed[MemberShape], needs=Permission.MEMBERS_MANAGE)
def list_members(request: ApiRequest, asked: Query[Paging]) -> Listed[MemberShape]:
    """List who has access, owners first, then by address."""
    found = queries.members(request.actor)
    return page_of(found, asked, key=lambda member: str(member.user.pk), show=MemberShape.of)


@access.put("/members/{user}", answers=MemberSet, needs=Permission.MEMBERS_MANAGE)
def set_member(request: ApiRequest, user: int, body: MemberWanted) -> MemberSet:
    """Say what a member may do and see, in place of what stood there."""
    changed = actions.change_member(
        request.actor, user, role=body.role, account=body.account, person=body.person
    )
    return MemberSet.of(changed, body.person)


@access.delete("/members/{user}", needs=Permission.MEMBERS_MANAGE)
def remove_member(request: ApiRequest, user: int) -> None:
    """Take somebody out of the workspace; what they did stays on record."""
    actions.take_out(request.actor, user)


@access.get("/invitations", answers=Listed[InvitationShape], needs=Permission.MEMBERS_MANAGE)
def list_invitations(request: ApiRequest, asked: Query[Paging]) -> Listed[InvitationShape]:
    """List the places that are kept for somebody, the newest first."""
    rows = invitations.visible_invitations(request.actor)
    return page_of_rows(rows, asked, order=("-id",), show=InvitationShape.of)


@access.post("/invitations", answers=InvitationMade, needs=Permission.MEMBERS_MANAGE, status=201)
def invite_member(request: ApiRequest, body: NewInvitation) -> InvitationMade:
    """Invite somebody: the link is mailed to them, and shown here once."""
    made = actions.invite(
        request.actor,
        body.email,
        role=body.role,
        account=body.account,
        person=body.person,
        days=body.days,
    )
    return InvitationMade.of_invited(made)


@access.delete("/invitations/{invitation}", needs=Permission.MEMBERS_MANAGE)
def withdraw_invitation(request: ApiRequest, invitation: int) -> None:
    """Withdraw an invitation; its link leads nowhere from then on."""
    invitations.revoke_invitation(request.actor, invitation)


@access.get("/keys", answers=Listed[KeyShape], needs=Permission.KEYS_MANAGE)
def list_keys(request: ApiRequest, asked: Query[Paging]) -> Listed[KeyShape]:
    """List the keys there are and were, the newest first."""
    rows = keys.visible_keys(request.actor)
    return page_of_rows(rows, asked, order=("-id",), show=KeyShape.of)


@access.post("/keys", answers=KeyMade, needs=Permission.KEYS_MANAGE, status=201)
def create_key(request: ApiRequest, body: NewKey) -> KeyMade:
    """Make a key for what its scopes name; it is shown this once. No key can make another."""
    issued = actions.make_key(
        request.actor,
        body.name,
        scopes=frozenset(body.scopes),
        account=body.account,
        last_day=body.last_day,
    )
    return KeyMade.of_issued(issued)


@access.delete("/keys/{api_key}", needs=Permission.KEYS_MANAGE)
def revoke_key(request: ApiRequest, api_key: int) -> None:
    """Take a key out of use, at once and for good."""
    keys.revoke_key(request.actor, api_key)


@access.get("/audit", answers=Listed[AuditEntry], needs=Permission.ACTIVITY_READ)
def list_audit(request: ApiRequest, asked: Query[AuditQuery]) -> Listed[AuditEntry]:
    """List what was done, by whom and when, the newest first."""
    question = queries.AuditQuestion(
        who=asked.who, verb=asked.verb, first=asked.first, last=asked.last
    )
    rows = queries.audit(request.actor, question)
    return page_of_rows(rows, asked, order=("-at", "-id"), show=AuditEntry.of)


@access.get("/looks", answers=Listed[LookEntry], needs=Permission.PRIVACY_MANAGE)
def list_looks(request: ApiRequest, asked: Query[Paging]) -> Listed[LookEntry]:
    """List every look at figures of a named person, the newest first."""
    rows = privacy.visible_looks(request.actor)
    return page_of_rows(rows, asked, order=("-at", "-id"), show=LookEntry.of)


ROUTERS = (access.router,)
