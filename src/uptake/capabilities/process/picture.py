"""What is known of how a process runs: everything that a report or a page says of it.

The picture is values alone: it is drawn as words, JSON, a page or a PDF without the log. What
cannot be measured is None and is named in ``not_measurable``; it is never zero. Lists have the
most frequent first, and where a list is cut, its neighbour says how many there are in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from uptake.capabilities.process.finding_rows import NextStep as NextStep
from uptake.capabilities.process.finding_rows import ProcessFinding as ProcessFinding
from uptake.formats.case_log import Performer
from uptake.methods.statistics.proportions import Share

if TYPE_CHECKING:
    from uptake.capabilities.process.business_hours import BusinessReading
    from uptake.capabilities.process.compared import Comparison
    from uptake.capabilities.process.drifted import RoleDrift
    from uptake.capabilities.process.kept_by import Kept
    from uptake.methods.process.alignment import Step
    from uptake.methods.process.deviation_cost import DeviationCost
    from uptake.methods.process.rules import Rule, RuleReading
    from uptake.methods.statistics.survival import SurvivalCurve

MOST_VARIANTS = 1_000
"""Variants that a picture holds; the counts take in all of them."""

MOST_PAIRS = 10_000
"""Activities, and pairs of them or of performers, that a picture holds."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The size of the log. ``resources``: None where the log names nobody.

    ``start`` and ``end``: the first and the last moment that can be believed; None without moments.
    ``columns``: roles and the columns of a table that were read as these.
    """

    source: str
    events: int
    cases: int
    activities: int
    variants: int
    resources: int | None
    start: datetime | None
    end: datetime | None
    columns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One activity: a node of the map.

    ``starts`` and ``ends``: cases that begin and end with it. ``repeats``: times it was done again
    in a case, ``repeat_cases``: cases in which it was. ``skipped`` and ``inserted``: times it was
    left out or done where the model has no place for it, None without a model. Times are medians:
    ``touch`` from its start to its end, ``waiting`` from the end of the step before to its start;
    the business ones while the house is open, None where its hours are not known.
    """

    name: str
    events: int
    cases: int
    starts: int
    ends: int
    repeats: int
    repeat_cases: int
    touch_seconds: float | None = None
    waiting_seconds: float | None = None
    skipped: int | None = None
    inserted: int | None = None
    is_in_model: bool | None = None
    business_waiting_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One activity directly after another: an edge of the map.

    ``deviating``: times the model would not have had it so, None without a model.
    ``business_seconds``: the median while the house is open.
    """

    source: str
    target: str
    count: int
    cases: int
    median_seconds: float | None = None
    deviating: int | None = None
    business_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class VariantRow:
    """Cases that ran alike. ``cost``, ``fitness`` and ``steps`` are None without a model.

    ``steps``: the variant beside the model, step by step. ``business_seconds``: the median while
    the house is open.
    """

    number: int
    activities: tuple[str, ...]
    cases: int
    share: float
    median_seconds: float | None = None
    cost: int | None = None
    fitness: float | None = None
    steps: tuple[Step, ...] | None = None
    business_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """A number of each case over all of them; ``counts``: value and cases, ascending by value."""

    mean: float
    median: float
    p90: float
    most: int
    counts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean of a number of each case, by month of the case's first event; its ``error``."""

    month: datetime
    mean: float
    cases: int
    error: float = 0.0


@dataclass(frozen=True, slots=True)
class Pair:
    """How often work passed directly from one performer to another, or stayed with one."""

    source: str
    target: str
    count: int

    @property
    def is_handover(self) -> bool:
        """Whether it passed to somebody else."""
        return self.source != self.target


