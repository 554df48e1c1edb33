"""What the API says and takes about customers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import Field

from uptake.capabilities.customers.models import (
    IDENTIFIER,
    NAME,
    Account,
    Action,
    Contract,
    Person,
)
from uptake.formats.records import ImportCounts, Period, RenewalDecision
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import AccountId, PersonId, ProductId, Shape

MOST_RECORDS = 1_000
LONGEST_TEXT = 20_000

Record = TypeVar("Record", bound=Shape)
Name = Annotated[str, Field(max_length=NAME)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT, examples=["Field agents log in at noon."])]


# --- accounts, people, contracts, products ---------------------------------------------------


class AccountQuery(Paging):
    """Which accounts."""

    parent: Annotated[str, Field(examples=[""])] = ""
    """Only those directly below this account."""
    segment: Annotated[str, Field(examples=[""])] = ""
    """Only those of this segment."""
    owner: Annotated[str, Field(examples=[""])] = ""
    """Only those of this owner."""


class AccountShape(Shape):
    """A customer, or a part of one."""

    external_id: AccountId
    """Its identifier in the source of the data; events carry it as account."""
    name: Annotated[Name | None, Field(examples=["Nordwind Group"])] = None
    """What people call it."""
    parent: AccountId | None = None
    """The account it is part of."""
    segment: Annotated[Name | None, Field(examples=["enterprise"])] = None
    """Size, industry or tier."""
    owner: Annotated[Name | None, Field(examples=["edith"])] = None
    """Who looks after it."""

    @classmethod
    def of(cls, row: Account) -> AccountShape:
        """Show a row."""
        return cls(
            external_id=row.external_id,
            name=row.name or None,
            parent=row.parent.external_id if row.parent else None,
            segment=row.segment or None,
            owner=row.owner or None,
        )


class PersonQuery(Paging):
    """Which people."""

    account: Annotated[str, Field(examples=[""])] = ""
    """Only those of this account itself."""
    team: Annotated[str, Field(examples=[""])] = ""
    """Only those of this team."""
    role: Annotated[str, Field(examples=[""])] = ""
    """Only those of this role."""


class PersonShape(Shape):
    """Somebody whose work in the software is measured; records only, no figures."""

    external_id: PersonId
    """Their identifier in the source of the data, which may be a pseudonym."""
    name: Annotated[Name | None, Field(examples=["Jo Doe"])] = None
    """Their name."""
    email: Annotated[str | None, Field(max_length=IDENTIFIER, examples=["jo@example.org"])] = None
    """Their address."""
    account: AccountId | None = None
    """The account they work in."""
    team: Annotated[str | None, Field(max_length=IDENTIFIER, examples=["sales"])] = None
    """Their team."""
    role: Annotated[Name | None, Field(examples=["field agent"])] = None
    """What they do."""
    manager: PersonId | None = None
    """Whom they report to."""
    location: Annotated[Name | None, Field(examples=["Berlin"])] = None
    """Where they work."""
    start: date | None = None
    """Their first day."""
    end: date | None = None
    """Their last day."""

    @classmethod
    def of(cls, row: Person) -> PersonShape:
        """Show a row."""
        return cls(
            external_id=row.external_id,
            name=row.name or None,
            email=row.email or None,
            account=row.account.external_id if row.account else None,
            team=row.team.external_id if row.team else None,
            role=row.role or None,
            manager=row.manager.external_id if row.manager else None,
            location=row.location or None,
            start=row.starts_on,
            end=row.ends_on,
        )


class ListedPerson(PersonShape):
    """Somebody as they are on record, with every identifier under which they are."""

    also_known_as: tuple[PersonId, ...] = ()
    """Their other identifiers: what was done under any of them counts for this person."""

    @classmethod
    def of(cls, row: Person) -> ListedPerson:
        """Show a row."""
        own = PersonShape.of(row).model_dump()
        return cls(**own, also_known_as=row.also_known_as)


class ContractQuery(Paging):
    """Which contracts."""

    account: Annotated[str, Field(examples=[""])] = ""
    """Only those of this account itself."""


class ContractShape(Shape):
    """What an account pays for, until when, and what became of it."""

    external_id: Annotated[str, Field(max_length=IDENTIFIER, examples=["c-2026-014"])]
    """Its identifier in the source of the data."""
    account: AccountId
    """The account that pays."""
    product: ProductId | None = None
    """The product; null for whatever the account uses."""
    seats: Annotated[int | None, Field(ge=0, le=2**31 - 1, examples=[250])] = None
    """How many people may use it."""
    price: Annotated[
        Decimal | None, Field(max_digits=18, decimal_places=6, examples=["1200.00"])
    ] = None
    """The amount, as a text with a decimal point."""
    price_covers: Period | None = None
    """The span that the price pays for."""
    price_is_per_seat: bool = False
    """Whether the price is for one seat."""
    currency: Annotated[str | None, Field(max_length=3, examples=["EUR"])] = None
    """Three letters."""
    billing_period: Period | None = None
    """How often it is billed."""
    start: date | None = None
    """Its first day."""
    end: date | None = None
    """Its last day."""
    notice_date: date | None = None
    """The last day to give notice."""
    decision: RenewalDecision | None = None
    """What became of it when it came up for renewal."""

    @classmethod
    def of(cls, row: Contract) -> ContractShape:
        """Show a row."""
        return cls(
            external_id=row.external_id,
            account=row.account.external_id,
            product=row.product.external_id if row.product else None,
            seats=row.seats,
            price=row.price,
            price_covers=Period(row.price_covers) if row.price_covers else None,
            price_is_per_seat=row.price_is_per_seat,
            currency=row.currency or None,
            billing_period=Period(row.billing_period) if row.billing_period else None,
            start=row.starts_on,
            end=row.ends_on,
            notice_date=row.notice_on,
            decision=RenewalDecision(row.decision) if row.decision else None,
        )


class ActionShape(Shape):
    """A product's action; written, the finest name given is what the record is about."""

    product: ProductId
    """The product."""
    module: Annotated[str | None, Field(max_length=IDENTIFIER, examples=["sales"])] = None
    """The part of the product."""
    action: Annotated[str | None, Field(max_length=IDENTIFIER, examples=["call logged"])] = None
    """What can be done; events carry it."""
    is_value_action: bool | None = None
    """Whether the product is bought so that this is done; null: nobody has said."""
    description: Text | None = None
    """What it is."""

    @classmethod
    def of(cls, row: Action) -> ActionShape:
        """Show a row."""
        return cls(
            product=row.product.external_id,
            module=row.module.external_id if row.module else None,
            action=row.external_id,
            is_value_action=row.is_value_action,
            description=row.description or None,
        )


