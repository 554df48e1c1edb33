"""What a measured number is: its parts, its interval, its window, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from uptake.methods.statistics.proportions import Interval, Share

WINDOW_DAYS = 28
"""Length of the standard window: four whole weeks, so that no mix of weekdays biases it."""

MINIMUM_PEOPLE = 5
"""Fewest people behind a number that anyone may see (k-anonymity)."""


class MeasurementState(StrEnum):
    """Whether there is a number, and if not, why; absence is never a zero."""

    MEASURED = "measured"
    NOT_MEASURABLE = "not_measurable"
    NOT_YET_DUE = "not_yet_due"
    EXEMPT = "exempt"
    SUPPRESSED = "suppressed"


class Dimension(StrEnum):
    """The side of adoption that a metric looks at; the four of use are never merged."""

    MANNER = "manner"
    TIMING = "timing"
    QUALITY = "quality"
    FREQUENCY = "frequency"
    ACCOUNT = "account"


class Unit(StrEnum):
    """What a value counts; shares run from 0 to 1."""

    SHARE = "share"
    PEOPLE = "people"
    DAYS = "days"
    WEEKS = "weeks"
    WORKING_DAYS = "working days"
    ACTIONS = "actions"
    EVENTS = "events"
    MONEY = "money a year"


@dataclass(frozen=True, slots=True)
class Window:
    """Calendar days that a number is about, both ends included."""

    first: date
    last: date
    label: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A window cannot end before it begins.")

    @property
    def days(self) -> int:
        """Number of calendar days."""
        return (self.last - self.first).days + 1

    @classmethod
    def ending(cls, last: date, days: int = WINDOW_DAYS) -> Window:
        """The window of ``days`` days whose last day is ``last``."""
        first = last - timedelta(days=days - 1)
        return cls(first, last, f"{days} days to {last.isoformat()}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number before anyone decided who may see it.

    ``group`` is a group's name (None: everyone), ``bucket`` the position of its period in the
    scope, ``point`` a place inside the metric (a week, an hour, a step), ``people`` how many
    people are behind it (None: the people in scope of its group).
    """

    group: str | None
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    people: int | None = None
    bucket: int = 0
    point: str | None = None
    state: MeasurementState = MeasurementState.MEASURED
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One number that explains itself.

    ``value`` is None unless ``state`` is measured. ``low`` and ``high`` are the 95 % interval.
    ``people`` is how many people are behind it, ``point`` a place inside a metric that is a curve
    or a pattern, ``reason`` why there is no number, or a caveat about the one there is.
    """

    key: str
    group: str | None
    value: float | None
    numerator: float | None
    denominator: float | None
    low: float | None
    high: float | None
    unit: Unit
    window: Window
    state: MeasurementState
    reason: str = ""
    people: int | None = None
    point: str | None = None

    @property
    def is_measured(self) -> bool:
        """Say whether there is a number."""
        return self.state is MeasurementState.MEASURED


def ratio(
    group: str | None,
    numerator: float,
    denominator: float,
    *,
    people: int | None = None,
    bucket: int = 0,
    point: str | None = None,
    reason: str = "",
) -> Figure:
    """A share with its Wilson interval; value None where the denominator is 0."""
    interval = _interval(numerator, denominator)
    return Figure(
        group,
        numerator / denominator if denominator else None,
        numerator,
        denominator,
        interval.low if interval else None,
        interval.high if interval else None,
        people,
        bucket,
        point,
        reason=reason,
    )


@lru_cache(maxsize=65_536)
def _interval(numerator: float, denominator: float) -> Interval | None:
    """The same few counts come again and again where there are many groups and weeks."""
    return Share(numerator, denominator).interval
