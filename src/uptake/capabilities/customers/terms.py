"""Contracts in short: seats and dates for all who read customers, money for those who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from uptake.capabilities.customers.attributes import price_per_seat_and_year
from uptake.capabilities.customers.models import (
    Contract,
    DiscoveryRecord,
    Note,
    SuccessDefinition,
)
from uptake.capabilities.customers.queries import visible_accounts
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Term:
    """One contract; ``price`` a seat and year and ``currency`` are empty for who may not see them.

    ``product`` None: whatever the account uses.
    """

    account: str
    product: str | None
    seats: int | None
    first: date | None
    last: date | None
    notice: date | None
    decision: str
    price: float | None
    currency: str


def visible_terms(actor: Actor, account: str | None = None) -> tuple[Term, ...]:
    """Return the contracts of all accounts that the actor sees, or of one of them."""
    accounts = visible_accounts(actor)
    if account is not None:
        accounts = accounts.filter(external_id=account)
    contracts = Contract.objects.filter(account__in=accounts).select_related("account", "product")
    may_see_prices = actor.may(Permission.CONTRACTS_READ)
    return tuple(_term(contract, may_see_prices=may_see_prices) for contract in contracts)


def _term(contract: Contract, *, may_see_prices: bool) -> Term:
    return Term(
        account=contract.account.external_id,
        product=contract.product.external_id if contract.product else None,
        seats=contract.seats,
        first=contract.starts_on,
        last=contract.ends_on,
        notice=contract.notice_on,
        decision=contract.decision,
        price=price_per_seat_and_year(contract) if may_see_prices else None,
        currency=contract.currency if may_see_prices else "",
    )


def next_renewal(terms: Iterable[Term], product: str | None, today: date) -> Term | None:
    """Return the contract that ends next, of a product (None: of any); contracts ended are over."""
    running = [
        (term.last, term)
        for term in terms
        if term.last is not None
        and term.last >= today
        and (product is None or term.product in (None, product))
    ]
    return min(running, key=lambda pair: pair[0])[1] if running else None


def visible_discoveries(actor: Actor, account: str) -> tuple[DiscoveryRecord, ...]:
    """Return what was learnt about an account, newest first; for those who see its figures."""
    actor.require(Permission.METRICS_READ)
    accounts = visible_accounts(actor).filter(external_id=account)
    return tuple(DiscoveryRecord.objects.filter(account__in=accounts))


def visible_notes(actor: Actor, account: str | None = None) -> tuple[Note, ...]:
    """Return the notes about all accounts or one, newest first; for those who see figures."""
    actor.require(Permission.METRICS_READ)
    accounts = visible_accounts(actor)
    if account is not None:
        accounts = accounts.filter(external_id=account)
    return tuple(Note.objects.filter(account__in=accounts).select_related("account", "product"))


def count_success_definitions(actor: Actor, account: str) -> int:
    """Return how many definitions of success executives of an account have given."""
    accounts = visible_accounts(actor).filter(external_id=account)
    return SuccessDefinition.objects.filter(deployment__account__in=accounts).count()
