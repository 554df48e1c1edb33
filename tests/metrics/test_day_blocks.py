"""Days packed into masks answer like the days themselves, and kept SQL mixes nothing up."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tests.metrics.asking import one
from tests.metrics.logs import Event, both, day, rollups, uses
from uptake.capabilities.measure.readings import within_account
from uptake.metrics.day_blocks import BITS, EPOCH, number
from uptake.metrics.measurement import Window
from uptake.metrics.people_days import people_days
from uptake.metrics.scope import ALL_DAYS, Grain, Grouping, Scope

YEAR = Window(day(0), day(364))


def test_first_and_last_days_are_found_at_both_ends_of_a_mask() -> None:
    start = EPOCH + timedelta(days=number(day(0)) // BITS * BITS + BITS)
    offset = (start - day(0)).days
    raw, packed = both(
        [*uses("ends", offset, offset + BITS - 1), *uses("inside", offset + 1, offset + BITS)]
    )
    found = []
    for relations in (raw, packed):
        days = people_days(relations, Scope(YEAR))
        people = days.people.person.tolist()
        found.append((people, days.first(YEAR).tolist(), days.last(YEAR).tolist()))

    assert found[0] == found[1]


def test_days_before_1970_are_days_like_others() -> None:
    before = number(day(0)) + 3
    window = Window(day(-before), day(0))
    raw, packed = both([*uses("old", -before, -before + 2), *uses("new", 0)])

    found = [people_days(relations, Scope(window)).count(window) for relations in (raw, packed)]

    assert [counts.tolist() for counts in found] == [[2, 1], [2, 1]]


def test_only_a_window_around_all_data_is_asked_without_its_days() -> None:
    raw = both(uses("ann", 0, 200))[0]
    around, inside = Window(day(-5), day(200)), Window(day(0), day(199))

    assert raw.unbounded(Scope(around)) == Scope(ALL_DAYS)
    assert raw.unbounded(Scope(inside)) == Scope(inside)
    assert raw.unbounded(Scope(around, grain=Grain.WEEK)) == Scope(around, grain=Grain.WEEK)


def test_each_day_comes_back_out_of_the_masks() -> None:
    raw, packed = both([*uses("ann", 0, 61, 62, 200), *uses("bob", 5, 364, account="bolt")])
    scope = Scope(YEAR, Grouping.ACCOUNT)

    found = [people_days(relations, scope).each(YEAR) for relations in (raw, packed)]

    assert found[0].tolist() == found[1].tolist()
    assert [np.flatnonzero(row).tolist() for row in found[0]] == [[0, 61, 62, 200], [5, 364]]


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
    weekend = replace(relations, calendar=replace(relations.calendar, days_off=frozenset(range(5))))

    numerators = [one("frequency", r).numerator for r in (relations, weekend)]

    assert numerators == [5, 2]
