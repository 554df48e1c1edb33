"""From what was judged to what may be shown: roll-ups, teams, streaks, habit.

Groups below the workspace's smallest are hidden, numbers about fewer than twenty people are
rounded, and whatever looks at single people's course is told of twenty people or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

import numpy as np

from uptake.capabilities.behaviours.charting import changed, chart_of
from uptake.capabilities.behaviours.definition import due_words
from uptake.capabilities.behaviours.figures import (
    ApartFigure,
    BehaviourFigures,
    Lasting,
    PeriodRow,
    StreakGroup,
    TeamPoint,
    TeamProgress,
)
from uptake.capabilities.behaviours.gaming_signs import signs
from uptake.capabilities.behaviours.judged import Judged
from uptake.capabilities.behaviours.numbering import measured
from uptake.capabilities.behaviours.progressing import progress, progress_by_team
from uptake.capabilities.measure.privacy import (
    COARSE_BELOW,
    SHARE_STEP,
    Line,
    coarse_count,
    hidden_cells,
    protect,
)
from uptake.methods.arrays import Counts, Flags
from uptake.methods.behaviour.attainment import Attainment, RolledUp, Standing, roll_up
from uptake.methods.behaviour.habit import FEWEST_PERIODS, fit_habit, half_life
from uptake.methods.behaviour.streaks import streaks
from uptake.methods.statistics.funnels import ACTION, WARNING, funnel_limits
from uptake.methods.statistics.proportions import Share, rank_shares
from uptake.methods.statistics.variance import between_share
from uptake.metrics.measurement import Measurement, Window

NEWEST = 4
"""So many closed periods the roll-ups are about."""

ROWS = 13
"""So many of the newest closed periods are shown as rows."""

STREAKS = ((0, "none now"), (1, "1 to 3"), (4, "4 to 7"), (8, "8 to 12"), (13, "13 or more"))


@dataclass(frozen=True, slots=True)
class View:
    """A behaviour's judgements and what of them is closed; ``fewest``: smallest group shown."""

    judged: Judged
    fewest: int
    closed: Flags

    @classmethod
    def of(cls, judged: Judged, fewest: int) -> View:
        """Look at periods that are over."""
        return cls(judged, fewest, judged.closed)

    @property
    def asked(self) -> Counts:
        """Positions of closed periods in which people were asked, oldest first."""
        return np.flatnonzero(self.closed & self.judged.asked)

    @property
    def baseline(self) -> Counts:
        """Positions of closed periods before that."""
        return np.flatnonzero(self.closed & ~self.judged.asked)

    def window(self, positions: Counts) -> Window:
        """The days of some periods."""
        spans = self.judged.spans
        return Window(spans[positions[0]].first, spans[positions[-1]].last)

    def people_due(self, positions: Counts) -> int:
        """How many people had something due in some periods."""
        return int(self.judged.attained.due[:, positions].any(axis=1).sum())


def figures_of(judged: Judged, *, version: int, fewest: int) -> BehaviourFigures:
    """Return what may be shown of a behaviour."""
    view = View.of(judged, fewest)
    done = progress(judged, fewest)
    if missing := _missing(view):
        shown = BehaviourFigures(version, judged.behaviour.status, missing)
        return replace(shown, **_so_far(judged, done, fewest))
    newest = view.asked[-NEWEST:]
    count = view.people_due(newest)
    sums = rolled(view, newest)
    points, facts = chart_of(view.judged, view.closed, fewest)
    verdict, conditions = changed(judged, points)
    whole = count >= COARSE_BELOW
    teams, target = _teams(view)
    return BehaviourFigures(
        version=version,
        status=judged.behaviour.status,
        count=count,
        latest=number(view, rolled(view, newest[-1:]).people, newest[-1:], "met_latest"),
        people=number(view, sums.people, newest, "met"),
        quantity=number(view, sums.quantity, newest, "quantity"),
        quality=number(view, sums.quality, newest, "quality"),
        before=_before(view),
        points=points,
        chart=facts,
        verdict=verdict,
        conditions=conditions,
        teams=teams,
        target=target,
        between=_between(view, newest) if whole else None,
        streaks=_streaks(view) if whole else (),
        lasting=_lasting(view) if whole else None,
        apart=tuple(ApartFigure(kind.value, n) for kind, n in judged.apart.items()),
        signs=signs(judged, view.asked) if whole else (),
        rows=tuple(_row(view, int(at)) for at in view.asked[-ROWS:][::-1]),
        **_so_far(judged, done, fewest),
    )


