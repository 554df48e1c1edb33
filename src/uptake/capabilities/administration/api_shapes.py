"""What the API says and takes about workspaces, members, keys and the audit log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.utils.timezone import localdate
from pydantic import Field

from uptake.capabilities.administration import queries
from uptake.capabilities.administration.actions import Invited
from uptake.capabilities.administration.words import deed
from uptake.foundation.access import Permission, Role
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import RowId, Shape
from uptake.foundation.holidays import coming_holidays
from uptake.foundation.invitations import LONGEST_DAYS
from uptake.foundation.keys import IssuedKey
from uptake.foundation.models import (
    Activity,
    ApiKey,
    Invitation,
    Membership,
    NamedView,
    Workspace,
    WorkspaceKind,
)

Email = Annotated[str, Field(max_length=254, examples=["edith@example.org"])]
LimitedTo = Annotated[str, Field(max_length=254, examples=[""])]
PersonId = Annotated[str, Field(max_length=254, examples=[""])]


Place = Annotated[str, Field(max_length=10, examples=["DE-BY"])]


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
    country: Place
    """Whose public holidays are free, with a state or without; empty: none is known."""

    @classmethod
    def of(cls, row: Workspace) -> WorkspaceShape:
        """Show a row."""
        return cls.model_validate(row)


class HolidayShape(Shape):
    """A public holiday."""

    day: date
    """The day."""
    name: Annotated[str, Field(examples=["Epiphany"])]
    """Its name, in English where there is one."""


class HolidaysWanted(Shape):
    """Where the people of a workspace work."""

    country: Place
    """A country's code, with that of a state if it matters; empty: nobody knows."""


class HolidaysShape(HolidaysWanted):
    """On which days nothing is expected of anybody."""

    coming: tuple[HolidayShape, ...]
    """The next public holidays there, today's included."""

    @classmethod
    def of(cls, row: Workspace) -> HolidaysShape:
        """Show those of a workspace."""
        coming = coming_holidays(row.country, localdate())
        return cls(country=row.country, coming=tuple(map(HolidayShape.model_validate, coming)))


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


class MemberWanted(Shape):
    """What a member is to be."""

    role: Role
    """What they may do."""
    account: LimitedTo = ""
    """The account whose rows they see; empty: all."""
    person: PersonId = ""
    """The person whose own work they see; empty: none."""


class MemberSet(MemberWanted):
    """What a member is."""

    user: RowId
    """Their number."""

    @classmethod
    def of(cls, row: Membership, person: str) -> MemberSet:
        """Show a row."""
        return cls(user=row.user_id, role=Role(row.role), account=row.account, person=person)


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


class NewInvitation(MemberWanted):
    """Whom to invite, as what."""

    email: Email
    """Their address."""
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS, examples=[7])] = 7
    """For how many days the link is valid."""


class InvitationMade(InvitationShape):
    """An invitation with its link, which is shown this once."""

    link: Annotated[str, Field(examples=["https://uptake.example.org/invitations/..."])]
    """Where they accept it."""

    @classmethod
    def of_invited(cls, made: Invited) -> InvitationMade:
        """Show what was made."""
        return cls(**InvitationShape.of(made.row).model_dump(), link=made.link)


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


class NewKey(Shape):
    """What a key is for."""

    name: Annotated[str, Field(min_length=1, max_length=100, examples=["Nightly export"])]
    """What will use it."""
    scopes: Annotated[
        tuple[Annotated[str, Field(max_length=40)], ...],
        Field(min_length=1, max_length=20, examples=[["metrics:read"]]),
    ]
    """What it may do; a key cannot be made for members, keys or privacy."""
    account: LimitedTo = ""
    """The account whose rows it sees; empty: all."""
    last_day: date | None = None
    """Until when it works; null: until it is revoked."""


class KeyMade(KeyShape):
    """A new key, which is shown this once."""

    key: Annotated[str, Field(examples=["uptk_Zm9vYmFy..."])]
    """The key itself."""

    @classmethod
    def of_issued(cls, issued: IssuedKey) -> KeyMade:
        """Show what was made."""
        return cls(**KeyShape.of(issued.row).model_dump(), key=issued.key)


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
