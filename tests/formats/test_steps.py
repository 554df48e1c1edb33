from __future__ import annotations

import numpy as np

from tests.formats.case_files import activities, marks, written
from uptake.formats.case_log import NO_MOMENT, Mark
from uptake.formats.case_logs import open_case_log

LIFECYCLE = """case,activity,timestamp,lifecycle,resource
1,a,2024-01-01 09:00,start,Eva
1,a,2024-01-01 09:10,start,Tom
1,a,2024-01-01 09:20,complete,Eva
1,a,2024-01-01 09:30,complete,Tom
1,b,2024-01-01 10:00,schedule,
1,b,2024-01-01 10:05,start,Eva
1,b,2024-01-01 10:20,complete,Tom
1,c,2024-01-01 11:00,complete,Eva
1,d,2024-01-01 12:00,start,Eva
"""


def test_days_without_hours_keep_the_order_of_the_file_and_are_marked(tmp_path):
    text = "case,activity,date\n1,b,2024-01-02\n1,a,2024-01-02\n1,c,2024-01-01\n"

    log = open_case_log(written(tmp_path, text))

    assert activities(log) == ["c", "b", "a"]
    assert marks(log) == [Mark.DATE_ONLY, Mark.DATE_ONLY | Mark.TIED, Mark.DATE_ONLY | Mark.TIED]


def test_real_days_are_recognised_by_their_midnights(shared_data):
    log = open_case_log(shared_data / "process/roadtraffic100traces.xes")

    assert (log.marks & Mark.DATE_ONLY).all()


def test_many_cases_in_one_second_by_one_person_are_a_batch(tmp_path):
    rows = "".join(f"{n},close,2024-01-01 10:00:00,robot\n" for n in range(12))
    few = "".join(f"{n},open,2024-01-01 09:00:00,Eva\n" for n in range(9))

    log = open_case_log(written(tmp_path, f"case,activity,timestamp,resource\n{rows}{few}"))

    is_batch = (log.marks & Mark.BATCH) > 0
    assert sorted(np.array(activities(log))[is_batch]) == ["close"] * 12


def test_stamps_of_other_ages_are_marked_and_stay(tmp_path):
    stamps = (
        "1948-01-26 10:00:00",
        "1970-01-01 00:00:00",
        "2024-05-01 10:00:00",
        "2091-05-01 10:00:00",
    )
    text = "case,activity,timestamp\n" + "".join(f"1,a,{stamp}\n" for stamp in stamps)

    log = open_case_log(written(tmp_path, text))

    assert [bool(mark & Mark.STRANGE) for mark in marks(log)] == [True, True, False, True]
    assert log.completed[0] < 0
    assert any("3 events lie before 1990" in warning for warning in log.warnings)


def test_an_unreadable_stamp_leaves_the_event_where_it_was(tmp_path):
    text = (
        "case,activity,timestamp\n1,a,2024-01-01 10:00\n1,b,soon\n1,c,2024-01-01 11:00\n"
        "1,d,2024-01-01 09:00\n"
    )

    log = open_case_log(written(tmp_path, text))

    assert activities(log) == ["d", "a", "b", "c"]
    assert log.completed[2] == NO_MOMENT
    assert any("1 stamps in timestamp cannot be read" in warning for warning in log.warnings)


def test_an_end_before_its_start_is_marked_and_not_mended(tmp_path):
    text = "case,activity,start,end\n1,a,2024-01-01 12:00,2024-01-01 11:00\n"

    log = open_case_log(written(tmp_path, text))

    assert log.completed[0] < log.started[0]
    assert marks(log) == [Mark.BACKWARDS]


def test_starts_and_ends_in_columns_are_one_event(shared_data):
    log = open_case_log(shared_data / "process/interval_event_log.csv.gz")

    assert (log.started != NO_MOMENT).all()
    assert (log.completed >= log.started).all()


def test_starts_are_merged_with_the_ends_of_the_same_hands(tmp_path):
    log = open_case_log(written(tmp_path, LIFECYCLE))

    minutes = (log.completed - log.started) // 60_000
    assert activities(log) == ["a", "a", "b", "c", "d"]
    assert minutes[:3].tolist() == [20, 20, 15]
    assert [bool(mark & Mark.NO_START) for mark in marks(log)] == [False, False, False, True, True]
    assert log.started[3] == log.completed[4] == NO_MOMENT
    assert any("1 transitions other than start" in warning for warning in log.warnings)


def test_an_end_goes_with_no_start_that_comes_after_it(tmp_path):
    text = (
        "case,activity,timestamp,lifecycle\n1,a,2024-01-01 09:00,complete\n"
        "1,a,2024-01-01 10:00,start\n1,a,2024-01-01 11:00,complete\n"
    )

    log = open_case_log(written(tmp_path, text))

    assert (log.started == NO_MOMENT).tolist() == [True, False]
    assert marks(log) == [Mark.NO_START, Mark.NONE]


def test_numbered_instances_tell_which_start_goes_with_which_end(tmp_path):
    text = (
        "case,activity,timestamp,lifecycle,activity_instance\n1,a,2024-01-01 09:00,start,x\n"
        "1,a,2024-01-01 09:10,start,y\n1,a,2024-01-01 09:20,complete,y\n"
        "1,a,2024-01-01 09:50,complete,x\n"
    )

    log = open_case_log(written(tmp_path, text))

    assert ((log.completed - log.started) // 60_000).tolist() == [10, 50]


def test_transitions_that_are_no_starts_stay_as_they_are(shared_data):
    log = open_case_log(shared_data / "process/06_bpic2013_closed.xes.gz")

    assert log.event_attributes["lifecycle:transition"].null_count == 0
    assert (log.started == NO_MOMENT).all()


def test_an_order_without_moments_is_an_order(tmp_path):
    log = open_case_log(written(tmp_path, "case,activity\n1,b\n2,x\n1,a\n"))

    assert not log.is_timed
    assert activities(log) == ["b", "a", "x"]
    assert any("durations are not known" in warning for warning in log.warnings)


def test_a_column_that_counts_steps_orders_them(tmp_path):
    text = "case,activity,day,sorting\n1,b,2024-01-01,2\n1,a,2024-01-01,1\n1,c,2024-01-02,10\n"

    log = open_case_log(written(tmp_path, text))

    assert activities(log) == ["a", "b", "c"]
