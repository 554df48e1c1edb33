"""What is kept of a behaviour for pages: about groups, suppressed and rounded already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from uptake.methods.statistics.variance import ORGANISATIONAL
from uptake.metrics.measurement import Measurement

TEAM_PART = "team."
"""Parts about the people of a leader begin with this."""


@dataclass(frozen=True, slots=True)
class Point:
    """Share of the people due who met it in a period; None where too few were due.

    ``centre``, ``low`` and ``high``: limits of the chart; ``signal`` says why it is more than
    noise, empty if it is not. ``asked``: people were asked by then. ``met`` of ``due``: what the
    share is made of; None where it is rounded, or too few were due.
    """

    first: date
    share: float | None
    asked: bool
    centre: float | None = None
    low: float | None = None
    high: float | None = None
    signal: str = ""
    met: int | None = None
    due: int | None = None


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """How the chart's limits came about.

    ``kind``: XmR or Laney's p'. ``standing``: none, provisional or firm. ``memory``: lag-1
    autocorrelation of the baseline of so many periods; ``remembers``: it is so high that limits
    lie around what the period before lets expect.
    """

    kind: str
    standing: str
    baseline: int
    memory: float | None
    remembers: bool = False


@dataclass(frozen=True, slots=True)
class ConditionFigure:
    """One thing that has to hold before it may be said that it changed."""

    name: str
    met: bool | None
    evidence: str


@dataclass(frozen=True, slots=True)
class TeamPoint:
    """A team in the newest closed period: people due, share that met it, limits of its size.

    ``shrunk``: the share drawn towards that of all teams, the more the smaller the team; ``place``:
    the order by it, which luck in small teams does not decide.
    """

    account: str
    team: str
    people: int
    share: Measurement
    low: float | None
    floor: float | None
    shrunk: float | None = None
    place: int | None = None

    @property
    def standing(self) -> str:
        """Where it lies: below what chance explains, or not."""
        if self.share.value is None or self.low is None or self.floor is None:
            return "hidden"
        if self.share.value < self.floor:
            return "far below"
        return "below" if self.share.value < self.low else "within"


@dataclass(frozen=True, slots=True)
class TeamProgress:
    """How much of what is asked once a team has done by now."""

    account: str
    team: str
    done: Measurement


@dataclass(frozen=True, slots=True)
class StreakGroup:
    """People whose streak has so many periods; None where they are too few to tell."""

    words: str
    people: int | None


FITTING = 0.3
"""A curve of growth that explains less of the ups and downs says nothing of a habit."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long it takes to become a habit and how long one lasts, in periods; None: not known.

    ``habit`` comes from a curve of growth that explains the share ``explained`` of the ups and
    downs over the ``watched`` periods; beyond those it is a guess, and not to be told.
    """

    habit: float | None
    asymptote: float | None
    half_life: float | None
    established: int | None
    explained: float | None = None
    watched: int = 0

    @property
    def fits(self) -> bool:
        """Whether the curve says more than that weeks differ."""
        return self.explained is not None and self.explained >= FITTING

    @property
    def is_reached(self) -> bool:
        """Whether it became a habit within the periods that were watched."""
        return self.fits and self.habit is not None and self.habit <= self.watched


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of a target met in name only, for the owner; ``is_bad`` None: cannot be told."""

    name: str
    sentence: str
    is_bad: bool | None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One closed period as the roll-ups sum it: who met it, of what was asked, good ones."""

    first: date
    last: date
    people: Measurement
    quantity: Measurement
    quality: Measurement

    @property
    def numbers(self) -> tuple[Measurement, Measurement, Measurement]:
        """The three, in the order in which they are read."""
        return self.people, self.quantity, self.quality


@dataclass(frozen=True, slots=True)
class ApartFigure:
    """Artificial records of one kind since people were asked."""

    kind: str
    records: int


@dataclass(frozen=True, slots=True)
class BehaviourFigures:
    """Everything that the page of a behaviour shows; ``missing`` says why there is nothing.

    ``latest`` is about the newest closed period, ``people``, ``quantity`` and ``quality`` about the
    window of the newest four. ``progress``: what of something that is asked once is done by now, in
    all and by team; ``due`` until when. ``before``: share of people-periods that met it in the
    baseline. ``between``: share of variance between teams.
    """

    version: int
    status: str
    missing: str = ""
    count: int = 0
    latest: Measurement | None = None
    people: Measurement | None = None
    quantity: Measurement | None = None
    quality: Measurement | None = None
    before: Measurement | None = None
    points: tuple[Point, ...] = ()
    chart: ChartFacts | None = None
    verdict: str = ""
    conditions: tuple[ConditionFigure, ...] = ()
    teams: tuple[TeamPoint, ...] = ()
    target: float | None = None
    between: float | None = None
    streaks: tuple[StreakGroup, ...] = ()
    lasting: Lasting | None = None
    apart: tuple[ApartFigure, ...] = ()
    signs: tuple[Sign, ...] = ()
    progress: Measurement | None = None
    due: datetime | None = None
    progress_of: tuple[TeamProgress, ...] = ()
    rows: tuple[PeriodRow, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamItem:
    """One behaviour as the people of a leader do it; ``missing`` says why there is no number.

    ``latest``: who met it in the newest closed period; ``before``: the same in the baseline.
    ``improved``: people who met at least two more of the newest four due periods than of the four
    before. ``is_below``: lower than chance explains beside everybody who is asked. ``between``:
    share of the differences among all people asked that lies between teams. ``progress``: what of
    something that is asked once is done by now.
    """

    behaviour: int
    missing: str = ""
    people: int = 0
    latest: Measurement | None = None
    before: Measurement | None = None
    trend: tuple[float | None, ...] = ()
    improved: int | None = None
    is_below: bool = False
    between: float | None = None
    progress: Measurement | None = None

    @property
    def is_organisational(self) -> bool:
        """Whether the shortfall lies with what the team lives under rather than with people."""
        return self.is_below and self.between is not None and self.between > ORGANISATIONAL


@dataclass(frozen=True, slots=True)
class TeamsFigures:
    """Everything that is asked of the people of one leader, by the number of the behaviour."""

    items: tuple[TeamItem, ...] = ()


def team_part(leader: int) -> str:
    """Return the name of the kept part about the people of a leader."""
    return f"{TEAM_PART}{leader}"
