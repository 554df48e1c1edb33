"""What no row may say: reasons in plain words, ``None`` where there is nothing against it."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from uptake.capabilities.customers.models import IDENTIFIER, NAME
from uptake.formats.records import AccountRecord, ContractRecord, PersonRecord, ProductRecord

LONG_FIELDS = frozenset(
    {"external_id", "parent", "manager", "account", "team", "email", "product", "module", "action"}
)
FREE_FIELDS = frozenset({"description"})
CURRENCY = 3
LARGEST_SEATS = 2**31 - 1
LARGEST_PRICE = 10**12
DAYS_OF_A_WEEK = 7


def text_problem(
    row: AccountRecord | PersonRecord | ContractRecord | ProductRecord,
) -> str | None:
    """Refuse text that a database cannot hold."""
    for item in fields(row):
        value = getattr(row, item.name)
        if not isinstance(value, str):
            continue
        longest = IDENTIFIER if item.name in LONG_FIELDS else NAME
        if "\x00" in value:
            return f"{item.name} contains a NUL character; export the file again as text"
        if item.name not in FREE_FIELDS and len(value) > longest:
            return f"{item.name} is longer than {longest} characters"
    return None


def person_problem(row: PersonRecord) -> str | None:
    """Refuse a person who left before they came, and weeks of more than seven days."""
    if row.start and row.end and row.end < row.start:
        return f"the end {row.end} lies before the start {row.start}"
    if row.leave_start and row.leave_end and row.leave_end < row.leave_start:
        return f"the leave ends {row.leave_end}, before it starts {row.leave_start}"
    if row.days_a_week is not None and not 0 <= row.days_a_week <= DAYS_OF_A_WEEK:
        return f"a week has seven days; {row.days_a_week} cannot be worked"
    return None


def contract_problem(row: ContractRecord) -> str | None:
    """Refuse dates in the wrong order and impossible amounts."""
    if row.start and row.end and row.end < row.start:
        return f"the end {row.end} lies before the start {row.start}"
    if row.seats is not None and not 0 <= row.seats <= LARGEST_SEATS:
        return f"{row.seats} is no possible number of seats"
    if row.price is not None and not _is_possible(row.price):
        return f"{row.price} is no possible price"
    if row.currency is not None and len(row.currency) != CURRENCY:
        return f"{row.currency!r} is not a currency code such as EUR"
    return None


def _is_possible(price: Decimal) -> bool:
    return price.is_finite() and 0 <= price < LARGEST_PRICE
