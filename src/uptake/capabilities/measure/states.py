"""In which state everyone and each group is, with the evidence behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from uptake.capabilities.measure import readings
from uptake.capabilities.measure.ground import Ground
from uptake.capabilities.measure.picture import GroupPicture
from uptake.methods.adoption.states import Classification, Evidence, Thresholds, classify
from uptake.methods.statistics.proportions import Share
from uptake.metrics.catalogue import catalogue
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import Measurement, MeasurementState, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping

JUDGED_BY = {"breadth": "breadth", "timeliness": "timeliness", "quality": "first_time_right"}
"""Field of the evidence: key of the ratio that fills it."""

WEEKS = 12
"""Most weeks in the small trend of a group."""


@dataclass(frozen=True, slots=True)
class Judged:
    """States of everyone and of each group, and the measurements by group."""

    overall: Classification | None
    groups: tuple[GroupPicture, ...]
    measurements: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Measurements and counts of events by group."""

    measured: Mapping[tuple[str, str | None], Measurement]
    inside: Mapping[str | None, int]
    ever: Mapping[str | None, int]
    last_day: Mapping[str | None, int]


def judge(ground: Ground) -> Judged:
    """Return the states as of the last day of the window."""
    relations, by, basis = ground.relations, ground.by, ground.basis
    whole = _classified(_numbers(relations, None, basis.window), None, basis.thresholds)
    if by is None:
        return Judged(whole, (), ())
    numbers = _numbers(relations, by, basis.window)
    trends = _trends(relations, by, basis.trusted)
    groups = [
        _group(numbers, group, trends, basis.thresholds)
        for key, group in numbers.measured
        if key == "adoption_rate" and group is not None
    ]
    groups.sort(key=lambda group: (-group.people, group.group))
    return Judged(whole, tuple(groups), tuple(numbers.measured.values()))


def _numbers(relations: Relations, by: Grouping | None, window: Window) -> _Numbers:
    keys = ["adoption_rate", *(key for key in JUDGED_BY.values() if key in catalogue)]
    answers = evaluate(keys, relations, by=by, window=window)
    counts = readings.records_by_group(relations, by, window)
    return _Numbers(
        measured={(answer.key, answer.group): answer for answer in answers},
        inside=counts.inside,
        ever=counts.ever,
        last_day=counts.days_since_last,
    )


def _group(
    numbers: _Numbers,
    group: str,
    trends: Mapping[str, tuple[float | None, ...]],
    thresholds: Thresholds,
) -> GroupPicture:
    rate = numbers.measured["adoption_rate", group]
    classification = _classified(numbers, group, thresholds)
    return GroupPicture(
        group=group,
        classification=classification,
        people=classification.evidence.people,
        active=classification.evidence.active28,
        events=numbers.inside.get(group, 0),
        suppressed=rate.state is MeasurementState.SUPPRESSED,
        trend=trends.get(group, ()),
    )


def _classified(numbers: _Numbers, group: str | None, thresholds: Thresholds) -> Classification:
    rate = numbers.measured["adoption_rate", group]
    evidence = Evidence(
        people=int(rate.denominator or 0),
        active28=int(rate.numerator or 0),
        records28=numbers.inside.get(group, 0),
        records_ever=numbers.ever.get(group, 0),
        days_since_last_record=numbers.last_day.get(group),
        breadth=_share(numbers, "breadth", group),
        timeliness=_share(numbers, "timeliness", group),
        quality=_share(numbers, "quality", group),
    )
    return classify(evidence, thresholds)


def _share(numbers: _Numbers, name: str, group: str | None) -> Share | None:
    number = numbers.measured.get((JUDGED_BY[name], group))
    if number is None or number.numerator is None or not number.denominator:
        return None
    return Share(number.numerator, number.denominator)


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
