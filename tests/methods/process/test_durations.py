"""How long cases take, wait and are worked on, by the calendar and by business time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.methods.arrays import Counts
from uptake.methods.process.durations import (
    Moments,
    OutsideCalendar,
    WorkingHours,
    case_durations,
    quantiles,
    waiting,
    work,
)
from uptake.methods.process.variants import case_spans

HOUR = 3_600_000
BERLIN = ZoneInfo("Europe/Berlin")
MARCH = [date(2026, 3, day) for day in range(23, 32) if date(2026, 3, day).weekday() < 5]
NINE_TO_FIVE = (time(9), time(17))


def at(text: str, zone: object = UTC) -> int:
    moment = datetime.fromisoformat(text)
    assert zone is UTC or isinstance(zone, ZoneInfo)
    return round(moment.replace(tzinfo=zone).timestamp() * 1000)


def moments(begun: list[int], ended: list[int] | None = None) -> Moments:
    """Of both stamps, or of one."""
    starts = np.array(begun, dtype=np.int64)
    ends = starts if ended is None else np.array(ended, dtype=np.int64)
    every = np.ones(len(starts), dtype=np.bool_)
    return Moments(starts, ends, every, every & (ended is not None))


def march() -> WorkingHours:
    """Nine to five in Berlin, around the night in which the clock goes forward."""
    return WorkingHours.of(MARCH, NINE_TO_FIVE, BERLIN, until=date(2026, 3, 31))


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2026-03-23 09:00", "2026-03-23 17:00", 8),
        ("2026-03-23 08:00", "2026-03-23 10:00", 1),
        ("2026-03-23 16:00", "2026-03-24 10:00", 2),
        ("2026-03-27 16:00", "2026-03-30 10:00", 2),  # a weekend, and the clock goes forward
        ("2026-03-28 10:00", "2026-03-29 20:00", 0),
        ("2026-03-23 18:00", "2026-03-23 23:00", 0),
    ],
)
def test_business_time_runs_only_while_the_house_is_open(
    begin: str, end: str, hours: float
) -> None:
    spent = march().between(np.array([at(begin, BERLIN)]), np.array([at(end, BERLIN)]))

    assert spent.tolist() == [hours * HOUR]


def test_a_moment_outside_the_calendar_is_refused() -> None:
    with pytest.raises(OutsideCalendar, match="outside the days"):
        march().between(np.array([at("2026-03-22 10:00")]), np.array([at("2026-03-24 10:00")]))


@given(
    steps=st.lists(st.integers(0, 8 * 24 * 60), min_size=2, max_size=12),
)
def test_business_time_adds_up_and_never_runs_backwards(steps: list[int]) -> None:
    start = at("2026-03-23 00:30", BERLIN)
    points = start + np.sort(np.array(steps)) * 60_000
    parts = march().between(points[:-1], points[1:])
    whole = march().between(points[:1], points[-1:])

    assert (parts >= 0).all()
    assert (parts <= np.diff(points)).all()
    assert parts.sum() == whole[0]


def test_a_case_takes_from_its_first_beginning_to_its_last_end() -> None:
    """The second step begins before the first ends and ends before it, too."""
    given_moments = moments([0, HOUR, 5 * HOUR], [4 * HOUR, 2 * HOUR, 6 * HOUR])
    cases = np.array([0, 0, 1])

    found = case_durations(cases, given_moments, np.array([True, True]), seen_until=9 * HOUR)

    assert found.values.tolist() == [4 * HOUR, HOUR]


def test_an_open_case_has_taken_as_long_as_it_was_watched() -> None:
    found = case_durations(
        np.array([0, 0, 1]),
        moments([0, HOUR, 2 * HOUR]),
        np.array([True, False]),
        seen_until=10 * HOUR,
    )

    assert found.values.tolist() == [HOUR, 8 * HOUR]
    assert found.complete.tolist() == [True, False]


def test_open_cases_are_neither_done_nor_left_out_of_the_median() -> None:
    """Of four cases two ended after 1 and 3 h; two are open after 8: half have ended by 3 h."""
    found = case_durations(
        np.array([0, 0, 1, 1, 2, 3]),
        moments([0, HOUR, 0, 3 * HOUR, 0, 0]),
        np.array([True, True, False, False]),
        seen_until=8 * HOUR,
    )

    assert quantiles(found, np.array([0.5, 0.9])) == [3 * 3600, None]


def test_a_case_whose_beginning_is_not_believed_is_not_measurable() -> None:
    given_moments = moments([0, HOUR, 0, 2 * HOUR])
    doubted = Moments(
        given_moments.begun,
        given_moments.ended,
        np.array([False, True, True, True]),
        given_moments.has_work,
    )
    found = case_durations(np.array([0, 0, 1, 1]), doubted, np.array([True, True]), seen_until=0)

    assert found.measurable.tolist() == [False, True]
    assert found.curve() is not None


def test_waiting_is_from_the_latest_end_before_to_the_beginning() -> None:
    """The third step waits for the first, which ends after the second."""
    given_moments = moments(
        [0, HOUR, 6 * HOUR, 9 * HOUR], [5 * HOUR, 2 * HOUR, 7 * HOUR, 10 * HOUR]
    )
    found = waiting(np.array([0, 0, 0, 1]), given_moments)

    assert found.measurable.tolist() == [False, True, True, False]
    assert found.values.tolist() == [0, 0, HOUR, 0]


def test_work_is_not_measurable_where_the_log_has_one_stamp() -> None:
    assert not work(moments([0, HOUR])).measurable.any()
    assert work(moments([0, HOUR], [HOUR, 3 * HOUR])).values.tolist() == [HOUR, 2 * HOUR]


def test_an_end_before_its_start_is_no_work() -> None:
    assert not work(moments([HOUR], [0])).measurable.any()


@given(
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=8),
    seed=st.integers(0, 1_000),
)
def test_waiting_is_what_a_plain_walk_through_each_case_finds(
    lengths: list[int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    cases: Counts = np.repeat(np.arange(len(lengths)), lengths)
    begun = random.integers(0, 50, len(cases))
    given_moments = moments(begun.tolist(), (begun + random.integers(0, 20, len(cases))).tolist())

    found = waiting(cases, given_moments)

    for first, length in zip(*case_spans(cases), strict=True):
        latest = int(given_moments.ended[first])
        for row in range(first + 1, first + length):
            assert found.values[row] == max(0, int(given_moments.begun[row]) - latest)
            latest = max(latest, int(given_moments.ended[row]))


def test_no_event_is_no_duration() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    found = case_durations(nothing, moments([]), nothing.astype(np.bool_), seen_until=0)

    assert len(found.values) == 0
    assert found.curve() is None
