"""Sorting, filtering and exporting the portfolio: pure functions over rows already shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from enum import StrEnum

from uptake.capabilities.measure.views import DeploymentRow
from uptake.methods.adoption.states import AdoptionState
from uptake.metrics.measurement import Measurement


class SortKey(StrEnum):
    """What the portfolio can be sorted by."""

    URGENCY = "urgency"
    NAME = "name"
    STATE = "state"
    ADOPTION = "adoption"
    PEOPLE = "people"
    SEATS = "seats"
    UNUSED = "unused"
    SILENT = "silent"
    RENEWAL = "renewal"
    SEGMENT = "segment"
    OWNER = "owner"
    GO_LIVE = "go_live"


@dataclass(frozen=True, slots=True)
class PortfolioFilter:
    """Which rows are wanted; an empty condition lets everything through.

    ``text`` is looked for in names and identifiers; ``renewal_within`` is in days after the last
    day of data; ``states`` are values of ``AdoptionState``, or "hidden".
    """

    states: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    text: str = ""
    renewal_within: int | None = None
    failing: bool = False

    @property
    def is_empty(self) -> bool:
        """Say whether it lets everything through."""
        return self == PortfolioFilter()

    @classmethod
    def read(cls, given: Mapping[str, object]) -> PortfolioFilter:
        """Return a filter from what a saved segment or an address holds; unknown names are left."""
        known = {item.name for item in fields(cls)}
        return cls(**{name: _read(name, value) for name, value in given.items() if name in known})  # type: ignore[arg-type]  # _read gives each field its type

    def to_dict(self) -> dict[str, object]:
        """Return the conditions that are set, to be saved or put into an address."""
        return {name: value for name, value in asdict(self).items() if value not in ((), "", None)}


@dataclass(frozen=True, slots=True)
class Segment:
    """A saved segment: a name for a filter and a sort."""

    name: str
    filter: PortfolioFilter
    sort: SortKey = SortKey.URGENCY
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asked of the portfolio."""

    filter: PortfolioFilter = field(default_factory=PortfolioFilter)
    sort: SortKey = SortKey.URGENCY
    descending: bool = False


def _read(name: str, value: object) -> object:
    if name == "text":
        return str(value)
    if name == "failing":
        return str(value).lower() in ("1", "true", "on", "yes")
    if name == "renewal_within":
        return int(str(value)) if str(value).isdigit() else None
    values = [value] if isinstance(value, str) else value
    return tuple(str(item) for item in values) if isinstance(values, Iterable) else ()


def chosen(
    rows: Iterable[DeploymentRow], wanted: Wanted, *, as_of: date | None
) -> tuple[DeploymentRow, ...]:
    """Return the rows that were asked for, in the order that was asked for."""
    found = [row for row in rows if fits(row, wanted.filter, as_of=as_of)]
    return sort_rows(found, wanted.sort, descending=wanted.descending)


def fits(row: DeploymentRow, wanted: PortfolioFilter, *, as_of: date | None) -> bool:
    """Say whether a row fits every condition."""
    lists = (
        (wanted.states, row.state.state.value if row.state.state else "hidden"),
        (wanted.segments, row.segment),
        (wanted.owners, row.owner),
        (wanted.products, row.product or ""),
    )
    if any(values and value not in values for values, value in lists):
        return False
    if wanted.failing and not row.state.is_failure:
        return False
    if wanted.renewal_within is not None and not _renews(row, wanted.renewal_within, as_of):
        return False
    told = f"{row.account} {row.name} {row.segment} {row.owner}".casefold()
    return wanted.text.casefold().strip() in told


def _renews(row: DeploymentRow, days: int, as_of: date | None) -> bool:
    if row.renewal is None or as_of is None:
        return False
    return row.renewal <= as_of + timedelta(days=days)


def sort_rows(
    rows: Iterable[DeploymentRow], key: SortKey, *, descending: bool = False
) -> tuple[DeploymentRow, ...]:
    """Return the rows sorted; those without a value come last either way."""
    known: list[tuple[object, DeploymentRow]] = []
    unknown: list[DeploymentRow] = []
    for row in sorted(rows, key=lambda row: (row.name, row.slug)):
        value = _sort_value(row, key)
        if value is None:
            unknown.append(row)
        else:
            known.append((value, row))
    known.sort(key=lambda pair: pair[0], reverse=descending)  # type: ignore[arg-type, return-value]  # values of one key compare
    return (*(row for _, row in known), *unknown)


def _sort_value(row: DeploymentRow, key: SortKey) -> object:
    values: dict[SortKey, object] = {
        SortKey.URGENCY: (row.state.severity, row.renewal or date.max),
        SortKey.NAME: row.name.casefold(),
        SortKey.STATE: row.state.severity,
        SortKey.ADOPTION: _value(row.active),
        SortKey.PEOPLE: row.active.denominator if row.active else None,
        SortKey.SEATS: _value(row.seats),
        SortKey.UNUSED: _value(row.unused),
        SortKey.SILENT: row.silent_days,
        SortKey.RENEWAL: row.renewal,
        SortKey.SEGMENT: row.segment.casefold() or None,
        SortKey.OWNER: row.owner.casefold() or None,
        SortKey.GO_LIVE: row.go_live,
    }
    return values[key]


def _value(number: Measurement | None) -> float | None:
    return number.value if number is not None and number.is_measured else None


CSV_HEAD = (
    *("account", "account_name", "product", "segment", "owner", "state", "reason"),
    *("active_people", "people_in_scope", "adoption_rate", "adoption_low", "adoption_high"),
    *("seats_entitled", "seats_active_share", "unused_seats_cost_a_year", "currency"),
    *("last_data", "days_since_last_data", "next_renewal", "notice", "go_live", "as_of"),
)
"""Columns of the export."""


def csv_rows(rows: Sequence[DeploymentRow], *, as_of: date | None) -> list[list[str]]:
    """Return the rows as text for a spreadsheet, the head first; what is not known is empty."""
    return [list(CSV_HEAD), *(_csv(row, as_of) for row in rows)]


def _csv(row: DeploymentRow, as_of: date | None) -> list[str]:
    active = row.active
    return [
        safe_cell(value)
        for value in (
            *(row.account, row.account_name, row.product, row.segment, row.owner),
            *(row.state.state.value if row.state.state else "hidden", row.state.reason),
            *(active.numerator if active else None, active.denominator if active else None),
            *(_value(active), active.low if active else None, active.high if active else None),
            *(row.entitled, _value(row.seats), _value(row.unused), row.currency),
            *(row.last_data, row.silent_days, row.renewal, row.notice, row.go_live, as_of),
        )
    ]


def safe_cell(value: object) -> str:
    """Return a value as the text of a cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def states_listed(rows: Iterable[DeploymentRow]) -> dict[AdoptionState | None, int]:
    """Return how many rows are in each state, the most severe first."""
    counted: dict[AdoptionState | None, int] = {}
    for row in sorted(rows, key=lambda row: row.state.severity):
        counted[row.state.state] = counted.get(row.state.state, 0) + 1
    return counted
