"""Days packed into masks answer like the days themselves, and kept SQL mixes nothing up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.asking import one
from tests.metrics.logs import Event, both, day, rollups, uses
from uptake.capabilities.measure.readings import within_account
from uptake.metrics import active_days
from uptake.metrics.day_blocks import BITS, EPOCH, chunks, number
from uptake.metrics.measurement import Window
from uptake.metrics.scope import Grain, Grouping, Scope

YEAR = Window(day(0), day(364))

days = st.dates(date(1971, 1, 1), date(2060, 1, 1))


@given(first=days, length=st.integers(1, 1500), grain=st.sampled_from(list(Grain)))
def test_chunks_hold_every_period_once_and_fit_into_a_mask(
    first: date, length: int, grain: Grain
) -> None:
    windows = Scope(Window(first, first + timedelta(days=length - 1)), None, grain).windows

    found = chunks(windows)

    assert [period for chunk in found for period in chunk.periods] == list(range(len(windows)))
    assert all(chunk.last - chunk.first < BITS for chunk in found)
    assert [chunk.first for chunk in found] == [
        number(windows[chunk.periods.start].first) for chunk in found
    ]


def test_first_and_last_days_are_found_at_both_ends_of_a_mask() -> None:
    start = EPOCH + timedelta(days=number(day(0)) // BITS * BITS + BITS)
    offset = (start - day(0)).days
    raw, packed = both(
        [*uses("ends", offset, offset + BITS - 1), *uses("inside", offset + 1, offset + BITS)]
    )
    scope = Scope(YEAR)

    for ask in (active_days.first_active, active_days.last_active):
        answers = [
            sorted(relations.ask(ask, scope).to_pylist(), key=lambda row: row["person"])
            for relations in (raw, packed)
        ]
        assert answers[0] == answers[1]


def test_each_day_comes_back_out_of_the_masks() -> None:
    raw, packed = both([*uses("ann", 0, 61, 62, 200), *uses("bob", 5, 364, account="bolt")])
    scope = Scope(YEAR, Grouping.ACCOUNT)

    found = [
        {tuple(row.values()) for row in r.ask(active_days.each_active_day, scope).to_pylist()}
        for r in (raw, packed)
    ]

    assert found[0] == found[1]
    assert len(found[0]) == 6


def test_kept_sql_answers_another_log_with_its_own_numbers() -> None:
    few, many = rollups(uses("ann", 1)), rollups([*uses("ann", 1), *uses("bob", 1)])

    assert one("active_people", few).value == 1
    assert one("active_people", many).value == 2
    assert few.shape == many.shape


def test_kept_sql_tells_parts_of_the_same_log_apart() -> None:
    log = [*uses("ann", 1), *uses("bob", 1, account="bolt"), *uses("cid", 2, account="bolt")]
    whole = rollups(log)
    parts = [within_account(whole, account) for account in ("acme", "bolt", "nobody's")]

    found = [one("active_people", relations).value for relations in (whole, *parts)]

    assert found[:3] == [3, 1, 2]
    assert found[3] is None or found[3] == 0


def test_kept_sql_knows_another_calendar() -> None:
    relations = rollups([Event("ann", n) for n in range(7)])
    weekend = replace(relations, calendar=replace(relations.calendar, weekdays=frozenset({5, 6})))

    numerators = [one("frequency", r).numerator for r in (relations, weekend)]

    assert numerators == [5, 2]
