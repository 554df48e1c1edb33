"""Contests between teams of unequal size, and whether what one gave is still there later.

A team's score is the share of what was due to its people that was met, so size does not win. What
one person does in several periods is alike, so person-periods are worth less than their number:
Rao and Scott (1992), "A simple method for the analysis of clustered binary data", Biometrics 48,
577-585 (effective sample sizes), with one design effect for all teams. The difference between two
times of the same people is that of two ratio estimates with people as clusters: Cochran (1977),
"Sampling Techniques", section 6.5. Methods sections 0.2 and 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import numpy as np

from uptake.methods.arrays import Counts
from uptake.methods.behaviour.gaming import difference
from uptake.methods.behaviour.periods import Cadence, Deadline, Period, periods
from uptake.methods.statistics.proportions import Interval, Share, wilson

CLEARLY = 0.99
"""Confidence with which something has to have become worse before a period is left out."""

CONFIDENCE = 0.95

BY_CALENDAR = (Cadence.MONTH, Cadence.QUARTER)
"""Periods that are longer than the four weeks in which shorter ones are looked at."""

BEFORE, FOUR_WEEKS = timedelta(weeks=8), timedelta(weeks=4)

Days = tuple[date, date]
"""The first and the last day of a time, both included."""


@dataclass(frozen=True, slots=True)
class Times:
    """When the behaviour is looked at: before, during, soon after and later after a contest."""

    before: Days
    during: Days
    soon: Days
    later: Days


def times(cadence: Cadence, first: date, last: date) -> Times:
    """Return the times around a contest that begins and ends with a period.

    Eight weeks before, and weeks 1 to 4 and 5 to 8 after. What is due by calendar month or quarter
    is looked at over whole ones: those that hold the eight weeks before, the first one after, and
    the second one.
    """
    day = timedelta(days=1)
    if cadence not in BY_CALENDAR:
        soon = last + FOUR_WEEKS
        after = (last + day, soon), (soon + day, soon + FOUR_WEEKS)
        return Times((first - BEFORE, first - day), (first, last), *after)
    begun = _whole(cadence, first - BEFORE, first - day)
    next_one = _whole(cadence, last + day, last + day)[0]
    second = _whole(cadence, next_one.last + day, next_one.last + day)[0]
    after = (next_one.first, next_one.last), (second.first, second.last)
    return Times((begun[0].first, first - day), (first, last), *after)


def _whole(cadence: Cadence, first: date, last: date) -> list[Period]:
    return periods(cadence, first, last, zone=ZoneInfo("UTC"), deadline=Deadline())


@dataclass(frozen=True, slots=True)
class ByPerson:
    """How many periods each person of a group met, of how many that were due to them."""

    met: Counts
    due: Counts

    def __post_init__(self) -> None:
        if np.any(self.met > self.due) or np.any(self.met < 0):
            raise ValueError("Somebody met more periods than were due to them: check the counts.")

    @property
    def people(self) -> int:
        """People to whom something was due."""
        return int(np.count_nonzero(self.due))

    @property
    def share(self) -> Share:
        """All that was met of all that was due."""
        return Share(int(self.met.sum()), int(self.due.sum()))


def design_effect(groups: Sequence[ByPerson]) -> float:
    """How many person-periods say as much as one independent one, over all groups.

    ``Σ m/(m-1) Σ(x - p n)² / Σ N p (1-p)`` over groups of m people with x of n periods met, N due
    in all and p met. At least 1, at most the periods of a person (then people alone count). The
    most cautious where nothing varies.
    """
    due = sum(int(group.due.sum()) for group in groups)
    people = sum(group.people for group in groups)
    if not people:
        return 1.0
    most = max(due / people, 1.0)
    between, chance = 0.0, 0.0
    for group in groups:
        n, x = group.due[group.due > 0], group.met[group.due > 0]
        if len(n) < 2:
            continue
        p = float(x.sum() / n.sum())
        between += len(n) / (len(n) - 1) * float(((x - p * n) ** 2).sum())
        chance += float(n.sum()) * p * (1 - p)
    return most if chance == 0 else float(np.clip(between / chance, 1.0, most))


def interval(share: Share, effect: float) -> Interval | None:
    """The 95 % Wilson interval of a share whose trials are worth ``1 / effect`` each."""
    return wilson(share.numerator / effect, share.denominator / effect)


def places(scores: Sequence[Interval]) -> list[int]:
    """The place of each score: one more than there are scores that lie wholly above it.

    Scores whose intervals overlap are not told apart by place: they are tied.
    """
    return [1 + sum(other.low > score.high for other in scores) for score in scores]


@dataclass(frozen=True, slots=True)
class Difference:
    """Later less earlier, with its 95 % interval."""

    value: float
    low: float
    high: float


def change(before: ByPerson, after: ByPerson) -> Difference | None:
    """What the same people met later, less what they met before; None below two people.

    Person by person at the same positions. The residuals ``(x - p n) / N`` of each person at both
    times are subtracted, so that what is usual for a person cancels; t with m - 1 degrees of
    freedom. Where nobody differs from anybody, Newcombe's interval with one observation a person.
    """
    from scipy import stats  # takes a moment to import

    there = (before.due > 0) | (after.due > 0)
    first, second = before.share, after.share
    if first.value is None or second.value is None or int(there.sum()) < 2:
        return None
    residual = (after.met - second.value * after.due) / second.denominator
    residual = residual - (before.met - first.value * before.due) / first.denominator
    m, value = int(there.sum()), second.value - first.value
    spread = float(np.sqrt(m / (m - 1) * (residual[there] ** 2).sum()))
    if spread < 1e-12:
        found = difference(_one_each(before), _one_each(after))
        return None if found is None else Difference(value, found.low, found.high)
    half = spread * float(stats.t.ppf(0.5 + CONFIDENCE / 2, m - 1))
    return Difference(value, max(value - half, -1.0), min(value + half, 1.0))


def _one_each(group: ByPerson) -> Share:
    return Share((group.share.value or 0.0) * group.people, group.people)


def is_worse(before: Share, now: Share, margin: float) -> bool | None:
    """Say whether a bad share has clearly grown by more than a margin; None without records.

    The other side of ``gaming.not_worse``: that asks whether it may still be said that nothing got
    worse; this one, whether it must be said that something did (99 % interval above the margin).
    """
    found = difference(before, now, CLEARLY)
    return None if found is None else found.low > margin


class Kept(StrEnum):
    """What is left of what a contest gave."""

    NO_GAIN = "no gain"
    KEPT = "kept"
    PART = "partly kept"
    GONE = "gone"
    BELOW = "below before"
    UNCERTAIN = "uncertain"


def what_is_left(gain: Difference, since_before: Difference, since_during: Difference) -> Kept:
    """Say what is left of a gain, from three differences between the same three times.

    ``gain``: during less before; ``since_before``: after less before; ``since_during``: after less
    during. Something is said only where an interval lies wholly on one side of zero: no gain that
    could be shown leaves nothing to keep.
    """
    if since_before.high < 0:
        return Kept.BELOW
    if gain.low <= 0:
        return Kept.NO_GAIN
    has_fallen = since_during.high < 0
    if since_before.low > 0:
        return Kept.PART if has_fallen else Kept.KEPT
    return Kept.GONE if has_fallen else Kept.UNCERTAIN
