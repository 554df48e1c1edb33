"""States of groups over time, as they may be shown."""

from __future__ import annotations

from uptake.capabilities.measure.figures import StateChange, StateFigure, StatePeriod
from uptake.capabilities.measure.prepared.footing import Footing
from uptake.capabilities.measure.privacy import COARSE_BELOW
from uptake.methods.adoption.states import AdoptionState, rule_texts
from uptake.metrics.classification import Circumstances, GroupHistory, state_history
from uptake.metrics.measurement import WINDOW_DAYS, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping

HIDDEN = "Hidden to protect people: it stands for, or would give away, a group of fewer than {}."


def histories(
    footing: Footing, relations: Relations, *, by: Grouping, last: Window, periods: int
) -> dict[str, GroupHistory]:
    """Return the states of every group in the four-week periods up to the end of a window."""
    span = Window.ending(last.last, periods * WINDOW_DAYS)
    first = relations.span[0] if relations.span else span.first
    known = max(span.first, first)
    if (last.last - known).days + 1 < WINDOW_DAYS:
        known = last.first
    told = Circumstances(footing.thresholds)
    window = Window(known, last.last, "history")
    found = state_history(relations, by=by, window=window, circumstances=told)
    return {history.group: history for history in found if history.group is not None}


def people_of(history: GroupHistory) -> int:
    """Return the people in scope of the newest period."""
    return history.states[-1].classification.evidence.people


def shown(history: GroupHistory, footing: Footing, *, hidden: bool) -> StateFigure:
    """Return the state of a group; for small groups its reason is the rule, without numbers."""
    minimum = footing.minimum_people
    if hidden or people_of(history) < minimum:
        return StateFigure(None, HIDDEN.format(minimum))
    newest = history.states[-1].classification
    small = people_of(history) < COARSE_BELOW
    return StateFigure(
        state=newest.state,
        reason=_rule(newest.state, footing) if small else newest.rule,
        could_be=newest.could_be,
        unmeasured=newest.unmeasured,
        history=_periods(history, minimum),
        changes=tuple(
            StateChange(change.day, change.before, change.after, change.sentence)
            for change in history.transitions
        ),
    )


def _rule(state: AdoptionState, footing: Footing) -> str:
    """What the state means, without the numbers of a small group."""
    if state is AdoptionState.WORKING:
        return "No measured threshold is missed."
    return rule_texts(footing.thresholds)[state]


def _periods(history: GroupHistory, minimum: int) -> tuple[StatePeriod, ...]:
    return tuple(
        StatePeriod(
            period.window.first,
            period.window.last,
            period.classification.state
            if period.classification.evidence.people >= minimum
            else None,
        )
        for period in history.states
    )
