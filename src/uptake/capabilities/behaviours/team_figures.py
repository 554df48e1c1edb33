"""How the people whom somebody leads do what is asked of them: as a group, never by name.

Rounded and suppressed like everything that is kept; who improved is a number of people here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from uptake.capabilities.behaviours.definition import due_words
from uptake.capabilities.behaviours.figures import BehaviourFigures, TeamItem
from uptake.capabilities.behaviours.figuring import NEWEST, View, number, rolled
from uptake.capabilities.behaviours.judged import Judged
from uptake.capabilities.behaviours.progressing import progress
from uptake.capabilities.measure.privacy import COARSE_BELOW, SHARE_STEP, coarse_count
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.attainment import Attainment, Standing
from uptake.methods.behaviour.improving import improvement
from uptake.methods.statistics.funnels import WARNING, funnel_limits
from uptake.metrics.measurement import Measurement

TREND = 13
"""So many closed periods the line of a team shows."""


def item_of(
    judged: Judged, led: Collection[str], figures: BehaviourFigures, *, fewest: int
) -> TeamItem | None:
    """Return a behaviour as the people led do it; None where it is asked of none of them."""
    rows = np.array(
        [place for place, member in enumerate(judged.people) if member.person in led], np.int64
    )
    if not len(rows) or judged.behaviour.live_from is None:
        return None
    view = View.of(among(judged, rows), fewest)
    key, done = judged.behaviour.pk, progress(view.judged, fewest)
    if missing := _missing(view):
        return TeamItem(key, missing, progress=done)
    newest, last = view.asked[-NEWEST:], view.asked[-1:]
    people = view.people_due(newest)
    return TeamItem(
        behaviour=key,
        people=people,
        latest=number(view, rolled(view, last).people, last, "met_latest"),
        before=_before(view),
        trend=tuple(_share(view, at) for at in view.asked[-TREND:]),
        improved=_improved(view, people),
        is_below=_is_below(view, figures),
        between=figures.between,
        progress=done,
    )


def _before(view: View) -> Measurement | None:
    if not len(view.baseline):
        return None
    return number(view, rolled(view, view.baseline).people, view.baseline, "met_before")


def among(judged: Judged, rows: Counts) -> Judged:
    """Return what was judged of some people."""
    told = judged.attained
    return replace(
        judged,
        people=tuple(judged.people[place] for place in rows),
        attained=Attainment(
            standing=told.standing[rows],
            share=told.share[rows],
            done=told.done[rows],
            ok=told.ok[rows],
            asked=told.asked[rows],
        ),
    )


def _missing(view: View) -> str:
    if not len(view.asked) and view.judged.definition.is_once:
        return f"Asked {due_words(view.judged.definition)}: it is open until then."
    if not len(view.asked):
        return "The first period has not closed yet."
    due = view.people_due(view.asked[-NEWEST:])
    if not due:
        return "Nothing was due for your people in the newest periods."
    if due < view.fewest:
        return f"It was due for fewer than {view.fewest} of your people, so no number is shown."
    return ""


def _share(view: View, at: int) -> float | None:
    found = rolled(view, np.array([at])).people
    if found is None or found.value is None or found.denominator < view.fewest:
        return None
    if found.denominator >= COARSE_BELOW:
        return round(found.value, 4)
    return round(round(found.value / SHARE_STEP) * SHARE_STEP, 2)


def _improved(view: View, people: int) -> int | None:
    """People who improved, rounded; None while nobody has eight due periods."""
    found = improvement(view.judged.attained.standing[:, view.asked])
    if int(found.known.sum()) < view.fewest:
        return None
    count = int(found.improved.sum())
    return count if people >= COARSE_BELOW else int(coarse_count(count, people))


def _is_below(view: View, figures: BehaviourFigures) -> bool:
    """Lower than the limits of a group of this size around what everybody asked reaches."""
    standing = view.judged.attained.standing[:, view.asked[-1]]
    due = int((standing <= Standing.MET).sum())
    if due < view.fewest or figures.target is None:
        return False
    low = funnel_limits([due], figures.target, coverage=WARNING).low[0]
    return int((standing == Standing.MET).sum()) / due < float(low)
