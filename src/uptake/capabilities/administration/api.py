"""Workspaces, members, invitations, keys, the audit log and looks at named people, over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.administration import queries
from uptake.capabilities.administration.words import deed
from uptake.foundation import invitations, keys, privacy
from uptake.foundation.access import Permission, Role
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape
from uptake.foundation.models import (
    Activity,
    ApiKey,
    Invitation,
    NamedView,
    Workspace,
    WorkspaceKind,
)

Email = Annotated[str, Field(examples=["edith@example.org"])]
LimitedTo = Annotated[str, Field(examples=[""])]

places = Endpoints("Workspaces")
access = Endpoints("Members, keys and audit log")


class WorkspaceShape(Shape):
    """A separate world of people, events and rules."""

    slug: Annotated[str, Field(examples=["acme"])]
    """Its place in addresses."""
    name: Annotated[str, Field(examples=["Acme"])]
    """What people call it."""
    kind: WorkspaceKind
    """Whose view of the world it is."""
    timezone: Annotated[str, Field(examples=["Europe/Berlin"])]
    """Where its days begin and end."""
    retention_months: Annotated[int | None, Field(examples=[36])]
    """For how many months events are kept; null: all of them."""
    minimum_group: Annotated[int, Field(examples=[5])]
    """Numbers about fewer people are hidden."""

    @classmethod
    def of(cls, row: Workspace) -> WorkspaceShape:
        """Show a row."""
        return cls.model_validate(row)


class Me(Shape):
    """Who the caller is in a workspace."""

    name: Annotated[str, Field(examples=["key Nightly export"])]
    """What the audit log calls them."""
    role: Role | None
    """Their role; a key has the owner's, as far as it was made for."""
    account: Annotated[str | None, Field(examples=["a001"])]
    """The account whose rows they see; null: all."""
    permissions: tuple[Permission, ...]
    """What they may do."""


class MemberShape(Shape):
    """Somebody who has access."""

    user: RowId
    """Their number."""
    email: Email
    """Their address."""
    name: Annotated[str, Field(examples=["Edith"])]
    """Their name."""
    role: Annotated[str, Field(examples=["Editor"])]
    """What they are here."""
    account: LimitedTo
    """The account whose rows they see; empty: all."""
    person: Annotated[str, Field(examples=[""])]
    """The person whose own work they see."""
    has_second_factor: bool
    """Whether they sign in with a second factor."""

    @classmethod
    def of(cls, member: queries.Member) -> MemberShape:
        """Show a member."""
        return cls(
            user=member.user.pk,
            email=member.user.email,
            name=member.user.name,
            role=member.role,
            account=member.account,
            person=member.person,
            has_second_factor=member.has_second_factor,
        )


class InvitationShape(Shape):
    """A place that is kept for an address."""

    id: RowId
    """Its number."""
    email: Email
    """For whom."""
    role: Role
    """As what."""
    account: LimitedTo
    """The account whose rows they will see; empty: all."""
    created_at: datetime
    """Since when."""
    expires_at: datetime
    """Until when."""

    @classmethod
    def of(cls, row: Invitation) -> InvitationShape:
        """Show a row."""
        return cls.model_validate(row)


class KeyShape(Shape):
    """A key with which programs read or write; the key itself is shown once, when it is made."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Nightly export"])]
    """What uses it."""
    prefix: Annotated[str, Field(examples=["uptk_Zm9vY"])]
    """How it begins."""
    scopes: tuple[Annotated[str, Field(examples=["metrics:read"])], ...]
    """What it was made for."""
    account: LimitedTo
    """The account whose rows it sees; empty: all."""
    created_at: datetime
    """Since when."""
    expires_at: datetime | None
    """Until when; null: until it is revoked."""
    last_used_at: datetime | None
    """When it was used last, to the minute."""
    revoked_at: datetime | None
    """Since when it no longer works."""

    @classmethod
    def of(cls, row: ApiKey) -> KeyShape:
        """Show a row."""
        return cls.model_validate(row)


class AuditQuery(Paging):
    """Which part of the log."""

    who: Annotated[str, Field(max_length=254, examples=[""])] = ""
    """Only where the one who did it, or the object, is called so."""
    verb: Annotated[str, Field(max_length=100, examples=[""])] = ""
    """Only this deed."""
    first: date | None = None
    """From this day on."""
    last: date | None = None
    """Up to this day."""


class AuditEntry(Shape):
    """One thing that somebody did."""

    id: RowId
    """Its number."""
    at: datetime
    """When."""
    who: Annotated[str, Field(examples=["edith@example.org"])]
    """Who."""
    verb: Annotated[str, Field(examples=["change.recorded"])]
    """What."""
    words: Annotated[str, Field(examples=["change recorded"])]
    """What, in words."""
    object_type: Annotated[str, Field(examples=["customers.change"])]
    """To what kind of thing."""
    object_id: Annotated[str, Field(examples=["17"])]
    """Its number."""
    object: Annotated[str, Field(examples=["Staff composition on 2026-03-31"])]
    """What it was called."""
    facts: dict[str, str | int | float | bool | None]
    """The facts."""

    @classmethod
    def of(cls, row: Activity) -> AuditEntry:
        """Show a row."""
        return cls(
            id=row.pk,
            at=row.at,
            who=row.actor_name,
            verb=row.verb,
            words=deed(row.verb),
            object_type=row.object_type,
            object_id=row.object_id,
            object=row.object_label,
            facts=row.facts,
        )


class LookEntry(Shape):
    """Somebody looked at figures of a named person."""

    id: RowId
    """Its number."""
    at: datetime
    """When."""
    who: Annotated[str, Field(examples=["edith@example.org"])]
    """Who looked."""
    person: Annotated[str, Field(examples=["p.0815"])]
    """At whom."""
    page: Annotated[str, Field(examples=["person"])]
    """Where."""
    purpose: Annotated[str, Field(examples=["Training plan"])]
    """What for."""

    @classmethod
    def of(cls, row: NamedView) -> LookEntry:
        """Show a row."""
        return cls(
            id=row.pk,
            at=row.at,
            who=row.viewer_name,
            person=row.person,
            page=row.page,
            purpose=row.purpose,
        )


@places.get("/workspaces", answers=Listed[WorkspaceShape])
def list_workspaces(request: ApiRequest, asked: Query[Paging]) -> Listed[WorkspaceShape]:
    """List the workspaces that the caller may enter, by their place in addresses."""
    found = sorted(request.caller.workspaces, key=lambda row: row.slug)
    return page_of(found, asked, key=lambda row: row.slug, show=WorkspaceShape.of)


@access.get("", answers=WorkspaceShape)
def get_workspace(request: ApiRequest) -> WorkspaceShape:
    """Show the workspace."""
    return WorkspaceShape.of(request.actor.workspace)


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


@access.get("/invitations", answers=Listed[InvitationShape], needs=Permission.MEMBERS_MANAGE)
def list_invitations(request: ApiRequest, asked: Query[Paging]) -> Listed[InvitationShape]:
    """List the places that are kept for somebody, the newest first."""
    rows = invitations.visible_invitations(request.actor)
    return page_of_rows(rows, asked, order=("-id",), show=InvitationShape.of)


@access.get("/keys", answers=Listed[KeyShape], needs=Permission.KEYS_MANAGE)
def list_keys(request: ApiRequest, asked: Query[Paging]) -> Listed[KeyShape]:
    """List the keys there are and were, the newest first."""
    rows = keys.visible_keys(request.actor)
    return page_of_rows(rows, asked, order=("-id",), show=KeyShape.of)


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
