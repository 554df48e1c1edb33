from __future__ import annotations

import numpy as np

from tests.methods.adoption.artefacts.logs import DAY, GROUPS, MONDAY, add, office_log
from uptake.methods.adoption.artefacts import (
    automated_people,
    giant_person,
    shared_accounts,
    trace_people,
)
from uptake.methods.adoption.artefacts.people import PersonTraces

ROBOT = 99


def traced(log):
    return trace_people(log.people, log.stamps, log.groups)


def test_an_office_has_neither_machines_nor_shared_accounts_nor_giants():
    log = office_log()

    found = (automated_people(traced(log)), shared_accounts(traced(log)), giant_person(log.people))

    assert found == (None, None, None)


def test_a_nightly_job_is_a_machine():
    night = np.repeat(np.arange(30) * DAY + 2 * 3600, 45)
    log = add(office_log(), MONDAY + night.astype("timedelta64[s]"), ROBOT, np.zeros(len(night)))

    found = automated_people(traced(log))

    assert found is not None
    assert found.people == (ROBOT,)
    assert "45 events in one minute" in found.sentence


def test_a_bot_that_works_around_the_clock_everywhere_is_a_machine():
    random = np.random.default_rng(4)
    moments = MONDAY + random.integers(0, 100 * DAY, 3_000).astype("timedelta64[s]")
    log = add(office_log(), moments, ROBOT, random.integers(0, GROUPS, 3_000))

    found = automated_people(traced(log))

    assert found is not None
    assert found.people == (ROBOT,)


def test_an_integration_that_ticks_every_hour_in_one_group_is_a_machine():
    hourly = np.repeat(np.arange(24 * 100) * 3_600 + 300, 2)
    log = add(office_log(), MONDAY + hourly.astype("timedelta64[s]"), ROBOT, np.full(4_800, 3))

    found = automated_people(traced(log))

    assert found is not None
    assert found.people == (ROBOT,)


def test_a_desk_staffed_day_and_night_is_shared_not_a_machine():
    random = np.random.default_rng(14)
    shift = random.choice([2, 10, 18], 6_000, p=[0.08, 0.62, 0.3])
    second = (shift * 3600 + random.normal(0, 2 * 3600, 6_000)).astype(int)
    moments = MONDAY + (random.integers(1, 100, 6_000) * DAY + second).astype("timedelta64[s]")
    log = add(office_log(), moments, 50, np.full(6_000, 3))

    assert automated_people(traced(log)) is None
    shared = shared_accounts(traced(log))
    assert shared is not None
    assert shared.people == (50,)


def test_one_bulk_import_does_not_make_a_person_a_machine():
    moment = MONDAY + np.timedelta64(2 * DAY + 36_000, "s")
    log = add(office_log(), np.repeat(moment, 500), 7, np.full(500, 7))

    assert automated_people(traced(log)) is None


def test_a_person_who_imports_in_bulk_every_week_is_no_machine():
    weekly = np.repeat(np.arange(20) * 7 * DAY + 11 * 3600, 60)
    log = add(office_log(), MONDAY + weekly.astype("timedelta64[s]"), 7, np.full(len(weekly), 7))

    assert automated_people(traced(log)) is None


def test_an_account_used_by_two_shifts_may_be_shared():
    random = np.random.default_rng(9)
    days = np.repeat(np.arange(90)[np.arange(90) % 7 < 5], 30) * DAY
    moments = MONDAY + (days + random.integers(6 * 3600, 22 * 3600, len(days))).astype(
        "timedelta64[s]"
    )
    log = add(office_log(), moments, 50, random.integers(0, GROUPS, len(days)))

    found = shared_accounts(traced(log))

    assert found is not None
    assert found.people == (50,)
    assert "may be shared" in found.sentence


def test_someone_who_works_long_days_in_one_group_is_not_accused():
    random = np.random.default_rng(9)
    days = np.repeat(np.arange(90)[np.arange(90) % 7 < 5], 30) * DAY
    moments = MONDAY + (days + random.integers(7 * 3600, 20 * 3600, len(days))).astype(
        "timedelta64[s]"
    )
    log = add(office_log(), moments, 50, np.full(len(days), 3))

    assert shared_accounts(traced(log)) is None


def _sixteen_hours_a_day(cases: int) -> PersonTraces:
    """An office on 4,000 cases, and one account at work for 16 hours a day on some of them."""
    random, office = np.random.default_rng(9), office_log()
    days = np.repeat(np.arange(90)[np.arange(90) % 7 < 5], 100) * DAY
    second = random.integers(6 * 3600, 22 * 3600, len(days))
    log = add(office, MONDAY + (days + second).astype("timedelta64[s]"), 50, np.full(len(days), 3))
    of_office = random.integers(0, 4_000, len(office.stamps))
    worked = np.concatenate((of_office, random.integers(0, cases, len(days))))
    return trace_people(log.people, log.stamps, log.groups, cases=worked)


def test_an_account_with_long_days_on_half_of_all_cases_may_be_shared():
    found = shared_accounts(_sixteen_hours_a_day(cases=4_000))

    assert found is not None
    assert found.people == (50,)


def test_long_days_on_few_of_the_cases_are_not_shared():
    assert shared_accounts(_sixteen_hours_a_day(cases=400)) is None


def test_one_giant_person_is_found_with_totals_without_them():
    people = np.concatenate((np.repeat(np.arange(30), 10), np.full(200, ROBOT)))

    found = giant_person(people)

    assert found is not None
    assert found.people == (ROBOT,)
    assert found.sentence == (
        "One of 31 people has 40 % of all events: 200, where the median of the others is 10."
    )


def test_traces_count_what_they_say():
    hours = np.array([8, 9, 9, 33, 129])  # Monday to Tuesday, and Saturday
    stamps = MONDAY + (hours * 3600).astype("timedelta64[s]")

    traces = trace_people(["a"] * 5, stamps, ["x", "x", "y", "x", "x"], cases=[7, 8, 9, 7, 8])

    assert (traces.days.tolist(), traces.hours.tolist()) == ([3], [2])
    assert traces.weekend_share.tolist() == [0.2]
    assert traces.most_per_minute.tolist() == [2]
    assert traces.span_hours.tolist() == [0.0]
    assert traces.groups.tolist() == [2]
    assert (traces.cases.tolist(), traces.all_cases) == ([3], 3)


def test_days_off_follow_the_country():
    friday = MONDAY + np.array([4 * DAY + 9 * 3600], dtype="timedelta64[s]")

    traces = trace_people([1], friday, days_off=(4, 5))

    assert traces.weekend_share.tolist() == [1.0]
