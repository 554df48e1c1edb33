"""The chart of a behaviour: which one, and what its limits rest on."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from uptake.capabilities.behaviours.charting import changed, chart_of, pace_of
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.figures import ChartFacts, Point
from uptake.methods.behaviour.attainment import count_attainment
from uptake.methods.behaviour.periods import Cadence

MONDAY = date(2025, 3, 3)


def charted(
    people: int, weeks: int, *, before: int, late: float = 0.5
) -> tuple[tuple[Point, ...], ChartFacts, SimpleNamespace]:
    """Of so many people about half met it before they were asked, and ``late`` since."""
    wobble = np.array([0, 1, -1, 2, 0, -2, 1])[np.arange(weeks) % 7]
    share = np.where(np.arange(weeks) < before, 0.5, late)
    met = np.round(people * share).astype(int) + wobble
    done = (np.arange(people)[:, None] < met).astype(int)
    judged = SimpleNamespace(
        definition=Definition(amount=1, least_effect=0.1),
        spans=[SimpleNamespace(first=MONDAY + timedelta(weeks=n)) for n in range(weeks)],
        asked=np.arange(weeks) >= before,
        attained=count_attainment(done, done, np.ones_like(done)),
    )
    points, facts = chart_of(judged, np.ones(weeks, dtype=bool), 5)  # type: ignore[arg-type]  # what is looked at
    return points, facts, judged


@pytest.mark.parametrize(("people", "kind"), [(199, "XmR"), (200, "Laney p\N{PRIME}")])
def test_from_two_hundred_people_on_the_group_is_large(people: int, kind: str) -> None:
    _points, facts, _judged = charted(people, 20, before=8)

    assert facts.kind == kind


@pytest.mark.parametrize(
    ("before", "baseline", "standing"),
    [(5, 17, "firm"), (6, 6, "provisional"), (17, 17, "firm"), (19, 19, "firm")],
)
def test_limits_rest_on_what_was_before_where_that_is_long_enough(
    before: int, baseline: int, standing: str
) -> None:
    _points, facts, _judged = charted(60, 30, before=before)

    assert (facts.baseline, facts.standing) == (baseline, standing)


@pytest.mark.parametrize(
    ("before", "weeks", "late", "verdict"),
    [
        (20, 36, 0.8, "changed"),
        (20, 36, 0.5, "not shown"),
        (20, 27, 0.8, "not yet known"),
        (5, 36, 0.8, "not yet known"),
        (0, 36, 0.8, "not yet known"),
    ],
)
def test_it_changed_is_said_of_what_can_be_known(
    before: int, weeks: int, late: float, verdict: str
) -> None:
    points, _facts, judged = charted(60, weeks, before=before, late=late)

    told, conditions = changed(judged, points)  # type: ignore[arg-type]  # as above

    assert told == verdict
    assert len(conditions) == 4


@pytest.mark.parametrize(
    ("cadence", "later"),
    [(Cadence.DAY, 8), (Cadence.WEEK, 8), (Cadence.MONTH, 2), (Cadence.QUARTER, 1)],
)
def test_points_are_weeks_or_as_long_as_the_period(cadence: Cadence, later: int) -> None:
    assert pace_of(Definition(cadence=cadence)).later == later
