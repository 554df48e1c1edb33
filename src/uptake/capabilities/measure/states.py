"""In which state everyone and each group is and was, with the evidence behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from uptake.capabilities.measure.figures import StateChange, StatePeriod
from uptake.capabilities.measure.ground import Ground
from uptake.capabilities.measure.picture import GroupPicture, StateCourse
from uptake.methods.adoption.states import Classification
from uptake.metrics.classification import (
    Circumstances,
    GroupHistory,
    GroupState,
    classify_groups,
    state_history,
)
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import (
    MINIMUM_PEOPLE,
    WINDOW_DAYS,
    Measurement,
    MeasurementState,
    Window,
)
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping, Scope

BY_GROUP = (
    "adoption_rate",
    "frequency",
    "breadth",
    "timeliness",
    "first_time_right",
    "value_actions",
)
"""Numbers that the report and its JSON give for each group."""

WEEKS = 12
"""Most weeks in the small trend of a group."""

PERIODS = 13
"""Most four-week periods in the course of a state: a year."""


@dataclass(frozen=True, slots=True)
class Judged:
    """States of everyone and of each group, what they were before, and measurements by group."""

    overall: Classification | None
    groups: tuple[GroupPicture, ...]
    courses: tuple[StateCourse, ...]
    measurements: tuple[Measurement, ...]


def judge(ground: Ground) -> Judged:
    """Return the states as of the last day of the window, and those of the four weeks before."""
    whole = _histories(ground, None).get(None)
    told = whole if whole and _now(whole).evidence.people >= MINIMUM_PEOPLE else None
    overall = None if told is None else _now(told)
    courses = [] if told is None else [_course(told, _periods(ground))]
    by, window = ground.by, ground.basis.window
    if by is None:
        return Judged(overall, (), tuple(courses), ())
    numbers = evaluate(BY_GROUP, ground.relations, by=by, window=window)
    histories = _histories(ground, by)
    groups = _groups(ground, by, histories, _hidden(numbers))
    shown = [group.group for group in groups if not group.suppressed]
    courses += [_course(histories[group], _periods(ground)) for group in shown]
    return Judged(overall, groups, tuple(courses), tuple(numbers))


def _groups(
    ground: Ground,
    by: Grouping,
    histories: Mapping[str | None, GroupHistory],
    hidden: set[str | None],
) -> tuple[GroupPicture, ...]:
    trends = _trends(ground.relations, by, ground.basis.trusted)
    groups = [
        _group(group, _now(history), trends, hidden=group in hidden)
        for group, history in histories.items()
        if group is not None
    ]
    return tuple(sorted(groups, key=lambda group: (-group.people, group.group)))


def _histories(ground: Ground, by: Grouping | None) -> dict[str | None, GroupHistory]:
    """The states of every group that is there in the window, which is the newest period."""
    told = Circumstances(ground.basis.thresholds, by_frequency=ground.relations.members is not None)
    found = (
        state_history(ground.relations, by=by, window=_span(ground), circumstances=told)
        if _periods(ground)
        else [
            GroupHistory(state.group, (state,), ())
            for state in classify_groups(
                ground.relations, by=by, window=ground.basis.window, circumstances=told
            )
        ]
    )
    last = ground.basis.window.last
    return {seen.group: seen for seen in found if seen.states[-1].window.last == last}


def _span(ground: Ground) -> Window:
    trusted = ground.basis.trusted
    days = min(trusted.days, PERIODS * WINDOW_DAYS)
    return Window.ending(trusted.last, days)


def _periods(ground: Ground) -> list[Window]:
    """The whole four weeks among the days that can be judged; none where there are fewer days."""
    return Scope(_span(ground), grain=Grain.FOUR_WEEKS).windows


def _now(history: GroupHistory) -> Classification:
    return history.states[-1].classification


def _course(history: GroupHistory, windows: Sequence[Window]) -> StateCourse:
    by_last = {state.window.last: state for state in history.states}
    return StateCourse(
        group=history.group,
        periods=tuple(_period(window, by_last.get(window.last)) for window in windows),
        changes=tuple(
            StateChange(change.day, change.before, change.after, change.sentence)
            for change in history.transitions
        ),
    )


def _period(window: Window, seen: GroupState | None) -> StatePeriod:
    enough = seen is not None and seen.classification.evidence.people >= MINIMUM_PEOPLE
    state = seen.classification.state if seen and enough else None
    return StatePeriod(window.first, window.last, state)


def _hidden(numbers: Sequence[Measurement]) -> set[str | None]:
    return {
        number.group
        for number in numbers
        if number.key == "adoption_rate" and number.state is MeasurementState.SUPPRESSED
    }


def _group(
    group: str,
    classification: Classification,
    trends: Mapping[str, tuple[float | None, ...]],
    *,
    hidden: bool,
) -> GroupPicture:
    evidence = classification.evidence
    return GroupPicture(
        group=group,
        classification=classification,
        people=evidence.people,
        active=evidence.active28,
        events=evidence.records28,
        suppressed=hidden or evidence.people < MINIMUM_PEOPLE,
        trend=() if hidden else trends.get(group, ()),
    )


def _trends(
    relations: Relations, by: Grouping, trusted: Window
) -> dict[str, tuple[float | None, ...]]:
    if trusted.days < 7 * 3:
        return {}
    periods = measure_over_time("adoption_rate", relations, Grain.WEEK, by=by, window=trusted)
    return _by_group(periods)


def _by_group(periods: Iterable[Measurement]) -> dict[str, tuple[float | None, ...]]:
    rows: dict[str, list[float | None]] = defaultdict(list)
    for period in periods:
        if period.group is not None:
            rows[period.group].append(period.numerator)
    return {group: tuple(values[-WEEKS:]) for group, values in rows.items()}
