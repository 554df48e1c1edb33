"""What a workspace knows already, in the shape in which files state it, by identifier."""

from __future__ import annotations

from typing import Any

from uptake.capabilities.customers.models import Account, Action, Contract, Module, Person, Product
from uptake.formats.records import (
    AccountRecord,
    ContractRecord,
    Period,
    PersonRecord,
    ProductRecord,
    RenewalDecision,
)
from uptake.foundation.models import Workspace

ProductKey = tuple[str, str | None, str | None]
"""Product, module, action: the finest one given is what the row is about."""


def known_accounts(workspace: Workspace) -> dict[str, AccountRecord]:
    """Return every account as a file would state it."""
    rows = Account.objects.filter(workspace=workspace).values_list(
        "external_id", "name", "parent__external_id", "segment", "owner"
    )
    return {
        external_id: AccountRecord(
            external_id, name or None, parent, segment or None, owner or None
        )
        for external_id, name, parent, segment, owner in rows
    }


def known_people(workspace: Workspace) -> dict[str, PersonRecord]:
    """Return every person as a file would state it."""
    rows = Person.objects.filter(workspace=workspace).values_list(
        *("external_id", "name", "email", "team__external_id", "role", "manager__external_id"),
        *("starts_on", "ends_on", "location", "account__external_id"),
        *("days_a_week", "leave_starts_on", "leave_ends_on", "filled"),
    )
    records = {}
    for stored in rows:
        row = _own_facts(stored) if stored[-1] else stored
        external_id, name, email, team, role, manager = row[:6]
        start, end, location, account = row[6:10]
        days_a_week, leave_start, leave_end = row[10:13]
        records[external_id] = PersonRecord(
            external_id,
            name or None,
            email or None,
            team,
            role or None,
            manager,
            start,
            end,
            location or None,
            account,
            days_a_week,
            leave_start,
            leave_end,
        )
    return records


_PLACES = {
    "name": 1,
    "email": 2,
    "team_id": 3,
    "role": 4,
    "manager_id": 5,
    "starts_on": 6,
    "ends_on": 7,
    "location": 8,
    "account_id": 9,
    "days_a_week": 10,
}
"""Where the row of a person has what may come from another row of theirs."""


def _own_facts(stored: tuple[Any, ...]) -> tuple[Any, ...]:  # Any: values of its columns
    """A row of values without those that only another row of the person says."""
    others = {_PLACES[column] for column in stored[-1]}
    return tuple(None if place in others else value for place, value in enumerate(stored))


def known_contracts(workspace: Workspace) -> dict[str, ContractRecord]:
    """Return every contract as a file would state it."""
    contracts = Contract.objects.filter(workspace=workspace).select_related("account", "product")
    return {contract.external_id: _contract(contract) for contract in contracts}


def _contract(contract: Contract) -> ContractRecord:
    return ContractRecord(
        external_id=contract.external_id,
        account=contract.account.external_id,
        product=contract.product.external_id if contract.product else None,
        seats=contract.seats,
        price=contract.price,
        price_covers=Period(contract.price_covers) if contract.price_covers else None,
        price_is_per_seat=contract.price_is_per_seat,
        currency=contract.currency or None,
        billing_period=Period(contract.billing_period) if contract.billing_period else None,
        start=contract.starts_on,
        end=contract.ends_on,
        notice_date=contract.notice_on,
        decision=RenewalDecision(contract.decision) if contract.decision else None,
    )


def product_key(record: ProductRecord) -> ProductKey:
    """Return what a row is about."""
    return record.product, record.module, record.action


def known_products(workspace: Workspace) -> dict[ProductKey, ProductRecord]:
    """Return every product, module and action as a file would state it."""
    products = Product.objects.filter(workspace=workspace).values_list("external_id", "description")
    modules = Module.objects.filter(product__workspace=workspace).values_list(
        "product__external_id", "external_id", "description"
    )
    actions = Action.objects.filter(product__workspace=workspace).values_list(
        "product__external_id",
        "module__external_id",
        "external_id",
        "is_value_action",
        "description",
    )
    records = [ProductRecord(product, description=text or None) for product, text in products]
    records += [
        ProductRecord(product, name, description=text or None) for product, name, text in modules
    ]
    records += [
        ProductRecord(product, module, action, is_value, text or None)
        for product, module, action, is_value, text in actions
    ]
    return {product_key(record): record for record in records}
