"""The parts of a picture that one or two queries give: weeks, sides, concentration, pattern."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from uptake.capabilities.measure import gaps, readings
from uptake.capabilities.measure.ground import Ground
from uptake.capabilities.measure.picture import (
    Concentration,
    Ramp,
    SeatUse,
    Side,
    Source,
    WeekActivity,
    WeekPattern,
)
from uptake.methods.adoption.concentration import gini, top_share
from uptake.metrics.catalogue import catalogue
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import (
    MINIMUM_PEOPLE,
    WINDOW_DAYS,
    Dimension,
    Measurement,
    MeasurementState,
    Window,
)
from uptake.metrics.newcomers import ramp_by_quarter
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grain, Grouping

PERIODS = 12
"""Most periods in the trend of a side."""

HEADLINES = ("adoption_rate", "active_people")
"""Numbers that stand in the head of a report and not among the sides."""


ONE_ACTION = "every event is the same action: map a column that says what was done to 'action'"

OF_SHARED_THINGS = 0.95
"""Above this share of repeats, 20 events an object, objects are things many use, not records."""

NO_RECORDS = "what is mapped to 'object' is used again and again: map the column of the record"

OF_SEVERAL_ACTIONS = frozenset({"breadth", "actions_in_use", "depth", "rework"})
"""Numbers that are trivial, not true, where the data knows a single action."""

LEADING = {
    Dimension.MANNER: ("conformance", "breadth", "actions_in_use", "depth"),
    Dimension.TIMING: ("timeliness",),
    Dimension.QUALITY: ("first_time_right", "rework"),
    Dimension.FREQUENCY: ("frequency", "active_days"),
}
"""Numbers that may lead a side of use; the first one that is measured does."""


def everyone(ground: Ground) -> list[Measurement]:
    """Return every number of the catalogue for everyone."""
    relations = ground.relations
    numbers = evaluate(catalogue.values(), relations, window=ground.basis.window)
    several = len(relations.texts[Grouping.ACTION]) > 1
    return [_honest(number, several=several) for number in numbers]


def _honest(number: Measurement, *, several: bool) -> Measurement:
    """Take back a number that is trivial here."""
    if not several and number.key in OF_SEVERAL_ACTIONS:
        return _without(number, ONE_ACTION)
    if number.key == "rework" and (number.value or 0.0) > OF_SHARED_THINGS:
        return _without(number, NO_RECORDS)
    return number


def _without(number: Measurement, reason: str) -> Measurement:
    nothing = dict.fromkeys(("value", "numerator", "denominator", "low", "high"))
    state = MeasurementState.NOT_MEASURABLE
    return replace(number, **nothing, state=state, reason=reason)  # type: ignore[arg-type]  # None fits each


def of(numbers: Sequence[Measurement], key: str) -> Measurement:
    """Return the number of that key for everyone."""
    return next(number for number in numbers if number.key == key and number.group is None)


def weeks(ground: Ground) -> tuple[WeekActivity, ...]:
    """Every calendar week of the data from Monday, also those that are not to be trusted."""
    span = ground.relations.span
    if span is None:
        return ()
    first = span[0] - timedelta(days=span[0].weekday())
    last = span[1] + timedelta(days=6 - span[1].weekday())
    numbers = measure_over_time(
        "adoption_rate", ground.relations, Grain.WEEK, window=Window(first, last, "all weeks")
    )
    daily = readings.events_by_day(ground.relations)
    return tuple(_week(number, daily, ground) for number in numbers if number.is_measured)


def _week(number: Measurement, daily: dict[date, int], ground: Ground) -> WeekActivity:
    start, end = number.window.first, number.window.last
    known, trusted = number.denominator or 0.0, ground.basis.trusted
    span = ground.relations.span or (start, end)
    return WeekActivity(
        start=start,
        active=int(number.numerator or 0),
        known=int(known),
        low=(number.low or 0.0) * known,
        high=(number.high or 0.0) * known,
        events=sum(daily.get(start + timedelta(days=offset), 0) for offset in range(7)),
        complete=span[0] <= start and end <= span[1],
        trusted=trusted.first <= start and end <= trusted.last,
    )


def side(ground: Ground, dimension: Dimension, overall: Sequence[Measurement]) -> Side:
    """Return one side of use: the first number that could be measured leads, the others follow."""
    numbers = [n for n in overall if catalogue[n.key].dimension is dimension and n.point is None]
    by_key = {number.key: number for number in numbers if number.key not in HEADLINES}
    candidates = [by_key[key] for key in LEADING[dimension] if key in by_key]
    leading = next((number for number in candidates if number.is_measured), None)
    if leading is None:
        reasons = [number.reason for number in reversed(candidates)]
        return Side(dimension, None, missing=reasons[0] if reasons else "nothing measures it yet")
    periods = _trend(ground, leading.key)
    return Side(
        dimension,
        leading,
        tuple(number for number in by_key.values() if number is not leading),
        trend=tuple(period.value for period in periods),
        trend_windows=tuple(period.window for period in periods),
    )


def _trend(ground: Ground, key: str) -> list[Measurement]:
    """The number in four-week periods, or in weeks where there are fewer than three of those."""
    if not catalogue[key].over_time:
        return []
    trusted = ground.basis.trusted
    grain = Grain.FOUR_WEEKS if trusted.days >= 3 * WINDOW_DAYS else Grain.WEEK
    if trusted.days < 7:
        return []
    return measure_over_time(key, ground.relations, grain, window=trusted)[-PERIODS:]


def ramp(ground: Ground, overall: Sequence[Measurement]) -> Ramp:
    """Return how new starters come up to the level of the others, together and by quarter."""
    by_day = [n for n in overall if n.key == "ramped_by" and n.is_measured]
    cohorts = ramp_by_quarter(ground.relations, ground.basis.window) if by_day else ()
    return Ramp(of(overall, "ramp_days"), tuple(by_day), cohorts)


def concentration(people: readings.PeopleUse, in_scope: int) -> Concentration | None:
    """Return how unevenly events of the window spread over the people in scope."""
    idle = max(in_scope - len(people.events), 0)
    most_first = np.sort(np.concatenate((people.events, np.zeros(idle, np.int64))))[::-1]
    share = top_share(most_first)
    if len(most_first) < MINIMUM_PEOPLE or share is None:
        return None
    reached = np.concatenate(([0.0], np.cumsum(most_first))) / most_first.sum()
    kept = np.unique(np.linspace(0, len(most_first), 101).round().astype(int))
    return Concentration(
        people=len(most_first),
        events=int(most_first.sum()),
        points=tuple((int(at) / len(most_first), float(reached[at])) for at in kept),
        top_people=math.ceil(round(0.1 * len(most_first), 9)),
        top_share=share.numerator / share.denominator,
        half_people=int(np.argmax(reached >= 0.5)),
        gini=gini(most_first) or 0.0,
    )


def pattern(ground: Ground, source: Source) -> WeekPattern | None:
    """Return when in the week people (not machines) work, in the days that can be judged.

    None where the data holds no hours, or too few people to show them.
    """
    if not _has_times(ground, source):
        return None
    log, trusted = ground.extraction.log, ground.basis.trusted
    zone = ground.relations.timezone
    if log is None:
        return WeekPattern(readings.week_pattern(ground.relations, trusted), zone)
    kept = ~np.isin(log.people, ground.extraction.automatic)
    if len(np.unique(log.people[kept])) < MINIMUM_PEOPLE:
        return None
    return WeekPattern(readings.pattern_of(log.stamps[kept], trusted), zone)


def seats(relations: Relations, overall: Sequence[Measurement]) -> SeatUse | None:
    """Return the use of seats, where contracts are known."""
    in_use, unused = of(overall, "seats_active"), of(overall, "shelfware")
    if not relations.seats or not in_use.is_measured:
        return None
    return SeatUse(in_use, unused if unused.is_measured else None)


def _has_times(ground: Ground, source: Source) -> bool:
    kinds = {caution.kind for caution in ground.extraction.warnings}
    return source.origin is None and "midnight_stamps" not in kinds


def known(ground: Ground, source: Source) -> gaps.Known:
    """Return what the data brings, for the list of what it cannot answer."""
    relations = ground.relations
    roles = {role for role, _ in source.mapping}
    return gaps.Known(
        roles=roles,
        actions=len(relations.texts[Grouping.ACTION]),
        has_people=relations.members is not None,
        has_seats=bool(relations.seats),
        has_times=_has_times(ground, source),
    )
