"""The adoption picture: everything a report says, as plain values.

It is the same for a single file and for an account of the lake; pages, PDF and JSON are drawn from
it. Nothing in it names a person: it holds counts, and codes for accounts that look automatic.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from uptake.capabilities.measure.figures import StateChange, StatePeriod
from uptake.methods.adoption.states import Classification, Thresholds
from uptake.metrics.measurement import Dimension, Measurement, Window
from uptake.metrics.newcomers import StartCohort


@dataclass(frozen=True, slots=True)
class Source:
    """Where the data came from, in words for the reader.

    ``mapping`` lists role and column as they were read; ``rejected`` rows could not be used, and
    ``reasons`` counts them by reason. ``group_word`` names what a group is ("assignment_group").
    ``origin`` is day 0 where the data counts days instead of naming dates: then no date is shown.
    """

    name: str
    rows: int
    rejected: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    mapping: tuple[tuple[str, str], ...] = ()
    group_word: str = "group"
    origin: date | None = None
    simulated: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """How much there is: events, people, groups, first and last moment, rejected rows."""

    events: int
    people: int
    groups: int
    first: datetime
    last: datetime
    rejected: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What the numbers rest on.

    ``window`` is the 28 days that "active" is about, ``trusted`` the days that measure behaviour
    rather than the way the data was extracted.
    """

    window: Window
    trusted: Window
    timezone: str
    thresholds: Thresholds
    profile: str
    calendar: str


@dataclass(frozen=True, slots=True)
class Caution:
    """An artefact of extraction: what it is, what this report did about it, what you can do."""

    kind: str
    title: str
    sentence: str
    consequence: str
    advice: str
    evidence: str


@dataclass(frozen=True, slots=True)
class WeekActivity:
    """One calendar week: active people, people known by then, 95 % interval of the active, events.

    ``complete`` weeks lie wholly inside the data, ``trusted`` ones wholly inside the trusted days.
    """

    start: date
    active: int
    known: int
    low: float
    high: float
    events: int
    complete: bool
    trusted: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the four sides of use: its leading number, the others, and the trend of the first.

    ``missing`` says what would make it measurable; set when ``leading`` is not measured.
    """

    dimension: Dimension
    leading: Measurement | None
    others: tuple[Measurement, ...] = ()
    trend: tuple[float | None, ...] = ()
    trend_windows: tuple[Window, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class GroupPicture:
    """One group: its state and why, active of people in scope, events, weekly active people."""

    group: str
    classification: Classification
    people: int
    active: int
    events: int
    suppressed: bool
    trend: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class StateCourse:
    """The states of a group (None: of everyone) in consecutive four weeks, oldest first.

    ``changes`` are those that lasted; the first is the state that was seen first.
    """

    group: str | None
    periods: tuple[StatePeriod, ...]
    changes: tuple[StateChange, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """Shares over time with intervals; ``followed`` people, of whom ``reached`` had the event.

    ``median`` is in ``unit``, None when not reached; ``missing`` says why there is no curve and
    ``rule`` when the event counts as having happened.
    """

    points: tuple[CurvePoint, ...]
    median: float | None
    followed: int
    reached: int
    unit: str
    missing: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A share at a time, its 95 % interval and how many people were still followed."""

    time: float
    share: float
    low: float
    high: float
    at_risk: int


@dataclass(frozen=True, slots=True)
class Ramp:
    """New starters: median days until they work like the others, and the share by day 30, 60, 90.

    ``by_day`` leaves out days that nobody was followed to, ``cohorts`` are those who started in the
    same quarter; quarters of too few people are taken together.
    """

    median: Measurement
    by_day: tuple[Measurement, ...]
    cohorts: tuple[StartCohort, ...] = ()


@dataclass(frozen=True, slots=True)
class Concentration:
    """How unevenly events spread over people: shares of events by busiest share of people."""

    people: int
    events: int
    points: tuple[tuple[float, float], ...]
    top_people: int
    top_share: float
    half_people: int
    gini: float


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """Events by weekday (Monday first) and hour in the time zone of the data."""

    counts: tuple[tuple[int, ...], ...]
    timezone: str

    @property
    def total(self) -> int:
        """All events."""
        return sum(sum(hours) for hours in self.counts)


@dataclass(frozen=True, slots=True)
class FoundThing:
    """A finding: ``size`` of ``whole`` people or events are touched (``unit``).

    ``reach`` is the share of all people in scope, or of all events of the window, that it touches:
    findings are ranked by it.
    """

    key: str
    sentence: str
    size: int
    whole: int
    unit: str
    evidence: str
    next_step: str
    reach: float = 0.0

    @property
    def share(self) -> float:
        """Size / whole."""
        return self.size / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A question this data cannot answer, and what would answer it."""

    question: str
    remedy: str


@dataclass(frozen=True, slots=True)
class SeatUse:
    """Seats: those in use of those paid for, and what the unused ones cost (None: no price)."""

    in_use: Measurement
    unused: Measurement | None


@dataclass(frozen=True, slots=True)
class AdoptionPicture:
    """Everything a report says."""

    source: Source
    summary: Summary
    basis: Basis
    weeks: tuple[WeekActivity, ...]
    active: Measurement
    sides: tuple[Side, ...]
    overall: Classification | None
    groups: tuple[GroupPicture, ...]
    courses: tuple[StateCourse, ...]
    retention: Curve
    ramp: Ramp
    concentration: Concentration | None
    pattern: WeekPattern | None
    measurements: tuple[Measurement, ...]
    findings: tuple[FoundThing, ...] = ()
    warnings: tuple[Caution, ...] = ()
    gaps: tuple[Gap, ...] = ()
    seats: SeatUse | None = None
    suppressed_groups: int = 0
