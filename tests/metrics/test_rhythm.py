"""Stickiness, the weekly curve and the pattern of the week, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metrics.asking import FOUR_WEEKS, one
from tests.metrics.logs import Event, both, day, rollups, uses
from uptake.methods.adoption.frequency import rolling_active
from uptake.metrics.evaluate import evaluate
from uptake.metrics.measurement import Window
from uptake.metrics.rhythm import daily_and_rolling
from uptake.metrics.scope import Grouping, Scope


def test_stickiness_is_the_mean_over_working_days() -> None:
    # two people; on Monday both, on Tuesday one, then nobody until Friday
    log = [*uses("ann", 0, 1), *uses("ben", 0)]
    week = Window(day(0), day(6))

    answer = one("stickiness", rollups(log), window=week)

    assert answer.value == pytest.approx((2 / 2 + 1 / 2 + 0 + 0 + 0) / 5)
    assert answer.denominator == 5


def test_days_before_the_window_count_among_its_rolling_actives() -> None:
    log = [*uses("ann", -20), *uses("ben", 0)]

    answer = one("stickiness", rollups(log), window=Window(day(0), day(0)))

    assert answer.value == 0.5


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 80)), min_size=1, max_size=60))
def test_rolling_actives_from_masks_equal_counting_each_day(days: list[tuple[int, int]]) -> None:
    relations = rollups([Event(f"p{person}", number) for person, number in days])
    scope = Scope(Window(day(27), day(80)))
    active = np.zeros((6, 81), dtype=bool)
    active[[person for person, _ in days], [number for _, number in days]] = True

    rows = relations.ask(daily_and_rolling, scope).to_pylist()

    counted = zip(
        active.sum(axis=0)[27:].tolist(), rolling_active(active)[27:].tolist(), strict=True
    )
    working = [pair for n, pair in enumerate(counted, start=27) if day(n).weekday() < 5]
    assert [(row["daily"], row["rolling"]) for row in rows] == [p for p in working if p[1]]


def test_a_curve_has_a_point_for_each_whole_week_also_for_empty_ones() -> None:
    answers = evaluate(
        ["weekly_active_people"],
        rollups([*uses("ann", 0, 20), *uses("ben", 1)]),
        window=Window.ending(day(20)),
        minimum_people=1,
    )

    assert [(answer.point, answer.value) for answer in answers] == [
        (day(6).isoformat(), 2),
        (day(13).isoformat(), 0),
        (day(20).isoformat(), 1),
    ]


def test_hours_are_local() -> None:
    log = [Event("ann", 0, hour=22)]
    raw, rolled_up = both(log, timezone="Asia/Kolkata")  # half past three on Tuesday

    for relations in (raw, rolled_up):
        answer = one("weekday_hours", relations)
        assert (answer.point, answer.value) == ("Tue 03", 1.0)


def test_the_pattern_of_the_week_adds_up_for_each_account() -> None:
    log = [Event("ann", n, hour=n % 3, account="acme" if n % 2 else "bolt") for n in range(20)]

    answers = evaluate(
        ["weekday_hours"],
        rollups(log),
        by=Grouping.ACCOUNT,
        window=FOUR_WEEKS,
        minimum_people=1,
    )

    shares = {
        name: sum(a.value or 0 for a in answers if a.group == name) for name in ("acme", "bolt")
    }
    assert shares == pytest.approx({"acme": 1.0, "bolt": 1.0})
