from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.calendar import WorkingCalendar

YEAR = (date(2016, 1, 1), date(2016, 12, 31))


@pytest.mark.parametrize(
    ("calendar", "days"),
    [
        (WorkingCalendar(), 261),
        (WorkingCalendar("DE"), 254),
        (WorkingCalendar("DE", "BY"), 251),
        (WorkingCalendar("US"), 251),
    ],
)
def test_working_days_of_2016(calendar, days):
    assert calendar.count(*YEAR) == days


def test_the_weekend_is_that_of_the_country():
    friday = date(2016, 6, 10)

    assert not WorkingCalendar("SA").is_working(friday)


def test_own_closures_and_days_off_are_free():
    calendar = WorkingCalendar(
        days_off=frozenset({4, 5, 6}), closures=frozenset({date(2026, 1, 6)})
    )

    days = calendar.working_days(date(2026, 1, 5), date(2026, 1, 11))

    assert [str(day) for day in days] == ["2026-01-05", "2026-01-07", "2026-01-08"]


def test_time_that_runs_backwards_has_no_working_days():
    assert WorkingCalendar("DE").count(YEAR[1], YEAR[0]) == 0


@pytest.mark.parametrize("place", [("XX", None), ("DE", "XX")])
def test_an_unknown_country_is_named(place):
    with pytest.raises(ValueError, match=f"{place[0]}.*two-letter country code"):
        WorkingCalendar(*place).count(*YEAR)


@pytest.mark.parametrize("place", ["DE-BY", " de-by"])
def test_a_place_brings_its_holidays_and_leaves_the_weekdays_as_they_were(place):
    sundays = WorkingCalendar(days_off=frozenset({6}), proposed=True)

    found = sundays.at(place)

    assert found == WorkingCalendar("DE", "BY", frozenset({6}), proposed=True)
    assert not found.is_working(date(2026, 1, 6))


def test_a_place_that_nobody_knows_is_refused_at_once():
    with pytest.raises(ValueError, match="'XX YY'"):
        WorkingCalendar().at("XX-YY")


@pytest.mark.parametrize("days_off", [{7}, set(range(7))])
def test_impossible_days_off_are_refused(days_off):
    with pytest.raises(ValueError, match="six at most"):
        WorkingCalendar(days_off=frozenset(days_off))


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 300), st.integers(0, 300))
def test_working_days_of_two_stretches_add_up(start, first, second):
    middle = date.fromordinal(start.toordinal() + first)
    end = date.fromordinal(middle.toordinal() + second + 1)
    after = date.fromordinal(middle.toordinal() + 1)
    calendar = WorkingCalendar()

    whole = calendar.count(start, end)

    parts = calendar.count(start, middle) + calendar.count(after, end)
    assert whole == parts
