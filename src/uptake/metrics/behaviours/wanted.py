"""A behaviour as counting sees it: which events, how well, in which periods.

Names are those that events carry. Methods section 2 (schema of a behaviour).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from uptake.methods.behaviour.periods import Cadence, Deadline
from uptake.metrics.behaviours.grid import Grid
from uptake.store.schema import ON_TIME_STEPS


@dataclass(frozen=True, slots=True)
class Predicate:
    """Which events count; what is None or empty leaves open.

    ``properties``: pairs of name and value that an event must carry.
    """

    actions: frozenset[str]
    product: str | None = None
    module: str | None = None
    object_type: str | None = None
    properties: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.actions:
            raise ValueError("Choose at least one action that shows that it was done.")

    @property
    def is_rolled_up(self) -> bool:
        """Whether rollups can tell these events from others."""
        return self.object_type is None and not self.properties


@dataclass(frozen=True, slots=True)
class Quality:
    """What a good one is; all that is set must hold.

    ``right_first_time``: the source says so. ``within``: recorded so long after it happened.
    ``filled_in``: properties that must say something (no placeholder).
    """

    right_first_time: bool = False
    within: timedelta | None = None
    filled_in: tuple[str, ...] = ()

    @property
    def column(self) -> str | None:
        """The column of the rollup that counts good ones; None where only raw events know."""
        if self.filled_in or (self.right_first_time and self.within is not None):
            return None
        if self.right_first_time:
            return "right_first_time"
        if self.within is None:
            return "events"
        seconds = self.within.total_seconds()
        return next((step for step, most in ON_TIME_STEPS.items() if most == seconds), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What has to follow each opportunity on the same case or object, and how soon."""

    predicate: Predicate
    within: timedelta


AS_IT_IS = Quality()
"""Every record is a good one."""

END_OF_PERIOD = Deadline()
"""By the end of the last day."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """In which periods behaviours are counted; ``span``: the days of a single one."""

    cadence: Cadence
    deadline: Deadline
    span: tuple[date, date] | None = None

    def grid(self, first: date, last: date, zone: ZoneInfo) -> Grid:
        """The periods that hold the days from ``first`` to ``last``, or the single one."""
        first, last = self.span or (first, last)
        return Grid.of(self.cadence, self.deadline, first=first, last=last, zone=zone)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One behaviour: ``predicate`` are its records, or its opportunities where ``answer`` is set.

    ``key`` names it in answers. ``span``: the days of something that is asked once. ``objects``:
    every object that existed before the span has to have the fields of ``quality`` by its end; it
    is its creator's.
    """

    key: str
    predicate: Predicate
    quality: Quality = AS_IT_IS
    cadence: Cadence = Cadence.WEEK
    deadline: Deadline = END_OF_PERIOD
    answer: Answer | None = None
    span: tuple[date, date] | None = None
    objects: bool = False

    @property
    def is_rolled_up(self) -> bool:
        """Whether rollups alone can count it, but for the hours around deadlines."""
        known = self.predicate.is_rolled_up and self.quality.column is not None
        return known and self.answer is None and not self.objects

    @property
    def is_of_events(self) -> bool:
        """Whether raw events are counted one by one: no rollup knows what is asked of them."""
        return not self.is_rolled_up and self.answer is None and not self.objects

    @property
    def schedule(self) -> Schedule:
        """In which periods it is counted."""
        return Schedule(self.cadence, self.deadline, self.span)
