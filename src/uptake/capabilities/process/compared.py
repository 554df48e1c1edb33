"""What two groups of cases have of each measure, side by side: values of the comparison.

Whatever could not be compared is None or is named in ``not_measurable``; it is never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from uptake.capabilities.process.picture import NotMeasurable
from uptake.formats.case_log import Performer
from uptake.methods.statistics.clustered import MeanDifference
from uptake.methods.statistics.proportions import Interval, Share
from uptake.methods.statistics.shifts import Shift


class Unit(StrEnum):
    """What a measure is counted in."""

    SECONDS = "seconds"
    COUNT = "count"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One of the measures that were asked about.

    ``shift``: the middle of all differences for durations; for counts look at its mean difference.
    ``sentence``: what it says, with its interval or why there is none.
    """

    key: str
    name: str
    unit: Unit
    shift: Shift
    sentence: str

    @property
    def change(self) -> float | None:
        """How much more a case after has: the middle of durations, the mean of anything else."""
        of_middle = self.unit is Unit.SECONDS
        return self.shift.shift if of_middle else self.shift.mean_difference

    @property
    def limits(self) -> Interval | None:
        """Between what the change lies; None where that is not known."""
        of_middle = self.unit is Unit.SECONDS
        return self.shift.shift_interval if of_middle else self.shift.mean_interval

    @property
    def is_sure(self) -> bool:
        """Whether it changed by more than chance."""
        return self.limits is not None and not self.limits.low <= 0 <= self.limits.high


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """A measure that nobody asked about and that moved all the same.

    ``rate``: the least rate of false discoveries at which it would be believed.
    """

    key: str
    name: str
    unit: Unit
    activity: str
    difference: MeanDifference
    rate: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cases of one group beside those of another, which stand for before and after.

    ``covered``: cases before whose kind there is after too. ``mix``: what makes cases of one kind;
    empty where they are taken as they are. ``teams``: whose cases hang together, None where the
    log names neither groups nor roles. ``unripe``: cases that began too late to have ended and
    count for durations only. ``straddling``: cases that began before and ended after. ``day``: the
    first of after, None of groups that no day parts. ``tried``: neighbouring measures that were
    compared, of which ``neighbours`` moved.
    """

    before: str
    after: str
    cases: tuple[int, int]
    covered: Share
    mix: tuple[str, ...]
    teams: Performer | None
    team_count: int
    unripe: int
    straddling: int
    measures: tuple[MeasureRow, ...]
    tried: int
    neighbours: tuple[NeighbourRow, ...]
    not_measurable: tuple[NotMeasurable, ...]
    day: date | None = None

    def of(self, key: str) -> MeasureRow | None:
        """One of the measures, if it could be compared."""
        return next((row for row in self.measures if row.key == key), None)
