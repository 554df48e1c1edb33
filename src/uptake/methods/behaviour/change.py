"""May it be said that a behaviour changed?

Only when a process behaviour chart signals, a change of level lies within two weeks of what is
said to have caused it, the effect is at least the minimum agreed in advance, and it is still there
eight weeks later. Until those eight weeks are over, and without limits, it is not yet known: that a
level moved can only be seen once some of the new one is there. Methods section 2 ("it changed").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats
from uptake.methods.statistics.change_points import ChangePoint
from uptake.methods.statistics.control_charts import FEWEST_POINTS, ControlChart, Standing

NEAR_WEEKS = 2
SUSTAINED_WEEKS = 8
_AFTER_WEEKS = 4
_TINY = 1e-9


class Verdict(StrEnum):
    """What may be said."""

    CHANGED = "changed"
    NOT_YET = "not yet known"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to hold; ``met`` None: cannot be known yet."""

    name: str
    met: bool | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Changed:
    """The verdict with the conditions behind it, and the size of the change where one was found."""

    verdict: Verdict
    conditions: tuple[Condition, ...]
    effect: float | None
    change: ChangePoint | None


@dataclass(frozen=True, slots=True)
class Wording:
    """How evidence speaks of an amount in the unit of the values, and of a period by its place."""

    amount: Callable[[float], str] = "{:.3g}".format
    week: Callable[[int], str] = lambda place: f"week {place + 1}"


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the period of a value is, in weeks, and what it is called.

    Two weeks to either side, eight weeks later and four weeks of those are as many periods as fit
    in (``near``) or reach so far (``later``, ``after``), one at least: of months 0, 2 and 1.
    """

    weeks: float = 1.0
    noun: str = "week"

    @property
    def near(self) -> int:
        """Periods to either side of the one in question."""
        return floor(NEAR_WEEKS / self.weeks)

    @property
    def later(self) -> int:
        """Periods after the change from which on it is looked at again."""
        return ceil(SUSTAINED_WEEKS / self.weeks)

    @property
    def after(self) -> int:
        """Periods that are then looked at."""
        return ceil(_AFTER_WEEKS / self.weeks)

    def many(self, periods: int, sign: str = "") -> str:
        """So many periods in words."""
        return f"{periods:{sign}d} {self.noun}{'' if abs(periods) == 1 else 's'}"


WEEKS = Pace()


def judge_change(
    chart: ControlChart,
    changes: tuple[ChangePoint, ...],
    *,
    since: int,
    least: float,
    higher_is_better: bool = True,
    wording: Wording = Wording(),
    pace: Pace = WEEKS,
) -> Changed:
    """Judge whether a weekly series changed for the better around the week ``since``.

    ``chart`` with limits from the weeks before ``since``; ``changes`` of the same series;
    ``least``: smallest effect that matters, in the unit of the values, agreed before. ``pace``: of
    values that are not of weeks.
    """
    side = 1 if higher_is_better else -1
    near = [c for c in changes if abs(c.position - since) <= pace.near and c.effect * side > 0]
    change = max(near, key=lambda c: abs(c.effect)) if near else None
    effect = change.effect if change else None
    conditions: tuple[Condition, ...] = (
        _signal(chart, since, side, wording, pace),
        _near(change, changes, since, pace),
        _large(effect, least, wording),
        _sustained(chart.values, change, least, side, wording, pace),
    )
    if chart.standing is Standing.NONE:
        unknown = (
            replace(c, met=None, evidence="cannot be told without limits") for c in conditions[1:]
        )
        conditions = (conditions[0], *unknown)
    is_early = chart.standing is Standing.NONE or len(chart.values) - since <= pace.later
    return Changed(_verdict(conditions, is_early=is_early), conditions, effect, change)


def _verdict(conditions: tuple[Condition, ...], *, is_early: bool) -> Verdict:
    if is_early:
        return Verdict.NOT_YET
    if any(condition.met is False for condition in conditions):
        return Verdict.NOT_SHOWN
    if any(condition.met is None for condition in conditions):
        return Verdict.NOT_YET
    return Verdict.CHANGED


def _signal(chart: ControlChart, since: int, side: int, wording: Wording, pace: Pace) -> Condition:
    name = "outside usual variation"
    if chart.standing is Standing.NONE:
        needed = f"at least {FEWEST_POINTS} are needed"
        return Condition(name, None, f"{pace.many(chart.baseline)} of baseline, {needed}")
    since_then = [s for s in chart.signals if s.position >= since]
    after = [s for s in since_then if s.above == (side > 0)]
    if after:
        return Condition(name, True, f"{wording.week(after[0].position)}: {after[0].rule}")
    if since_then:
        worse = f"{wording.week(since_then[0].position)}: {since_then[0].rule}"
        return Condition(name, False, f"only for the worse, {worse}")
    return Condition(name, False, f"every {pace.noun} since lies within the usual variation")


def _near(
    change: ChangePoint | None, changes: tuple[ChangePoint, ...], since: int, pace: Pace
) -> Condition:
    name = "level moved within two weeks"
    if change is None:
        where = f"{len(changes)} elsewhere" if changes else "none in the series"
        return Condition(name, False, f"changes of level: {where}")
    return Condition(name, True, pace.many(change.position - since, sign="+"))


def _large(effect: float | None, least: float, wording: Wording) -> Condition:
    name = "as large as agreed"
    if effect is None:
        return Condition(name, False, "no change to measure")
    return Condition(name, abs(effect) >= least - _TINY, _of(abs(effect), least, wording))


def _of(effect: float, least: float, wording: Wording) -> str:
    return f"{wording.amount(effect)}, agreed {wording.amount(least)}"


def _sustained(
    values: npt.ArrayLike,
    change: ChangePoint | None,
    least: float,
    side: int,
    wording: Wording,
    pace: Pace,
) -> Condition:
    """The four weeks from the eighth after the change on still lie that much from before."""
    name = "still there eight weeks later"
    series: Floats = np.asarray(values, dtype=float)
    if change is None:
        return Condition(name, False, "no change to follow")
    later = series[change.position + pace.later :][: pace.after]
    later = later[~np.isnan(later)]
    if not len(later):
        since = pace.many(len(series) - change.position)
        return Condition(name, None, f"{since} since, {pace.later + 1} are needed")
    gain = float(later.mean() - change.before) * side
    return Condition(name, gain >= least - _TINY, f"{wording.amount(gain)} above the level before")
