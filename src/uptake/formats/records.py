"""What an import of accounts, people, contracts or products hands to the rest of the house.

A field that the file does not map, or leaves empty, is ``None``: an import never overwrites what
is known with an absence. ``line`` is the line of the file that the row began on, so that whoever
refuses the row later can still point at it; two records are equal whatever lines they stood on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class RecordKind(StrEnum):
    """The kinds of rows an import can bring besides events."""

    ACCOUNTS = "accounts"
    PEOPLE = "people"
    CONTRACTS = "contracts"
    PRODUCTS = "products"


class Period(StrEnum):
    """A span that is paid for or billed at once; ``TERM`` is the whole contract."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    TERM = "term"


PERIODS_A_YEAR: dict[Period, int] = {Period.MONTH: 12, Period.QUARTER: 4, Period.YEAR: 1}
"""How often a period fits into a year; the length of a term is known to its contract only."""


class RenewalDecision(StrEnum):
    """What became of a contract when it came up for renewal."""

    PENDING = "pending"
    RENEWED = "renewed"
    EXPANDED = "expanded"
    CONTRACTED = "contracted"
    CHURNED = "churned"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """One customer account; ``parent`` is the external id of the account above it."""

    external_id: str
    name: str | None = None
    parent: str | None = None
    segment: str | None = None
    owner: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person whose work is measured; ``manager`` is that person's external id.

    ``days_a_week`` is how many days they work, ``leave_start`` to ``leave_end`` when they are away.
    """

    external_id: str
    name: str | None = None
    email: str | None = None
    team: str | None = None
    role: str | None = None
    manager: str | None = None
    start: date | None = None
    end: date | None = None
    location: str | None = None
    account: str | None = None
    days_a_week: Decimal | None = None
    leave_start: date | None = None
    leave_end: date | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ContractRecord:
    """One contract of an account over one product (``None``: the account's only product).

    ``price`` pays for ``price_covers`` (a monthly recurring amount covers a month, however often
    it is billed) and, if ``price_is_per_seat``, for one seat only.
    """

    external_id: str
    account: str
    product: str | None = None
    seats: int | None = None
    price: Decimal | None = None
    price_covers: Period | None = None
    price_is_per_seat: bool = False
    currency: str | None = None
    billing_period: Period | None = None
    start: date | None = None
    end: date | None = None
    notice_date: date | None = None
    decision: RenewalDecision | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """A product, one of its modules, or one action in it; the finest name given is what it is.

    ``is_value_action`` says whether doing the action is use that the customer buys the product
    for; ``None`` means that the file does not say.
    """

    product: str
    module: str | None = None
    action: str | None = None
    is_value_action: bool | None = None
    description: str | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was refused: the line it began on, why, and what it said."""

    line: int
    reason: str
    raw: str = ""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did, or would do on a dry run; ``refused`` details rows refused by the house.

    ``rejected`` counts every refused row, ``refused`` lists those the action itself refused, and
    ``remarks`` rows that were taken but not whole (a person whose manager nobody knows).
    """

    new: int
    changed: int
    unchanged: int
    rejected: int
    refused: tuple[RejectedRow, ...] = ()
    remarks: tuple[RejectedRow, ...] = ()
