"""What the address of the portfolio says: filter, sort, columns; and the heads of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, SortKey, Wanted
from uptake.capabilities.measure.views import DeploymentRow
from uptake.methods.adoption.states import AdoptionState

LISTS = ("states", "segments", "owners", "products")
DESCENDING_FIRST = frozenset({SortKey.UNUSED, SortKey.SILENT, SortKey.PEOPLE})


@dataclass(frozen=True, slots=True)
class PortfolioColumn:
    """A column: ``address`` sorts by it, ``sorted`` is how the page is sorted by it now."""

    key: str
    heading: str
    sort: SortKey
    is_number: bool = False
    is_usual: bool = True
    address: str = ""
    sorted: str = ""
    is_shown: bool = True


_COLUMNS = (
    PortfolioColumn("name", "Deployment", SortKey.NAME),
    PortfolioColumn("state", "State", SortKey.STATE),
    PortfolioColumn("active", "Active people", SortKey.ADOPTION, is_number=True),
    PortfolioColumn("seats", "Seats in use", SortKey.SEATS, is_number=True),
    PortfolioColumn("unused", "Unused a year", SortKey.UNUSED, is_number=True),
    PortfolioColumn("silent", "Last data", SortKey.SILENT, is_number=True),
    PortfolioColumn("renewal", "Next renewal", SortKey.RENEWAL),
    PortfolioColumn("segment", "Segment", SortKey.SEGMENT, is_usual=False),
    PortfolioColumn("owner", "Owner", SortKey.OWNER, is_usual=False),
    PortfolioColumn("go_live", "Go-live", SortKey.GO_LIVE, is_usual=False),
)


def asked_of(asked: QueryDict) -> Wanted:
    """Return what an address asks of the portfolio; what makes no sense is left out."""
    given: dict[str, object] = {
        name: [value for value in asked.getlist(name) if value] for name in LISTS
    }
    given |= {name: asked[name] for name in ("text", "renewal_within", "failing") if name in asked}
    sort = asked.get("sort", "")
    key = SortKey(sort) if sort in set(SortKey) else SortKey.URGENCY
    return Wanted(PortfolioFilter.read(given), key, asked.get("desc") == "1")


def without(asked: QueryDict, *names: str) -> str:
    """Return the query of an address without some of its parts."""
    kept = asked.copy()
    for name in names:
        kept.pop(name, None)
    return str(kept.urlencode())


def columns(asked: QueryDict, *, sees_prices: bool) -> tuple[PortfolioColumn, ...]:
    """Return every column that the reader may see, each with whether it is shown."""
    wanted = set(asked.getlist("col"))
    return tuple(
        _drawn(column, asked, wanted)
        for column in _COLUMNS
        if sees_prices or column.key != "unused"
    )


def _drawn(column: PortfolioColumn, asked: QueryDict, wanted: set[str]) -> PortfolioColumn:
    now = asked_of(asked)
    is_sorted = now.sort is column.sort
    kept = asked.copy()
    kept.pop("page", None)
    kept["sort"] = column.sort.value
    turned = not now.descending if is_sorted else column.sort in DESCENDING_FIRST
    kept.pop("desc", None)
    if turned:
        kept["desc"] = "1"
    shown = column.key == "name" or (column.key in wanted if wanted else column.is_usual)
    order = "descending" if now.descending else "ascending"
    return PortfolioColumn(
        column.key,
        column.heading,
        column.sort,
        is_number=column.is_number,
        is_usual=column.is_usual,
        address=f"?{kept.urlencode()}",
        sorted=order if is_sorted else "",
        is_shown=shown,
    )


@dataclass(frozen=True, slots=True)
class StateChoice:
    """A state with its count in the whole portfolio; ``address`` shows or unshows it."""

    state: AdoptionState | None
    count: int
    address: str
    is_chosen: bool


def state_choices(asked: QueryDict, rows: Sequence[DeploymentRow]) -> tuple[StateChoice, ...]:
    """Return each state that occurs, the most severe first, as a filter."""
    chosen = set(asked.getlist("states"))
    counted: dict[AdoptionState | None, int] = {}
    for row in sorted(rows, key=lambda row: row.state.severity):
        counted[row.state.state] = counted.get(row.state.state, 0) + 1
    return tuple(_choice(state, number, asked, chosen) for state, number in counted.items())


def _choice(
    state: AdoptionState | None, number: int, asked: QueryDict, chosen: set[str]
) -> StateChoice:
    name = state.value if state else "hidden"
    kept = asked.copy()
    kept.pop("page", None)
    kept.setlist("states", sorted(chosen ^ {name}))
    return StateChoice(state, number, f"?{kept.urlencode()}", name in chosen)
