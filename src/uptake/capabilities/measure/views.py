"""What the pages about figures show: frozen, account-limited, suppressed and rounded already."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from uptake.capabilities.measure.figures import GroupFigures, Series, StateFigure
from uptake.capabilities.measure.picture import Gap
from uptake.capabilities.measure.questions import ExploreQuestion, Split
from uptake.methods.adoption.licences import RenewalExposure
from uptake.metrics.measurement import Dimension, Measurement, Window


@dataclass(frozen=True, slots=True)
class Basis:
    """What a view rests on.

    ``as_of`` is the last day the numbers are about (None: no data), ``computed_at`` when, on
    version ``lake_version`` of the data and ``settings`` of thresholds, profile and calendar.
    ``is_current`` is False while newer data waits to be computed. ``rests_on`` changes with
    everything that answers of a workspace rest on, the records as of now included; it is shown to
    nobody, and empty where nothing may be kept.
    """

    as_of: date | None
    computed_at: datetime
    lake_version: int
    settings: str
    is_current: bool
    minimum_people: int
    rests_on: tuple[Hashable, ...] = ()


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
    """The three licence ratios and the cost of unused seats; None where nothing is known.

    ``exposure``: what the next renewal may lose, for who may see prices.
    """

    provisioned: Measurement | None
    activated: Measurement | None
    active: Measurement | None
    unused: Measurement | None
    entitled: int | None
    currency: str
    exposure: RenewalExposure | None = None


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


@dataclass(frozen=True, slots=True)
class MetricChoice:
    """A metric that can be asked for."""

    key: str
    name: str
    question: str
    dimension: Dimension
    unit: str


@dataclass(frozen=True, slots=True)
class ExploreView:
    """A metric by a grouping over time: series to draw, the same as a table, how it was computed.

    ``question`` is the one that was answered (the account filled in for who sees one account).
    ``hidden`` counts groups without any number that may be shown; ``names`` are what people call
    groups that go by an identifier. The choices are what the question can be changed to:
    ``filters`` by attribute, the groups that may be chosen.
    """

    basis: Basis
    question: ExploreQuestion
    title: str
    sentence: str
    series: tuple[Series, ...]
    hidden: int
    how: HowView
    metrics: tuple[MetricChoice, ...]
    splits: tuple[Split, ...]
    accounts: tuple[tuple[str, str], ...]
    filters: tuple[tuple[Split, tuple[str, ...]], ...]
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, group: str) -> str:
        """Return what people call a group."""
        return self.names.get(group, group)


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """A week of one's own: days with an expected action, and such actions in all."""

    first: date
    last: date
    active_days: int
    actions: int


@dataclass(frozen=True, slots=True)
class OwnAction:
    """What one is expected to do, and did in the last four weeks; None: nobody said how often."""

    action: str
    times: int
    times_a_week: float
    expected_a_week: float | None

    @property
    def is_met(self) -> bool | None:
        """Whether it was done as often as expected, counted in whole times over four weeks."""
        if self.expected_a_week is None:
            return None
        least = round(4 * self.expected_a_week) or (1 if self.expected_a_week else 0)
        return self.times >= least


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at numbers under one's own name."""

    at: datetime
    who: str
    page: str
    purpose: str


@dataclass(frozen=True, slots=True)
class OwnView:
    """One's own numbers, against one's own past and nobody else's.

    ``active_days`` of the 28 days to ``as_of``, ``active_days_before`` of the 28 before;
    ``usual_days`` a week is the median of one's earlier weeks. ``looks`` is who has looked.
    """

    as_of: date | None
    computed_at: datetime
    name: str
    account: str
    team: str
    role: str
    population: str
    sentences: tuple[str, ...]
    active_days: int
    active_days_before: int
    usual_days: float | None
    weeks: tuple[OwnWeek, ...]
    actions: tuple[OwnAction, ...]
    looks: tuple[Look, ...]
    who_can_see: str

    @property
    def expected_met(self) -> tuple[int, int]:
        """How many expected actions were done often enough, of how many."""
        judged = [action.is_met for action in self.actions if action.is_met is not None]
        return sum(judged), len(judged)


@dataclass(frozen=True, slots=True)
class TeamView:
    """The people whom a manager leads, as groups of at least k; ``missing`` says why not."""

    basis: Basis
    sentences: tuple[str, ...]
    people: int
    state: StateFigure | None
    numbers: tuple[Measurement, ...]
    weeks: tuple[Measurement, ...]
    teams: tuple[GroupFigures, ...]
    roles: tuple[GroupFigures, ...]
    missing: str = ""

    def number(self, key: str) -> Measurement | None:
        """Return a number of the people together."""
        return next((n for n in self.numbers if n.key == key and n.point is None), None)
