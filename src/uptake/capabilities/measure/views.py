"""What the pages about figures show: frozen, account-limited, suppressed and rounded already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from uptake.capabilities.measure.figures import GroupFigures, StateFigure
from uptake.capabilities.measure.picture import Gap
from uptake.metrics.measurement import Dimension, Measurement, Window


@dataclass(frozen=True, slots=True)
class Basis:
    """What a view rests on.

    ``as_of`` is the last day the numbers are about (None: no data), ``computed_at`` when, on
    version ``lake_version`` of the data and ``settings`` of thresholds, profile and calendar.
    ``is_current`` is False while newer data waits to be computed.
    """

    as_of: date | None
    computed_at: datetime
    lake_version: int
    settings: str
    is_current: bool
    minimum_people: int


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One deployment in the portfolio: a product in an account (None: all that it uses).

    ``active``: people active of people in scope; ``seats``: active of entitled; ``unused``: what
    the other seats cost a year in ``currency`` (None for who may not see prices). ``trend``:
    active people in each of twelve weeks. ``silent_days``: days from the last event to ``as_of``.
    """

    account: str
    account_name: str
    product: str | None
    product_name: str
    parent: str | None
    segment: str
    owner: str
    state: StateFigure
    active: Measurement | None
    seats: Measurement | None
    entitled: int | None
    unused: Measurement | None
    currency: str
    trend: tuple[float | None, ...]
    last_data: date | None
    silent_days: int | None
    renewal: date | None
    notice: date | None
    decision: str
    go_live: date | None

    @property
    def name(self) -> str:
        """Account and product in words."""
        return f"{self.account_name} · {self.product_name}" if self.product else self.account_name

    @property
    def slug(self) -> str:
        """The product's place in the address of the page."""
        return self.product or "all"


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """Every deployment that the actor sees, the ones that need somebody first.

    ``sentences`` are at most two; ``all_rows`` counts them before the filter. The choices are what
    the filters can be set to.
    """

    basis: Basis
    sentences: tuple[str, ...]
    rows: tuple[DeploymentRow, ...]
    all_rows: int
    segments: tuple[str, ...]
    owners: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SideView:
    """One of the four sides of use: leading number, the others, its trend in four-week periods.

    ``word`` says how it stands; ``missing`` why there is no leading number.
    """

    dimension: Dimension
    leading: Measurement | None
    others: tuple[Measurement, ...]
    trend: tuple[float | None, ...]
    trend_windows: tuple[Window, ...]
    word: str
    is_failing: bool
    missing: str = ""


@dataclass(frozen=True, slots=True)
class SeatsView:
    """The three licence ratios and the cost of unused seats; None where nothing is known."""

    provisioned: Measurement | None
    activated: Measurement | None
    active: Measurement | None
    unused: Measurement | None
    entitled: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on the axis of time: ``kind`` is go_live or a kind of change."""

    day: date
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class FindingView:
    """What stands out, with whose move it is: ``size`` of ``whole`` ``unit`` are touched."""

    key: str
    sentence: str
    evidence: str
    whose_move: str
    next_step: str
    size: float | None = None
    whole: float | None = None
    unit: str = ""
    is_red: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened: kind is go_live, change, note, state or activity."""

    day: date
    kind: str
    title: str
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """Everything about one deployment.

    ``sentences``: how it stands, and whose move it is. ``curve``: adoption rate by week since the
    data began. ``retention`` and ``adoption_curve`` are points ("week 4"), ``ramp`` those of new
    starters. Hidden groups keep their place in the tables.
    """

    basis: Basis
    groups_basis: Basis
    row: DeploymentRow
    products: tuple[str, ...]
    sentences: tuple[str, ...]
    sides: tuple[SideView, ...]
    seats: SeatsView
    teams: tuple[GroupFigures, ...]
    roles: tuple[GroupFigures, ...]
    populations: tuple[GroupFigures, ...]
    curve: tuple[Measurement, ...]
    marks: tuple[Mark, ...]
    retention: tuple[Measurement, ...]
    adoption_curve: tuple[Measurement, ...]
    ramp: tuple[Measurement, ...]
    ramp_days: Measurement | None
    findings: tuple[FindingView, ...]
    timeline: tuple[TimelineEntry, ...]
    gaps: tuple[Gap, ...]
    numbers: tuple[Measurement, ...]

    @property
    def state(self) -> StateFigure:
        """The state of the deployment with its history."""
        return self.row.state

    def number(self, key: str) -> Measurement | None:
        """Return any number of the catalogue for this deployment."""
        return next((n for n in self.numbers if n.key == key and n.point is None), None)


@dataclass(frozen=True, slots=True)
class HowView:
    """How a number came about: what opens beside any number.

    ``needs`` names the columns or lists it cannot do without; ``caveats`` what would make it wrong;
    ``rows`` how to get at the rows behind it, or why one may not.
    """

    key: str
    name: str
    question: str
    formula: str
    numerator: str
    denominator: str
    unit: str
    interval: str
    window: str
    method: str
    needs: tuple[str, ...]
    caveats: tuple[str, ...]
    rows: str
    number: Measurement | None
    basis: Basis
