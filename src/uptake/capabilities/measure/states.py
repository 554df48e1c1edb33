"""In which state everyone and each group is, with the evidence behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from uptake.capabilities.measure.ground import Ground
from uptake.capabilities.measure.picture import GroupPicture
from uptake.methods.adoption.states import Classification, Thresholds, classify
from uptake.metrics.classification import Circumstances, GroupState, classify_groups
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import MINIMUM_PEOPLE, Measurement, MeasurementState, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping

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


@dataclass(frozen=True, slots=True)
class Judged:
    """States of everyone and of each group, and the measurements by group."""

    overall: Classification | None
    groups: tuple[GroupPicture, ...]
    measurements: tuple[Measurement, ...]


def judge(ground: Ground) -> Judged:
    """Return the states as of the last day of the window."""
    whole = next(iter(_classified(ground, None).values()), None)
    overall = whole if whole and whole.evidence.people >= MINIMUM_PEOPLE else None
    by, window = ground.by, ground.basis.window
    if by is None:
        return Judged(overall, (), ())
    numbers = evaluate(BY_GROUP, ground.relations, by=by, window=window)
    trends = _trends(ground.relations, by, ground.basis.trusted)
    hidden = _hidden(numbers)
    groups = [
        _group(group, classification, trends, hidden=group in hidden)
        for group, classification in _classified(ground, by).items()
        if group is not None
    ]
    groups.sort(key=lambda group: (-group.people, group.group))
    return Judged(overall, tuple(groups), tuple(numbers))


def _classified(ground: Ground, by: Grouping | None) -> dict[str | None, Classification]:
    basis = ground.basis
    told = Circumstances(basis.thresholds)
    states = classify_groups(ground.relations, by=by, window=basis.window, circumstances=told)
    if ground.relations.members is not None:
        return {state.group: state.classification for state in states}
    return {state.group: _of_people_seen(state, basis.thresholds) for state in states}


def _of_people_seen(state: GroupState, thresholds: Thresholds) -> Classification:
    """Judge without frequency: nobody said that whoever was seen once should come regularly."""
    evidence = state.classification.evidence
    return classify(replace(evidence, frequency=None), thresholds)


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
