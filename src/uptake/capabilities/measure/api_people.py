"""What the API says about one's own use, one's team, and saved segments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from uptake.capabilities.measure.api_numbers import BasisShape, Group, Number, State
from uptake.capabilities.measure.api_shapes import Sentence
from uptake.capabilities.measure.models import NAME, SavedSegment
from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, SortKey, Wanted
from uptake.foundation.api.shapes import RowId, Shape

Several = Annotated[
    tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=100, examples=[[]])
]


class OwnWeekShape(Shape):
    """A week of one's own."""

    first: date
    """Its first day."""
    last: date
    """Its last day."""
    active_days: Annotated[int, Field(examples=[3])]
    """Days with an expected action."""
    actions: Annotated[int, Field(examples=[24])]
    """Such actions in all."""


class OwnActionShape(Shape):
    """What one is expected to do, and did in the last four weeks."""

    action: Annotated[str, Field(examples=["call logged"])]
    """The action."""
    times: Annotated[int, Field(examples=[20])]
    """How often it was done."""
    times_a_week: Annotated[float, Field(examples=[5.0])]
    """The same by week."""
    expected_a_week: Annotated[float | None, Field(examples=[4.0])]
    """How often it is expected; null: nobody said."""
    is_met: bool | None
    """Whether it was done as often as expected."""


class LookShape(Shape):
    """Somebody looked at numbers under one's own name."""

    at: datetime
    """When."""
    who: Annotated[str, Field(examples=["edith@example.org"])]
    """Who."""
    page: Annotated[str, Field(examples=["person"])]
    """Where."""
    purpose: Annotated[str, Field(examples=["Training plan"])]
    """What for."""


class Own(Shape):
    """One's own numbers, against one's own past and nobody else's."""

    as_of: date | None
    """The last day they are about."""
    computed_at: datetime
    """When they were computed."""
    name: Annotated[str, Field(examples=["Ursula"])]
    """Who one is in the data."""
    account: Annotated[str, Field(examples=["Nordwind Group"])]
    """One's account."""
    team: Annotated[str, Field(examples=["sales"])]
    """One's team."""
    role: Annotated[str, Field(examples=["field agent"])]
    """One's role."""
    population: Annotated[str, Field(examples=["Field agents"])]
    """The population one belongs to."""
    sentences: tuple[Sentence, ...]
    """How one stands."""
    active_days: Annotated[int, Field(examples=[12])]
    """Active days of the 28 days to `as_of`."""
    active_days_before: Annotated[int, Field(examples=[9])]
    """Active days of the 28 days before."""
    usual_days: Annotated[float | None, Field(examples=[2.5])]
    """The median of one's earlier weeks."""
    weeks: tuple[OwnWeekShape, ...]
    """Week by week, the oldest first."""
    actions: tuple[OwnActionShape, ...]
    """Action by action."""
    looks: tuple[LookShape, ...]
    """Who has looked at one's numbers."""
    who_can_see: Annotated[str, Field(examples=["Only you see this page."])]
    """Who else may see them."""


class Team(Shape):
    """The people whom the caller leads, as groups; nobody by name."""

    basis: BasisShape
    """What the figures rest on."""
    sentences: tuple[Sentence, ...]
    """How they stand."""
    people: Annotated[int, Field(examples=[14])]
    """How many the caller leads."""
    state: State | None
    """How they stand together."""
    numbers: tuple[Number, ...]
    """Their numbers together."""
    weeks: tuple[Number, ...]
    """The adoption rate by week."""
    teams: tuple[Group, ...]
    """Their teams."""
    roles: tuple[Group, ...]
    """Their roles."""
    missing: Annotated[str, Field(examples=[""])]
    """Why there are no figures."""


class NewSegment(Shape):
    """A filter and a sort of the portfolio to keep; one's own of the same name is replaced."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, examples=["Renewals this quarter"])]
    """Its name."""
    states: Several = ()
    """Only these states; `hidden` is one, too."""
    segments: Several = ()
    """Only these segments."""
    owners: Several = ()
    """Only these owners."""
    products: Several = ()
    """Only these products."""
    text: Annotated[str, Field(max_length=200, examples=[""])] = ""
    """Only where names or identifiers hold this."""
    renewal_within: Annotated[int | None, Field(ge=0, le=36_500, examples=[90])] = None
    """Only those whose contract ends within so many days of the last day of data."""
    failing: bool = False
    """Only those in one of the five failure states."""
    sort: SortKey = SortKey.URGENCY
    """The order."""
    descending: bool = False
    """Whether the order falls."""
    shared: bool = False
    """Whether colleagues who see the whole workspace see it, too."""

    @property
    def wanted(self) -> Wanted:
        """What it asks of the portfolio."""
        conditions = self.model_dump(exclude={"name", "sort", "descending", "shared"})
        return Wanted(PortfolioFilter(**conditions), self.sort, self.descending)


class SegmentShape(Shape):
    """A filter and a sort of the portfolio under a name."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Renewals this quarter"])]
    """Its name."""
    conditions: Annotated[dict[str, object], Field(examples=[{"failing": True}])]
    """What it asks of the portfolio."""
    sort: Annotated[str, Field(examples=["renewal"])]
    """The order."""
    descending: bool
    """Whether the order falls."""
    is_shared: bool
    """Whether colleagues see it."""

    @classmethod
    def of(cls, row: SavedSegment) -> SegmentShape:
        """Show a row."""
        return cls(
            id=row.pk,
            name=row.name,
            conditions=row.conditions,
            sort=row.sort,
            descending=row.descending,
            is_shared=row.is_shared,
        )
