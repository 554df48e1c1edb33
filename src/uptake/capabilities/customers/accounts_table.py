"""The columns of the list of accounts, and the list as lines of a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from uptake.capabilities.customers.account_view import AccountRow

NAME = "account"


@dataclass(frozen=True, slots=True)
class AccountColumn:
    """A column of the list; the usual ones are shown unless the address names others."""

    key: str
    heading: str
    is_number: bool = False
    is_usual: bool = True
    is_shown: bool = True


_COLUMNS = (
    AccountColumn(NAME, "Account"),
    AccountColumn("parent", "Part of", is_usual=False),
    AccountColumn("segment", "Segment"),
    AccountColumn("owner", "Owner"),
    AccountColumn("people", "People", is_number=True),
    AccountColumn("products", "Products"),
    AccountColumn("seats", "Seats", is_number=True, is_usual=False),
    AccountColumn("go_live", "First go-live"),
    AccountColumn("renewal", "Next renewal"),
)


def columns(wanted: Sequence[str]) -> tuple[AccountColumn, ...]:
    """Return every column with whether it is shown."""
    return tuple(
        replace(
            column,
            is_shown=column.key == NAME or (column.key in wanted if wanted else column.is_usual),
        )
        for column in _COLUMNS
    )


def lines(rows: Iterable[AccountRow]) -> Iterator[tuple[str, ...]]:
    """Return the list as lines of a file, the head first; what nobody said is empty."""
    head = ("account", "name", "parent", "segment", "owner", "people", "products", "seats")
    yield (*head, "first_go_live", "next_renewal")
    for row in rows:
        account = row.account
        yield (
            *(account.external_id, account.name, row.parent, account.segment, account.owner),
            *(str(row.people), ", ".join(row.products), _text(row.seats)),
            *(_text(row.go_live), _text(row.renewal)),
        )


def _text(value: object) -> str:
    return "" if value is None else str(value)
