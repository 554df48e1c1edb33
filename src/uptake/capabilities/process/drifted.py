"""Whether the work of those who do it moved away from what is meant for them: values alone.

Two spans are set beside each other: those that somebody chose, or halves of about as many steps.
What is not measurable is None and says why; it is never zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from uptake.capabilities.process.drift_spans import DriftSpans
from uptake.formats.case_log import Performer
from uptake.methods.statistics.proportions import Share


@dataclass(frozen=True, slots=True)
class MovedShare:
    """An activity whose share of a performer's steps moved by more than chance.

    ``low`` and ``high``: 95 % limits of the difference. ``rate``: the least rate of false
    discoveries at which it would be believed.
    """

    activity: str
    before: float
    after: float
    low: float
    high: float
    rate: float

    @property
    def difference(self) -> float:
        """Share after minus share before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Outsideness:
    """Steps that are meant for others, of steps that are meant for somebody, in both spans.

    ``low`` and ``high``: 95 % limits of the difference, cases taken as what could have come out
    otherwise. ``is_sure``: more than chance, beside all performers that were looked at.
    """

    before: Share
    after: Share
    low: float
    high: float
    is_sure: bool

    @property
    def difference(self) -> float:
        """Share after minus share before."""
        return (self.after.value or 0.0) - (self.before.value or 0.0)


@dataclass(frozen=True, slots=True)
class DriftRow:
    """One performer, one step, or all of them. ``cases``: before and after.

    ``outside``: None where it is not measurable; ``why`` says why. ``divergence``: of a performer,
    bits by which the mix of activities differs, 0 the same and 1 nothing in common. ``moved``: of a
    performer, the largest movement first.
    """

    name: str
    cases: tuple[int, int]
    outside: Outsideness | None = None
    divergence: float | None = None
    moved: tuple[MovedShare, ...] = ()
    why: str = ""

    @property
    def drifts(self) -> bool:
        """Whether more of the work is done outside what is meant, by more than chance."""
        found = self.outside
        return found is not None and found.is_sure and found.difference > 0


@dataclass(frozen=True, slots=True)
class LevelDrift:
    """Performers of one kind, those who drift most first.

    ``left_out``: performers with fewer steps than those listed.
    """

    level: Performer
    rows: tuple[DriftRow, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class RoleDrift:
    """Two spans of the steps that are meant for somebody, beside each other.

    ``meant``: the kind of performer for whom the intended way means its steps. ``spans``: the days
    that were chosen. ``begins`` and ``ends``: the first and last step that was taken in; the first
    span lasts until ``rests``, the second begins at ``parts``. ``whole``: all steps. ``steps``:
    each of them, those of which most drifts to others first.
    """

    meant: Performer
    spans: DriftSpans
    begins: datetime
    rests: datetime
    parts: datetime
    ends: datetime
    whole: DriftRow
    steps: tuple[DriftRow, ...]
    levels: tuple[LevelDrift, ...]

    @property
    def without_people(self) -> RoleDrift:
        """The same without anything that is about one person alone."""
        kept = (each for each in self.levels if each.level is not Performer.RESOURCE)
        return replace(self, levels=tuple(kept))

    def of_level(self, level: Performer) -> LevelDrift | None:
        """Performers of one kind, if the log names such."""
        return next((each for each in self.levels if each.level is level), None)
