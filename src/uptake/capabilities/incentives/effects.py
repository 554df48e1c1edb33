"""Did a behaviour change when what is rewarded did?

The weekly shares of the behaviour's page are looked at around the day on which the incentive began,
ended or was changed, under the conditions of the badge "it changed" (methods section 2). They are
about everybody who is asked, in groups of the smallest size or more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from uptake.capabilities.behaviours.charting import judge_around, pace_of
from uptake.capabilities.behaviours.figures import BehaviourFigures, ConditionFigure, Point
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.behaviours.queries import newest
from uptake.capabilities.incentives.models import Answer, Incentive, Link, Way
from uptake.methods.behaviour.change import Verdict
from uptake.methods.statistics.control_charts import FEWEST_POINTS

NEAR = timedelta(weeks=4)


class What(StrEnum):
    """What happened to an incentive on a day."""

    BEGAN = "began"
    ENDED = "ended"
    CHANGED = "was changed"


class Finding(StrEnum):
    """What may be said."""

    CHANGED = "changed"
    NOT_SHOWN = "not shown"
    NOT_YET = "not yet due"
    NOT_MEASURABLE = "not measurable"


@dataclass(frozen=True, slots=True)
class Effect:
    """A behaviour before and after a day on which an incentive changed.

    ``before`` and ``after``: mean weekly share of the people who met it, over so many periods.
    ``rises``: which way it should move. ``reason`` says why nothing can be said. ``is_beside``:
    people were first asked for it within four weeks of the day, so nobody can tell which it was.
    """

    behaviour: Behaviour
    what: What
    day: date
    rises: bool
    finding: Finding
    reason: str = ""
    before: float | None = None
    periods_before: int = 0
    after: float | None = None
    periods_after: int = 0
    conditions: tuple[ConditionFigure, ...] = ()
    is_beside: bool = False

    @property
    def sentence(self) -> str:
        """What may be said, in one sentence."""
        moved, then = ("rose", "higher") if self.rises else ("fell", "lower")
        when = f"around the day on which the incentive {self.what}"
        return {
            Finding.CHANGED: f"It {moved} {when}, and was still {then} eight weeks later.",
            Finding.NOT_SHOWN: f"No lasting change {when} can be shown.",
            Finding.NOT_YET: f"Not yet due: {self.reason}.",
            Finding.NOT_MEASURABLE: f"Not measurable: {self.reason}.",
        }[self.finding]


def effects(
    incentive: Incentive, figures: Mapping[int, BehaviourFigures], *, told: Collection[int]
) -> list[Effect]:
    """Return the effects on linked behaviours of every change of an incentive, newest first.

    ``figures``: what is kept of behaviours, by their number; ``told``: those whose numbers whoever
    looks may read.
    """
    found = [
        _effect(link, what, day, figures.get(link.behaviour_id))
        for link in incentive.links.all()
        if link.behaviour_id in told
        for what, day in _days(incentive)
    ]
    return sorted(found, key=lambda effect: effect.day, reverse=True)


def _days(incentive: Incentive) -> Iterator[tuple[What, date]]:
    if incentive.since is not None:
        yield What.BEGAN, incentive.since
    if incentive.until is not None:
        yield What.ENDED, incentive.until + timedelta(days=1)
    for proposal in incentive.proposals.all():
        if proposal.answer == Answer.ACCEPTED and proposal.holds_from is not None:
            yield What.CHANGED, proposal.holds_from


def _rises(link: Link, what: What) -> bool:
    """What works for a behaviour lifts it while it lasts; what is changed is meant to help."""
    if what is What.CHANGED:
        return True
    return (link.way == Way.FOR) == (what is What.BEGAN)


def _effect(link: Link, what: What, day: date, figures: BehaviourFigures | None) -> Effect:
    behaviour = link.behaviour
    live = behaviour.live_from
    nothing = Effect(
        behaviour,
        what,
        day,
        rises=_rises(link, what),
        finding=Finding.NOT_MEASURABLE,
        is_beside=live is not None and abs(live - day) <= NEAR,
    )
    points = figures.points if figures is not None and not figures.missing else ()
    known = [point for point in points if point.share is not None]
    if not known:
        return _because(nothing, Finding.NOT_MEASURABLE, "there are no numbers of this behaviour")
    since = next((n for n, point in enumerate(known) if point.first >= day), len(known))
    if since < FEWEST_POINTS:
        said = f"{since} periods are known from before, at least {FEWEST_POINTS} are needed"
        return _because(nothing, Finding.NOT_MEASURABLE, said)
    if since == len(known):
        return _because(nothing, Finding.NOT_YET, "no period since has closed")
    return _judged(nothing, known, since)


def _because(effect: Effect, finding: Finding, reason: str) -> Effect:
    return replace(effect, finding=finding, reason=reason)


def _judged(effect: Effect, known: list[Point], since: int) -> Effect:
    definition = newest(effect.behaviour)
    pace = pace_of(definition)
    told = judge_around(
        known, since, least=definition.least_effect, higher_is_better=effect.rises, pace=pace
    )
    after = len(known) - since
    judged = replace(
        effect,
        finding=Finding.NOT_SHOWN,
        before=_mean(known[:since]),
        periods_before=since,
        after=_mean(known[since:]),
        periods_after=after,
        conditions=tuple(ConditionFigure(c.name, c.met, c.evidence) for c in told.conditions),
    )
    if told.verdict is Verdict.CHANGED:
        return replace(judged, finding=Finding.CHANGED)
    if told.verdict is Verdict.NOT_YET:
        said = f"{after} periods are known since, more than {pace.later} are needed"
        return _because(judged, Finding.NOT_YET, said)
    return judged


def _mean(points: list[Point]) -> float:
    """Mean of the periods' shares, which is the centre line of the chart."""
    return round(float(np.mean([point.share for point in points])), 2)
