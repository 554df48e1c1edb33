"""May it be said that a behaviour changed?

Only when a process behaviour chart signals, a change of level lies within two weeks of what is
said to have caused it, the effect is at least the minimum agreed in advance, and it is still there
eight weeks later. Methods section 2 ("it changed" badge).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Floats
from uptake.methods.statistics.change_points import ChangePoint
from uptake.methods.statistics.control_charts import ControlChart, Standing

NEAR_WEEKS = 2
SUSTAINED_WEEKS = 8
_AFTER_WEEKS = 4


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
    """How evidence speaks of an amount in the unit of the values, and of a week by its place."""

    amount: Callable[[float], str] = "{:.3g}".format
    week: Callable[[int], str] = lambda place: f"week {place + 1}"


def judge_change(
    chart: ControlChart,
    changes: tuple[ChangePoint, ...],
    *,
    since: int,
    least: float,
    higher_is_better: bool = True,
    wording: Wording = Wording(),
) -> Changed:
    """Judge whether a weekly series changed for the better around the week ``since``.

    ``chart`` with limits from the weeks before ``since``; ``changes`` of the same series;
    ``least``: smallest effect that matters, in the unit of the values, agreed before.
    """
    side = 1 if higher_is_better else -1
    near = [c for c in changes if abs(c.position - since) <= NEAR_WEEKS and c.effect * side > 0]
    change = max(near, key=lambda c: abs(c.effect)) if near else None
    effect = change.effect if change else None
    conditions = (
        _signal(chart, since, side, wording),
        _near(change, changes, since),
        _large(effect, least, wording),
        _sustained(chart.values, change, least, side, wording),
    )
    return Changed(_verdict(conditions), conditions, effect, change)


def _verdict(conditions: tuple[Condition, ...]) -> Verdict:
    if any(condition.met is False for condition in conditions):
        return Verdict.NOT_SHOWN
    if any(condition.met is None for condition in conditions):
        return Verdict.NOT_YET
    return Verdict.CHANGED


def _signal(chart: ControlChart, since: int, side: int, wording: Wording) -> Condition:
    name = "outside usual variation"
    if chart.standing is Standing.NONE:
        return Condition(name, None, f"{chart.baseline} weeks of baseline, at least 6 are needed")
    since_then = [s for s in chart.signals if s.position >= since]
    after = [s for s in since_then if s.above == (side > 0)]
    if after:
        return Condition(name, True, f"{wording.week(after[0].position)}: {after[0].rule}")
    if since_then:
        worse = f"{wording.week(since_then[0].position)}: {since_then[0].rule}"
        return Condition(name, False, f"only for the worse, {worse}")
    return Condition(name, False, "every week since lies within the usual variation")


def _near(change: ChangePoint | None, changes: tuple[ChangePoint, ...], since: int) -> Condition:
    name = "level moved within two weeks"
    if change is None:
        where = f"{len(changes)} elsewhere" if changes else "none in the series"
        return Condition(name, False, f"changes of level: {where}")
    return Condition(name, True, f"{change.position - since:+d} weeks")


def _large(effect: float | None, least: float, wording: Wording) -> Condition:
    name = "as large as agreed"
    if effect is None:
        return Condition(name, False, "no change to measure")
    return Condition(name, abs(effect) >= least, _of(abs(effect), least, wording))


def _of(effect: float, least: float, wording: Wording) -> str:
    return f"{wording.amount(effect)}, agreed {wording.amount(least)}"


def _sustained(
    values: npt.ArrayLike, change: ChangePoint | None, least: float, side: int, wording: Wording
) -> Condition:
    """The four weeks from the eighth after the change on still lie that much from before."""
    name = "still there eight weeks later"
    series: Floats = np.asarray(values, dtype=float)
    if change is None:
        return Condition(name, False, "no change to follow")
    later = series[change.position + SUSTAINED_WEEKS :][:_AFTER_WEEKS]
    later = later[~np.isnan(later)]
    if not len(later):
        weeks = len(series) - change.position
        return Condition(name, None, f"{weeks} weeks since, {SUSTAINED_WEEKS + 1} are needed")
    gain = float(later.mean() - change.before) * side
    return Condition(name, gain >= least, f"{wording.amount(gain)} above the level before")
