from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.methods.behaviour.periods import Cadence, Deadline, Presence, periods, shares_worked

PARIS = ZoneInfo("Europe/Paris")
FRIDAY_ONE = Deadline(at=time(13), weekday=4)
ANY_TIME = Deadline()
MONDAY_TO_FRIDAY = WorkingCalendar()
WEEK = (date(2026, 3, 2), date(2026, 3, 8))


def made(cadence, first, last, deadline=ANY_TIME):
    return periods(cadence, first, last, zone=PARIS, deadline=deadline)


def test_by_one_o_clock_on_friday_is_a_moment():
    (week,) = made(Cadence.WEEK, date(2026, 3, 2), date(2026, 3, 6), FRIDAY_ONE)

    assert week.due.isoformat() == "2026-03-06T13:00:00+01:00"
    assert (week.first, week.last) == (date(2026, 2, 28), date(2026, 3, 6))


def test_the_hour_of_a_deadline_is_that_of_the_clocks_in_summer():
    weeks = made(Cadence.WEEK, date(2026, 3, 23), date(2026, 4, 5), FRIDAY_ONE)

    assert [week.due.utcoffset() for week in weeks[:2]] == [timedelta(hours=1), timedelta(hours=2)]


def test_what_is_done_in_the_grace_of_one_period_is_not_in_the_next():
    deadline = Deadline(at=time(13), weekday=4, grace=timedelta(hours=2))

    first, second = made(Cadence.WEEK, date(2026, 3, 2), date(2026, 3, 13), deadline)

    assert (first.opens.isoformat(), first.closes.isoformat()) == (
        "2026-02-27T15:00:00+01:00",
        "2026-03-06T15:00:00+01:00",
    )
    assert second.opens == first.closes


def test_grace_closes_a_period_later_than_it_is_due():
    deadline = Deadline(at=time(13), weekday=4, grace=timedelta(hours=2))

    (week,) = made(Cadence.WEEK, date(2026, 3, 2), date(2026, 3, 6), deadline)

    assert week.closes - week.due == timedelta(hours=2)


@pytest.mark.parametrize(
    ("cadence", "firsts"),
    [
        (Cadence.DAY, ["2026-01-30", "2026-01-31", "2026-02-01"]),
        (Cadence.WEEK, ["2026-01-26"]),
        (Cadence.MONTH, ["2026-01-01", "2026-02-01"]),
        (Cadence.QUARTER, ["2026-01-01"]),
        (Cadence.ONCE, ["2026-01-30"]),
    ],
)
def test_periods_hold_every_day_asked_for(cadence, firsts):
    found = made(cadence, date(2026, 1, 30), date(2026, 2, 1))

    assert [period.label for period in found] == firsts


def test_a_weekday_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="Monday"):
        Deadline(weekday=7)


def shares(*people, first=WEEK[0], last=WEEK[1], calendar=MONDAY_TO_FRIDAY):
    spans = made(Cadence.WEEK, first, last)
    return shares_worked(people, spans, calendar)


def test_somebody_who_is_there_all_week_works_all_of_it():
    assert shares(Presence()).tolist() == [[1.0]]


def march(first, last):
    return date(2026, 3, first), date(2026, 3, last)


@pytest.mark.parametrize(
    ("person", "share"),
    [
        (Presence(part=0.6), 0.6),
        (Presence(start=date(2026, 3, 5)), 0.4),
        (Presence(end=date(2026, 3, 2)), 0.2),
        (Presence(leave=(march(3, 4),)), 0.6),
        (Presence(leave=((date(2026, 2, 20), date(2026, 3, 20)),)), 0.0),
        (Presence(leave=(march(2, 4), march(3, 5))), 0.2),
        (Presence(start=date(2026, 4, 1)), 0.0),
        (Presence(end=date(2026, 2, 1)), 0.0),
        (Presence(start=date(2026, 3, 4), leave=(march(2, 4),), part=0.5), 0.2),
    ],
)
def test_leave_start_end_and_part_time_are_taken_off(person, share):
    assert shares(person)[0, 0] == pytest.approx(share)


def test_a_holiday_makes_the_week_shorter_for_everybody():
    closed = WorkingCalendar(closures=frozenset({date(2026, 3, 2)}))

    assert shares(Presence(start=date(2026, 3, 5)), calendar=closed)[0, 0] == pytest.approx(0.5)


def test_nothing_is_due_in_a_week_without_working_days():
    days = frozenset(date(2026, 3, 2) + timedelta(days=n) for n in range(7))

    assert shares(Presence(), calendar=WorkingCalendar(closures=days))[0, 0] == 0


days = st.dates(date(2025, 12, 1), date(2026, 6, 30))
spans_of_leave = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))


@given(
    st.builds(
        Presence,
        start=st.none() | days,
        end=st.none() | days,
        leave=st.lists(spans_of_leave, max_size=4).map(tuple),
    )
)
def test_shares_agree_with_days_counted_one_by_one(person):
    calendar = WorkingCalendar(country="FR")
    spans = made(Cadence.WEEK, date(2026, 1, 5), date(2026, 4, 26))

    found = shares_worked([person], spans, calendar)[0]

    def there(day):
        started = person.start is None or person.start <= day
        left = person.end is not None and day > person.end
        return started and not left and not any(a <= day <= b for a, b in person.leave)

    expected = [
        sum(map(there, working := calendar.working_days(span.first, span.last))) / len(working)
        for span in spans
    ]
    assert np.allclose(found, expected)
