"""What the API says and takes about deployments and what people have written down of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from uptake.capabilities.customers.api_shapes import Name, Text
from uptake.capabilities.customers.models import (
    Change,
    ChangeKind,
    Deployment,
    DiscoveryRecord,
    Note,
    SuccessDefinition,
)
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import AccountId, ProductId, RowId, Shape


class DeploymentQuery(Paging):
    """Which deployments."""

    account: Annotated[str, Field(examples=[""])] = ""
    """Only those of this account itself."""
    product: Annotated[str, Field(examples=[""])] = ""
    """Only those of this product."""


class GoLive(Shape):
    """When an account went live with a product."""

    account: AccountId
    """The account."""
    product: ProductId
    """The product."""
    day: date
    """The first day of use in earnest."""


class DeploymentShape(Shape):
    """One product in one account, as it is on record."""

    id: RowId
    """Its number."""
    account: AccountId
    """The account."""
    product: ProductId
    """The product."""
    go_live: date | None
    """The first day of use in earnest."""
    goal: Annotated[str, Field(examples=[""])]
    """What it is for."""

    @classmethod
    def of(cls, row: Deployment) -> DeploymentShape:
        """Show a row."""
        return cls(
            id=row.pk,
            account=row.account.external_id,
            product=row.product.external_id,
            go_live=row.go_live,
            goal=row.goal,
        )


class ChangeQuery(Paging):
    """Which changes."""

    account: Annotated[str, Field(examples=[""])] = ""
    """Only those of this account itself."""
    kind: ChangeKind | None = None
    """Only those of this kind."""


class NewChange(Shape):
    """Something dated that bears on adoption."""

    kind: ChangeKind
    """What kind of change it was."""
    day: date
    """When it happened."""
    account: AccountId | None = None
    """The account it concerns; null for all."""
    product: ProductId | None = None
    """The product it concerns; null for all."""
    description: Text = ""
    """What happened."""


class ChangeShape(NewChange):
    """A change on record."""

    id: RowId
    """Its number."""
    recorded_at: datetime
    """When it was written down."""

    @classmethod
    def of(cls, row: Change) -> ChangeShape:
        """Show a row."""
        return cls(
            id=row.pk,
            kind=ChangeKind(row.kind),
            day=row.happened_on,
            account=row.account.external_id if row.account else None,
            product=row.product.external_id if row.product else None,
            description=row.description,
            recorded_at=row.recorded_at,
        )


class OfAccount(Paging):
    """Of which account."""

    account: AccountId
    """The account."""


class Learnt(Shape):
    """What was learnt, under the six heads an adviser asks about."""

    day: date
    """When it was learnt."""
    goals: Text = ""
    """What they want to reach."""
    struggles: Text = ""
    """What stops them."""
    changes: Text = ""
    """What is changing."""
    structure: Text = ""
    """How they are organised."""
    values_and_rewards: Text = ""
    """What counts and what is rewarded."""
    processes: Text = ""
    """How the work is done."""


class NewDiscovery(Learnt):
    """What was learnt about an account."""

    account: AccountId
    """The account."""


class DiscoveryShape(Learnt):
    """A discovery record; it stays as it was written."""

    id: RowId
    """Its number."""
    by: Annotated[str, Field(examples=["edith@example.org"])]
    """Who wrote it."""

    @classmethod
    def of(cls, row: DiscoveryRecord) -> DiscoveryShape:
        """Show a row."""
        return cls(
            id=row.pk,
            day=row.recorded_on,
            by=row.recorded_by,
            goals=row.goals,
            struggles=row.struggles,
            changes=row.changes,
            structure=row.structure,
            values_and_rewards=row.values_and_rewards,
            processes=row.processes,
        )


class NewNote(Shape):
    """A few words about an account, or its use of one product."""

    account: AccountId
    """The account."""
    product: ProductId | None = None
    """The product it concerns; null for all."""
    day: date
    """The day that it is about."""
    text: Annotated[Text, Field(min_length=1, examples=["The new lead starts in March."])]
    """The note."""


class NoteShape(NewNote):
    """A note on record; it stays as it was written."""

    id: RowId
    """Its number."""
    by: Annotated[str, Field(examples=["edith@example.org"])]
    """Who wrote it."""

    @classmethod
    def of(cls, row: Note) -> NoteShape:
        """Show a row."""
        return cls(
            id=row.pk,
            account=row.account.external_id,
            product=row.product.external_id if row.product else None,
            day=row.day,
            text=row.text,
            by=row.written_by,
        )


class NewSuccess(Shape):
    """What an executive calls success; a later one of the same horizon replaces it."""

    deployment: RowId
    """The number of the deployment."""
    executive: Annotated[Name, Field(min_length=1, examples=["Head of sales"])]
    """Who says so."""
    horizon_years: Literal[0, 1, 3, 5, 10, 20]
    """Years after go-live; 0 is go-live itself."""
    definition: Annotated[Text, Field(min_length=1)]
    """In their own words."""
    measure: Name = ""
    """What is counted."""
    target: Name = ""
    """What it should reach."""
    day: date
    """When they said so."""


class SuccessShape(NewSuccess):
    """A definition of success on record."""

    id: RowId
    """Its number."""

    @classmethod
    def of(cls, row: SuccessDefinition) -> SuccessShape:
        """Show a row."""
        return cls(
            id=row.pk,
            deployment=row.deployment_id,
            executive=row.executive,
            horizon_years=row.horizon_years,  # type: ignore[arg-type]  # actions let these in only
            definition=row.definition,
            measure=row.measure,
            target=row.target,
            day=row.recorded_on,
        )
