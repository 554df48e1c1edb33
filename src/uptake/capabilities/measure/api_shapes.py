"""What the API says about figures, and how they are asked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from uptake.capabilities.measure.api_numbers import (
    BasisShape,
    Group,
    How,
    Number,
    Place,
    State,
    WindowShape,
)
from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, SortKey, Wanted
from uptake.capabilities.measure.questions import Filter, Span, Split
from uptake.capabilities.measure.views import DeploymentRow, SideView
from uptake.foundation.api.paging import Listed, Paging
from uptake.foundation.api.shapes import AccountId, Asked, ProductId, Shape
from uptake.foundation.errors import Invalid
from uptake.metrics.measurement import Dimension
from uptake.metrics.metric import Metric
from uptake.metrics.scope import Grain, Grouping

Sentence = Annotated[str, Field(examples=["3 of 5 deployments work."])]
Trend = tuple[Annotated[float | None, Field(examples=[38.0])], ...]
Names = Annotated[str, Field(max_length=2_000, examples=[""])]


# --- portfolio ---------------------------------------------------------------------------


class PortfolioQuery(Paging):
    """Which deployments, in which order."""

    states: Names = ""
    """Only these states, separated by commas; `hidden` is one, too."""
    segments: Names = ""
    """Only these segments, separated by commas."""
    owners: Names = ""
    """Only these owners, separated by commas."""
    products: Names = ""
    """Only these products, separated by commas."""
    text: Annotated[str, Field(max_length=200, examples=[""])] = ""
    """Only where names or identifiers hold this."""
    renewal_within: Annotated[int | None, Field(ge=0, le=36_500, examples=[90])] = None
    """Only those whose contract ends within so many days of the last day of data."""
    failing: bool = False
    """Only those in one of the five failure states."""
    sort: SortKey = SortKey.URGENCY
    """The order; those without a value come last either way."""
    descending: bool = False
    """Whether the order falls."""

    @property
    def wanted(self) -> Wanted:
        """What is asked of the portfolio."""
        lists = {n: _split(getattr(self, n)) for n in ("states", "segments", "owners", "products")}
        conditions = PortfolioFilter(
            **lists,
            text=self.text,
            renewal_within=self.renewal_within,
            failing=self.failing,
        )
        return Wanted(conditions, self.sort, self.descending)


def _split(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(",") if name.strip())


class Row(Shape):
    """One deployment in the portfolio: a product in an account."""

    account: AccountId
    """The account."""
    account_name: Annotated[str, Field(examples=["Nordwind Group"])]
    """What people call it."""
    product: ProductId | None
    """The product; null: all that the account uses."""
    product_name: Annotated[str, Field(examples=["CRM"])]
    """What people call it."""
    parent: AccountId | None
    """The account above."""
    segment: Annotated[str, Field(examples=["enterprise"])]
    """Size, industry or tier."""
    owner: Annotated[str, Field(examples=["edith"])]
    """Who looks after it."""
    state: State
    """How it stands."""
    active: Number | None
    """People active of people in scope."""
    seats: Number | None
    """Seats in use of seats entitled."""
    entitled: Annotated[int | None, Field(examples=[250])]
    """Seats paid for."""
    unused: Number | None
    """What the other seats cost a year; null for who may not see prices."""
    currency: Annotated[str, Field(examples=["EUR"])]
    """Of which currency."""
    trend: Trend
    """Active people in each of the last twelve weeks, the oldest first; null where hidden."""
    last_data: date | None
    """The last day with any event."""
    silent_days: Annotated[int | None, Field(examples=[0])]
    """Days since then."""
    renewal: date | None
    """When the contract ends next."""
    notice: date | None
    """The last day to give notice."""
    decision: Annotated[str, Field(examples=["pending"])]
    """What became of the renewal."""
    go_live: date | None
    """The first day of use in earnest."""
    deployment: Annotated[
        str, Field(examples=["/api/v1/workspaces/acme/deployments/a001?product=crm"])
    ]
    """Where everything about it is."""

    @classmethod
    def of(cls, row: DeploymentRow, place: Place) -> Row:
        """Show a row."""
        here = place.at(row.account, row.product)
        told = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        told |= {name: here.maybe(getattr(row, name)) for name in ("active", "seats", "unused")}
        return cls(**told | {"state": State.of(row.state), "deployment": here.deployment})


class Portfolio(Listed[Row]):
    """Deployments, and what stands out among all that fit."""

    basis: BasisShape
    """What the figures rest on."""
    sentences: tuple[Sentence, ...]
    """What stands out among all deployments that the caller sees, filtered or not."""
    fitting: Annotated[int, Field(examples=[12])]
    """How many deployments fit the filter."""
    all_rows: Annotated[int, Field(examples=[40])]
    """How many the caller sees in all."""


# --- one deployment ---------------------------------------------------------------------------


class DeploymentAsked(Asked):
    """Which part of an account."""

    product: Annotated[str | None, Field(examples=["crm"])] = None
    """The product; without one, all use of the account."""


class Side(Shape):
    """One of the four sides of use."""

    dimension: Dimension
    """Which one."""
    leading: Number | None
    """The number that says most."""
    others: tuple[Number, ...]
    """The others."""
    trend: Trend
    """The leading number in four-week periods, the oldest first."""
    trend_windows: tuple[WindowShape, ...]
    """Those periods."""
    word: Annotated[str, Field(examples=["good"])]
    """How it stands in a word."""
    is_failing: bool
    """Whether it fails."""
    missing: Annotated[str, Field(examples=[""])]
    """Why there is no leading number."""

    @classmethod
    def of(cls, view: SideView, place: Place) -> Side:
        """Show a side."""
        told = {name: getattr(view, name) for name in cls.model_fields}
        windows = tuple(WindowShape.model_validate(window) for window in view.trend_windows)
        numbers = {"leading": place.maybe(view.leading), "others": place.all(view.others)}
        return cls(**told | numbers | {"trend_windows": windows})


class MarkShape(Shape):
    """Something on the axis of time."""

    day: date
    """When."""
    kind: Annotated[str, Field(examples=["go_live"])]
    """`go_live` or a kind of change."""
    label: Annotated[str, Field(examples=["Go-live"])]
    """What."""


class Finding(Shape):
    """What stands out, and whose move it is."""

    key: Annotated[str, Field(examples=["idle_seats"])]
    """Its kind."""
    sentence: Sentence
    """What it is."""
    evidence: Annotated[str, Field(examples=["23 of 61 people"])]
    """What it rests on."""
    whose_move: Annotated[str, Field(examples=["adoption lead"])]
    """Who can do something about it."""
    next_step: Annotated[str, Field(examples=["Ask the team what stops them."])]
    """What to do next."""
    size: Annotated[float | None, Field(examples=[23.0])]
    """How many are touched."""
    whole: Annotated[float | None, Field(examples=[61.0])]
    """Of how many."""
    unit: Annotated[str, Field(examples=["people"])]
    """Of what."""
    is_red: bool
    """Whether it is urgent."""


class TimelineShape(Shape):
    """Something that happened."""

    day: date
    """When."""
    kind: Annotated[str, Field(examples=["note"])]
    """`go_live`, `change`, `note`, `state` or `activity`."""
    title: Annotated[str, Field(examples=["Note"])]
    """What, in short."""
    text: Annotated[str, Field(examples=["Field agents log in at noon."])]
    """What, in full."""
    by: Annotated[str, Field(examples=["edith@example.org"])]
    """Who wrote it down."""


class GapShape(Shape):
    """A question that this data cannot answer."""

    question: Annotated[str, Field(examples=["How well is it used?"])]
    """The question."""
    remedy: Annotated[str, Field(examples=["Map a column that says yes or no."])]
    """What would answer it."""


class Deployment(Shape):
    """Everything about one deployment."""

    basis: BasisShape
    """What its figures rest on."""
    row: Row
    """The deployment as the portfolio shows it."""
    products: tuple[ProductId, ...]
    """Products that the account uses."""
    sentences: tuple[Sentence, ...]
    """How it stands, and whose move it is."""
    sides: tuple[Side, ...]
    """The four sides of use."""
    teams: tuple[Group, ...]
    """Its teams."""
    roles: tuple[Group, ...]
    """Its roles."""
    populations: tuple[Group, ...]
    """Its populations."""
    curve: tuple[Number, ...]
    """The adoption rate by week since the data began."""
    marks: tuple[MarkShape, ...]
    """Go-live and changes on that axis."""
    retention: tuple[Number, ...]
    """Who still uses it so many weeks after they began."""
    adoption_curve: tuple[Number, ...]
    """Who has used it by then."""
    ramp: tuple[Number, ...]
    """New starters who are up to speed by then."""
    findings: tuple[Finding, ...]
    """What stands out."""
    timeline: tuple[TimelineShape, ...]
    """What happened."""
    gaps: tuple[GapShape, ...]
    """What this data cannot answer."""
    numbers: tuple[Number, ...]
    """Every number of the catalogue that is known."""


class HowQuery(Asked):
    """Of which deployment, and of which of its groups."""

    account: AccountId
    """The account."""
    product: Annotated[str | None, Field(examples=["crm"])] = None
    """The product; without one, all use of the account."""
    by: Grouping | None = None
    """The grouping, for a number of a group: team, role or population."""
    group: Annotated[str | None, Field(examples=["sales"])] = None
    """The group."""


# --- explore ---------------------------------------------------------------------------


class ExploreQuery(Paging):
    """A metric by a grouping over time."""

    metric: Annotated[str, Field(max_length=100, examples=["adoption_rate"])] = "adoption_rate"
    """Its key in the catalogue."""
    by: Split | None = None
    """What it is split by."""
    grain: Literal["day", "week", "four_weeks", "month", "none"] = "week"
    """Length of the periods; `none` measures it once, over four weeks."""
    span: Span = Span.TWELVE_WEEKS
    """The days it is about, to the last complete Sunday."""
    account: Annotated[str | None, Field(max_length=254, examples=["a001"])] = None
    """One account; without it, all that the caller sees."""
    filter: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """People of one group only: `team:`, `role:` or `population:` and its name."""

    @property
    def periods(self) -> Grain | None:
        """The grain."""
        return None if self.grain == "none" else Grain(self.grain)

    @property
    def filters(self) -> tuple[Filter, ...]:
        """The filters."""
        if not self.filter:
            return ()
        by, colon, value = self.filter.partition(":")
        if not colon or by not in set(Split):
            raise Invalid("Write a filter as team:NAME, role:NAME or population:NAME.")
        return (Filter(Split(by), value),)


class SeriesShape(Shape):
    """One group's numbers, the oldest period first; hidden ones say so each."""

    group: Annotated[str, Field(examples=["sales"])]
    """The group; empty for everyone."""
    points: tuple[Number, ...]
    """Its numbers."""


