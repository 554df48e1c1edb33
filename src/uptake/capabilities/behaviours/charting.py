"""The process behaviour chart of a behaviour, and whether it may be said that it changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.figures import ChartFacts, ConditionFigure, Point
from uptake.capabilities.behaviours.judged import Judged
from uptake.capabilities.measure.privacy import COARSE_BELOW, SHARE_STEP
from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.change import WEEKS, Changed, Pace, Wording, judge_change
from uptake.methods.behaviour.periods import Cadence
from uptake.methods.statistics.change_points import change_points
from uptake.methods.statistics.control_charts import (
    FEWEST_POINTS,
    FIRM_POINTS,
    ControlChart,
    laney,
    xmr,
)
from uptake.methods.statistics.control_charts import Standing as Limits
from uptake.ui import words

LARGE = 200
"""So many people due in a usual period make a large group."""

SEED = 20_240_229


def chart_of(judged: Judged, closed: Flags, fewest: int) -> tuple[tuple[Point, ...], ChartFacts]:
    """Return one point a period (a week, where periods are days) with the limits of the chart.

    Limits come from the baseline before people were asked where it is long enough, else from the
    first periods.
    """
    told = _by_period(judged, closed)
    asked, met, due = told.asked, told.met, told.due
    shown = told.people >= fewest
    share = np.divide(met, due, out=np.full(len(due), np.nan), where=shown & (due > 0))
    small = shown & (told.people < COARSE_BELOW)
    share[small] = np.round(np.round(share[small] / SHARE_STEP) * SHARE_STEP, 2)
    before = int((shown & ~asked).sum())
    baseline = before if before >= FEWEST_POINTS else min(FIRM_POINTS, int(shown.sum()))
    is_large = bool(shown.any()) and float(np.median(due[shown])) >= LARGE
    chart = (
        laney(np.where(shown, met, 0), np.where(shown, due, 0), baseline=baseline)
        if is_large
        else xmr(share, baseline=baseline, bounds=(0.0, 1.0), allow_memory=True)
    )
    facts = ChartFacts(
        "Laney p\N{PRIME}" if is_large else "XmR",
        chart.standing.value,
        chart.baseline,
        None if chart.memory is None else round(chart.memory, 2),
        chart.remembers,
    )
    return _points(told, share, chart, counted=shown & ~small), facts


def _points(
    told: _ByPeriod, share: Floats, chart: ControlChart, *, counted: Flags
) -> tuple[Point, ...]:
    signals = {signal.position: signal.rule.value for signal in chart.signals}
    return tuple(
        Point(
            first=first,
            share=_plain(share[n]),
            asked=bool(told.asked[n]),
            centre=_plain(chart.centre[n]),
            low=_plain(chart.low[n]),
            high=_plain(chart.high[n]),
            signal=signals.get(n, ""),
            met=int(told.met[n]) if counted[n] else None,
            due=int(told.due[n]) if counted[n] else None,
        )
        for n, first in enumerate(told.firsts)
    )


def _plain(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


@dataclass(frozen=True, slots=True)
class _ByPeriod:
    """Periods (weeks, where periods are days): first days, whether people were asked, and how
    often it was met of how often it was due, for how many people."""

    firsts: Sequence[date]
    asked: Flags
    met: Counts
    due: Counts
    people: Counts


def _by_period(judged: Judged, closed: Flags) -> _ByPeriod:
    at = np.flatnonzero(closed)
    whom = judged.attained.due[:, at]
    due = whom.sum(axis=0)
    met = (judged.attained.standing[:, at] == Standing.MET).sum(axis=0)
    firsts, asked = [judged.spans[n].first for n in at], judged.asked[at]
    if judged.definition.cadence is not Cadence.DAY or not len(at):
        return _ByPeriod(firsts, asked, met, due, people=due)
    weeks = [first.isocalendar()[:2] for first in firsts]
    starts = [n for n, week in enumerate(weeks) if n == 0 or week != weeks[n - 1]]
    return _ByPeriod(
        [firsts[n] for n in starts],
        asked[starts],
        np.add.reduceat(met, starts),
        np.add.reduceat(due, starts),
        people=np.logical_or.reduceat(whom, starts, axis=1).sum(axis=0),
    )


def changed(judged: Judged, points: Sequence[Point]) -> tuple[str, tuple[ConditionFigure, ...]]:
    """Say whether it changed since people were asked, with every condition behind it."""
    known = [point for point in points if point.share is not None]
    since = next((n for n, point in enumerate(known) if point.asked), None)
    if since is None or not known:
        return "", ()
    definition = judged.definition
    told = judge_around(known, since, least=definition.least_effect, pace=pace_of(definition))
    conditions = tuple(ConditionFigure(c.name, c.met, c.evidence) for c in told.conditions)
    return told.verdict.value, conditions


def pace_of(definition: Definition) -> Pace:
    """How long a point of the chart lasts: a week, or the month or quarter that is asked for."""
    match definition.cadence:
        case Cadence.MONTH:
            return Pace(365.25 / 12 / 7, "month")
        case Cadence.QUARTER:
            return Pace(365.25 / 4 / 7, "quarter")
    return WEEKS


def judge_around(
    known: Sequence[Point],
    since: int,
    *,
    least: float,
    higher_is_better: bool = True,
    pace: Pace = WEEKS,
) -> Changed:
    """Judge whether known points changed around the one at a position, against those before it.

    ``least``: smallest change that matters, agreed before.
    """
    values = np.array([point.share for point in known], dtype=float)
    chart = xmr(values, baseline=since, bounds=(0.0, 1.0), allow_memory=True)
    found = change_points(values, np.random.default_rng(SEED))
    if chart.standing is Limits.NONE:
        found = ()
    return judge_change(
        chart,
        found,
        since=since,
        least=least,
        higher_is_better=higher_is_better,
        wording=Wording(_points_words, lambda place: words.short_day(known[place].first)),
        pace=pace,
    )


def _points_words(share: float) -> str:
    """A difference of shares: "12 points"."""
    return words.plural(round(share * 100), "point")
