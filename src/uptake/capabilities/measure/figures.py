"""What is prepared and kept about accounts and their groups: already suppressed, already rounded.

These values cross from the worker that computes them to the pages that show them. None of them
names a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from uptake.methods.adoption.states import AdoptionState
from uptake.metrics.measurement import Measurement
from uptake.metrics.scope import Grouping


@dataclass(frozen=True, slots=True)
class StatePeriod:
    """The state of a group in one four-week period; None where too few people belonged to it."""

    first: date
    last: date
    state: AdoptionState | None


@dataclass(frozen=True, slots=True)
class StateChange:
    """A change of state that lasted; ``before`` is None for the first state seen."""

    day: date
    before: AdoptionState | None
    after: AdoptionState
    sentence: str


@dataclass(frozen=True, slots=True)
class StateFigure:
    """In which state a group is, why, what else it could be, and what it was before.

    ``state`` is None where it is hidden to protect people. ``unmeasured`` names the measures
    nothing is known about.
    """

    state: AdoptionState | None
    reason: str
    could_be: tuple[AdoptionState, ...] = ()
    unmeasured: tuple[str, ...] = ()
    history: tuple[StatePeriod, ...] = ()
    changes: tuple[StateChange, ...] = ()

    @property
    def plain(self) -> str:
        """The state in everyday words."""
        return self.state.plain if self.state else "hidden to protect people"

    @property
    def severity(self) -> int:
        """Place in the order of severity; hidden comes last."""
        return self.state.severity if self.state else len(AdoptionState)

    @property
    def is_failure(self) -> bool:
        """Whether it is one of the five failure states."""
        return self.state is not None and self.state.is_failure


@dataclass(frozen=True, slots=True)
class RowFigures:
    """What the portfolio shows of a deployment; ``product`` is None for all use of the account.

    ``active`` is the adoption rate (numerator active, denominator people in scope), ``trend`` the
    active people of each of the last twelve weeks, ``last_data`` the last day with any event.
    """

    account: str
    product: str | None
    state: StateFigure
    active: Measurement | None
    seats: Measurement | None
    unused: Measurement | None
    trend: tuple[float | None, ...]
    last_data: date | None


@dataclass(frozen=True, slots=True)
class PortfolioFigures:
    """Every deployment of a workspace, and which products each account uses."""

    rows: tuple[RowFigures, ...]
    products: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Trend:
    """One metric in consecutive periods, oldest first."""

    key: str
    points: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class DeploymentFigures:
    """All numbers of a deployment: of the 28 days, by week since the data began, by four weeks."""

    row: RowFigures
    numbers: tuple[Measurement, ...]
    weeks: tuple[Measurement, ...]
    trends: tuple[Trend, ...]

    def number(self, key: str) -> Measurement | None:
        """Return the number of a metric that is not a curve."""
        return next((n for n in self.numbers if n.key == key and n.point is None), None)

    def points(self, key: str) -> tuple[Measurement, ...]:
        """Return the points of a metric that is a curve."""
        return tuple(n for n in self.numbers if n.key == key and n.point is not None)


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A team, role or population inside a deployment; hidden ones keep their name alone.

    ``people`` is None where it is hidden; ``numbers`` are those of the 28 days.
    """

    group: str
    people: int | None
    state: StateFigure
    active: Measurement | None
    numbers: tuple[Measurement, ...]
    trend: tuple[float | None, ...]

    @property
    def is_hidden(self) -> bool:
        """Say whether it is hidden to protect people."""
        return self.people is None


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The groups of a deployment by one grouping; ``rest`` says that some people are in none."""

    by: Grouping
    rows: tuple[GroupFigures, ...]
    rest: bool


@dataclass(frozen=True, slots=True)
class GroupTables:
    """Teams, roles and populations of one deployment."""

    tables: tuple[GroupTable, ...]

    def of(self, by: Grouping) -> tuple[GroupFigures, ...]:
        """Return the rows of one grouping; nothing where it is not known."""
        return next((table.rows for table in self.tables if table.by is by), ())


@dataclass(frozen=True, slots=True)
class Series:
    """One group's numbers, oldest window first; hidden ones say so each."""

    group: str
    points: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class ExploreFigures:
    """The answer of one account, or of the whole workspace, to a question."""

    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """The people whom one manager leads, together and by group."""

    people: int
    state: StateFigure
    numbers: tuple[Measurement, ...]
    weeks: tuple[Measurement, ...]
    tables: GroupTables


def part_name(account: str, product: str | None) -> str:
    """Return the name under which a deployment's part is kept."""
    return account if product is None else f"{account}\x1f{product}"