class Explored(Listed[SeriesShape]):
    """The answer to a question, group by group."""

    basis: BasisShape
    """What it rests on."""
    title: Annotated[str, Field(examples=["Adoption rate by team, a001"])]
    """The question in words."""
    sentence: Sentence
    """The answer in words."""
    hidden: Annotated[int, Field(examples=[0])]
    """Groups without any number that may be shown."""
    how: How
    """How the newest number came about."""


class MetricShape(Shape):
    """One metric of the catalogue."""

    key: Annotated[str, Field(examples=["adoption_rate"])]
    """Its key."""
    name: Annotated[str, Field(examples=["Adoption rate"])]
    """What people call it."""
    question: Annotated[str, Field(examples=["How many of those who should use it do?"])]
    """The question it answers."""
    dimension: Dimension
    """The side of adoption it looks at."""
    formula: Annotated[str, Field(examples=["active people / people in scope"])]
    """The formula in one line."""
    numerator: Annotated[str, Field(examples=["active people"])]
    """What is counted."""
    denominator: Annotated[str, Field(examples=["people in scope"])]
    """Of what."""
    unit: Annotated[str, Field(examples=["share"])]
    """What the value counts."""
    window: Annotated[str, Field(examples=["28 days"])]
    """The days it is about."""
    needs: tuple[Annotated[str, Field(examples=["person"])], ...]
    """The columns or lists it cannot do without."""
    not_measurable_when: Annotated[str, Field(examples=["there is no list of people"])]
    """When there is no number."""
    groupings: tuple[Grouping, ...]
    """What it can be split by."""
    method: Annotated[str, Field(examples=[""])]
    """The page that explains the mathematics."""

    @classmethod
    def of(cls, metric: Metric) -> MetricShape:
        """Show a metric."""
        told = {name: getattr(metric, name) for name in cls.model_fields}
        return cls(**told | {"unit": metric.unit.value, "groupings": sorted(metric.groupings)})