class _SoFar(TypedDict):
    """What is said of something that is asked once."""

    progress: Measurement | None
    due: datetime | None
    progress_of: tuple[TeamProgress, ...]


def _so_far(judged: Judged, done: Measurement | None, fewest: int) -> _SoFar:
    if done is None:
        return {"progress": None, "due": None, "progress_of": ()}
    by_team = progress_by_team(judged, fewest)
    return {"progress": done, "due": judged.spans[0].due, "progress_of": by_team}


def _missing(view: View) -> str:
    if not view.judged.behaviour.live_from:
        return "Nobody is asked yet; numbers stand here once it is live."
    if not len(view.asked) and view.judged.definition.is_once:
        return f"Asked {due_words(view.judged.definition)}: it is open until then."
    if not len(view.asked):
        return "The first period has not closed yet; numbers stand here once it has."
    due = view.people_due(view.asked[-NEWEST:])
    if not due:
        return "Nothing was due for anybody in the newest periods."
    if due < view.fewest:
        return f"Numbers are shown of {view.fewest} people or more; it was due for fewer."
    return ""


def rolled(view: View, positions: Counts) -> RolledUp:
    """Return the roll-ups of some periods."""
    where = np.zeros_like(view.judged.attained.due)
    where[:, positions] = True
    return roll_up(view.judged.attained, where)


def number(view: View, share: Share | None, positions: Counts, key: str) -> Measurement:
    """A share about the people due in some periods, as it may be shown."""
    people = view.people_due(positions)
    made = measured(key, share, view.window(positions), people=people)
    return protect(made, people, hidden=people < view.fewest, minimum_people=view.fewest)


def _row(view: View, at: int) -> PeriodRow:
    """One period, as it goes into the sums."""
    alone, first = _alone(view, at), np.array([0])
    span, sums = alone.judged.spans[0], roll_up(alone.judged.attained)
    return PeriodRow(
        span.first,
        span.last,
        people=number(alone, sums.people, first, "met"),
        quantity=number(alone, sums.quantity, first, "quantity"),
        quality=number(alone, sums.quality, first, "quality"),
    )


def _alone(view: View, at: int) -> View:
    """The same of one period alone: looking at it does not touch the others."""
    told, only = view.judged.attained, slice(at, at + 1)
    attained = Attainment(
        standing=told.standing[:, only],
        share=told.share[:, only],
        done=told.done[:, only],
        ok=told.ok[:, only],
        asked=told.asked[:, only],
    )
    return replace(
        view, judged=replace(view.judged, spans=view.judged.spans[only], attained=attained)
    )


def _before(view: View) -> Measurement | None:
    if not len(view.baseline):
        return None
    sums = rolled(view, view.baseline)
    return number(view, sums.people, view.baseline, "met_before")


def _teams(view: View) -> tuple[tuple[TeamPoint, ...], float | None]:
    """Teams in the newest closed period, with the limits of their size around all of them."""
    at = view.asked[-1:]
    standing = view.judged.attained.standing[:, at[0]]
    due = standing <= Standing.MET
    found: dict[tuple[str, str], list[bool]] = {}
    for place in np.flatnonzero(due):
        member = view.judged.people[place]
        if member.team:
            key = (member.account or "", member.team)
            found.setdefault(key, []).append(standing[place] == Standing.MET)
    total = int(due.sum())
    if total < view.fewest:
        return (), None
    sizes = {key: len(met) for key, met in found.items()}
    line = Line(tuple(sizes), rest=total - sum(sizes.values()))
    hidden = hidden_cells(sizes, [line], minimum_people=view.fewest)
    target = int((standing == Standing.MET).sum()) / total
    shown = [key for key in sorted(found) if key not in hidden]
    points = tuple(_team(view, key, found[key], target) for key in shown)
    return _placed(points, [sum(found[key]) for key in shown]), target