class ProductShape(Shape):
    """Software that accounts use."""

    external_id: ProductId
    """Its identifier; events carry it as product."""
    name: Annotated[str, Field(examples=["CRM"])]
    """What people call it."""
    description: Annotated[str, Field(examples=[""])]
    """What it is."""


class Records(Shape, Generic[Record]):
    """Records to take over: new ones come into being, known ones change in the fields stated."""

    records: Annotated[tuple[Record, ...], Field(min_length=1, max_length=MOST_RECORDS)]
    """Up to 1,000 records. Null, or a field left out, leaves what is known as it is."""
    dry_run: bool = False
    """True says what would happen, and changes nothing."""


class Refused(Shape):
    """A record that was not taken, or not whole."""

    record: Annotated[int, Field(examples=[2])]
    """Its place in the list, from 1."""
    reason: Annotated[str, Field(examples=["there is no account 'a999'"])]
    """Why."""


class Taken(Shape):
    """What became of the records; sending them again changes nothing."""

    new: Annotated[int, Field(examples=[1])]
    """Records that came into being."""
    changed: Annotated[int, Field(examples=[0])]
    """Records that are different now."""
    unchanged: Annotated[int, Field(examples=[3])]
    """Records that said nothing new."""
    rejected: Annotated[int, Field(examples=[1])]
    """Records that were refused."""
    refused: tuple[Refused, ...]
    """Which were refused, and why."""
    remarks: tuple[Refused, ...]
    """Which were taken, but not whole."""

    @classmethod
    def of(cls, counts: ImportCounts) -> Taken:
        """Show what an import counted."""
        return cls(
            new=counts.new,
            changed=counts.changed,
            unchanged=counts.unchanged,
            rejected=counts.rejected,
            refused=tuple(Refused(record=r.line, reason=r.reason) for r in counts.refused),
            remarks=tuple(Refused(record=r.line, reason=r.reason) for r in counts.remarks),
        )