@dataclass(frozen=True, slots=True)
class Handing:
    """Work passing between performers of one kind: people, roles, groups or organisations.

    ``handovers`` counts direct successions within a case to somebody else; ``successions`` those
    with both sides known, ``unknown`` the others. ``ping_pong``: straight back, of handovers.
    ``hidden``: performers too small to be shown, whose work stands under one name.
    """

    level: Performer
    performers: int
    handovers: int
    successions: int
    unknown: int
    ping_pong: Share
    per_case: Spread
    different_per_case: Spread
    trend: tuple[Trend, ...]
    pairs: tuple[Pair, ...]
    pair_count: int
    hidden: int = 0
    different_trend: tuple[Trend, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the log itself counts of each case, such as reassignments, beside what was counted here.

    ``same``: cases in which both agree, of those that have both.
    """

    column: str
    beside: Performer
    mean: float
    same: Share


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """What one performer does: a row of the matrix of activities by performers.

    ``effective``: effective number of activities (1: one, k: k equally often). ``apart``: bits by
    which the mix differs from that of all. ``done``: times each activity was done, most first.
    ``outside``: events of activities that the model gives to another role, None where it says none.
    """

    performer: str
    events: int
    cases: int
    activities: int
    effective: float
    apart: float
    done: tuple[tuple[str, int], ...]
    outside: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """What performers of one kind do; ``hidden`` of them are too small to be shown."""

    level: Performer
    rows: tuple[ScopeRow, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class ReworkRow:
    """One activity that was done again: ``repeats`` times in so many ``cases``."""

    activity: str
    repeats: int
    cases: Share


@dataclass(frozen=True, slots=True)
class ReworkReading:
    """Activities done again in the same case."""

    cases: Share
    repeats: int
    activities: tuple[ReworkRow, ...]


@dataclass(frozen=True, slots=True)
class DurationReading:
    """From the first to the last moment of a case, in calendar time.

    ``median``, ``mean`` and ``p90`` are of all cases with moments that can be believed, open ones
    as long as they are; ``curve`` is Kaplan-Meier with the ``open_cases`` censored, in seconds.
    ``left_out``: cases whose moments cannot be believed. ``touch_share``: of the time of cases,
    what was worked on, where steps have a start and an end.
    """

    cases: int
    median_seconds: float
    mean_seconds: float
    p90_seconds: float
    open_cases: int
    left_out: int
    curve: SurvivalCurve | None = None
    touch_share: float | None = None

    @property
    def half_seconds(self) -> float:
        """By when half of the cases are over, open ones censored where there are some."""
        found = self.curve.median if self.curve and self.open_cases else None
        return self.median_seconds if found is None else found

    @property
    def most_seconds(self) -> float:
        """By when nine of ten cases are over, open ones censored where there are some."""
        found = self.curve.quantile(0.9) if self.curve and self.open_cases else None
        return self.p90_seconds if found is None else found


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule of the intended process, and how often it was kept where its occasion occurred."""

    rule: Rule
    sentence: str
    reading: RuleReading
    broken_variants: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Conformance:
    """Every case beside the model at the least cost.

    ``fitting``: cases of no cost. ``straight``: those that also keep every rule, done by whom they
    are meant to be done. ``cost_total`` and fitness are None for a model that has rules only.
    ``kept``: by month and by team. ``fitness``: mean over cases of 1 - cost / (events + cheapest
    way). ``bound``: what was not computed exactly and how far it can be off; empty where all is.
    """

    model: str
    version: str
    cases: int
    fitting: Share
    straight: Share
    cost_total: int | None
    fitness: float | None
    log_fitness: float | None
    precision: float | None
    tolerance: float = 0.0
    kept: Kept | None = None
    about: str = "case"
    is_flower: bool = False
    bound: str = ""

    @property
    def is_within(self) -> bool | None:
        """Whether no more cases stray than is tolerated; None where no case could be judged."""
        if self.straight.value is None:
            return None
        return 1 - self.straight.value <= self.tolerance + 1e-12


@dataclass(frozen=True, slots=True)
class UsualWay:
    """The way that was read off the log itself: how work usually runs, not how it should.

    ``text``: the same as YAML, for a person to change and confirm.
    """

    name: str
    steps: tuple[str, ...]
    sentence: str
    cases: Share
    text: str = ""


@dataclass(frozen=True, slots=True)
class DeviationRow:
    """One way of straying, with how many cases do it.

    ``kind``: one of ``Straying``, or wrong role. ``variants``: the variants that do it, by number.
    ``cost``: in seconds beside cases that run as intended, None where that is not measurable.
    """

    kind: str
    activity: str
    sentence: str
    cases: Share
    times: int
    variants: tuple[int, ...] = ()
    example_cases: tuple[str, ...] = ()
    cost: DeviationCost | None = None
    performer: str = ""

    @property
    def cost_seconds(self) -> float | None:
        """How much longer each of these cases takes; None where that could be chance."""
        if self.cost is None or self.cost.each_interval is None:
            return None
        return None if self.cost.each_interval.contains(0) else self.cost.each


@dataclass(frozen=True, slots=True)
class NotMeasurable:
    """A measure that this log cannot give, why, and what would make it so."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class ProcessPicture:
    """The whole result.

    ``is_named``: whether people stand here by name; without, they are codes such as "Person 7".
    ``edge_count``: how many there are, of which the list holds the first. ``business``: time in
    which the house is open, where its hours are known. ``comparison``: before and after a day,
    where one was named.
    """

    summary: Summary
    activities: tuple[ActivityRow, ...]
    edges: tuple[Edge, ...]
    edge_count: int
    variants: tuple[VariantRow, ...]
    handing: tuple[Handing, ...]
    recorded: tuple[Recorded, ...]
    scopes: tuple[Scope, ...]
    rework: ReworkReading
    durations: DurationReading | None
    rules: tuple[RuleRow, ...]
    conformance: Conformance | None
    usual: UsualWay | None
    deviations: tuple[DeviationRow, ...]
    findings: tuple[ProcessFinding, ...] = ()
    warnings: tuple[str, ...] = ()
    not_measurable: tuple[NotMeasurable, ...] = ()
    is_named: bool = False
    business: BusinessReading | None = None
    drift: RoleDrift | None = None
    comparison: Comparison | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether the intended way is kept to within its tolerance; None without one."""
        return self.conformance.is_within if self.conformance else None

    def of_level(self, level: Performer) -> Handing | None:
        """Handovers between performers of one kind, if the log names such."""
        return next((each for each in self.handing if each.level is level), None)