def _placed(points: tuple[TeamPoint, ...], met: list[int]) -> tuple[TeamPoint, ...]:
    """Put teams in their place by their shrunk share, which is rounded as their own is."""
    rows = rank_shares(met, [point.people for point in points], fewest=1) if points else []
    return tuple(
        replace(
            points[row.position],
            place=row.rank,
            shrunk=_rounded(row.shrunk, points[row.position].people),
        )
        for row in rows
    )


def _rounded(share: float, people: int) -> float:
    if people >= COARSE_BELOW:
        return round(share, 2)
    return round(round(share / SHARE_STEP) * SHARE_STEP, 2)


def _team(view: View, key: tuple[str, str], met: list[bool], target: float) -> TeamPoint:
    """Limits are rounded as the share is, so that a team on its limit does not lie below it."""
    people = len(met)
    told = measured(
        "met_team",
        Share(sum(met), people),
        view.window(view.asked[-1:]),
        people=people,
        group=key[1],
    )
    limits = (
        float(funnel_limits([people], target, coverage=coverage).low[0])
        for coverage in (WARNING, ACTION)
    )
    low, floor = (_rounded(limit, people) if people < COARSE_BELOW else limit for limit in limits)
    shown = protect(told, people, hidden=False, minimum_people=view.fewest)
    return TeamPoint(key[0], key[1], people, shown, low, floor)


def _between(view: View, newest: Counts) -> float | None:
    """Between-team share of variance of what each person attained on average.

    People of no team are left out: what they live under is not one thing.
    """
    share = view.judged.attained.share[:, newest]
    in_team = np.array([bool(member.team) for member in view.judged.people], dtype=bool)
    known = in_team & ~np.isnan(share).all(axis=1)
    people = [view.judged.people[n] for n in np.flatnonzero(known)]
    if not people:
        return None
    groups = [f"{member.account}\x1f{member.team}" for member in people]
    return between_share(np.nanmean(share[known], axis=1), groups)


def _streaks(view: View) -> tuple[StreakGroup, ...]:
    found = streaks(view.judged.attained.standing[:, view.asked])
    lengths = found.current[found.due > 0]
    sizes = {words: int(inside.sum()) for words, inside in _ranges(lengths)}
    hidden = hidden_cells(sizes, [Line(tuple(sizes))], minimum_people=view.fewest)
    return tuple(
        StreakGroup(words, None if words in hidden else int(coarse_count(n, len(lengths))))
        for words, n in sizes.items()
    )


def _ranges(lengths: Counts) -> Iterator[tuple[str, Flags]]:
    ends = [low for low, _words in STREAKS[1:]]
    for (low, words), end in zip(STREAKS, [*ends, None], strict=True):
        yield words, (lengths >= low) & (lengths < end if end is not None else lengths >= low)


def _lasting(view: View) -> Lasting:
    attained, asked = view.judged.attained, view.asked
    ok = np.minimum(attained.ok, attained.asked)[:, asked]
    due = attained.due[:, asked]
    wanted = np.where(due, attained.asked[:, asked], 0).sum(axis=0)
    pooled = np.divide(
        np.where(due, ok, 0).sum(axis=0),
        wanted,
        out=np.full(len(asked), np.nan),
        where=wanted > 0,
    )
    curve = fit_habit(np.arange(len(asked)), pooled) if len(asked) >= FEWEST_PERIODS else None
    held = streaks(attained.standing[:, asked])
    survival = half_life(held)
    established = int((held.established >= 0).sum())
    enough = established >= view.fewest
    return Lasting(
        habit=None if curve is None else curve.formed_at,
        asymptote=None if curve is None else round(curve.asymptote, 2),
        half_life=survival.median if survival is not None and enough else None,
        established=int(coarse_count(established)) if enough else None,
        explained=None if curve is None else max(round(curve.explained, 2), 0.0),
        watched=len(asked),
    )
