from __future__ import annotations

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.formats.case_files import SMALL, activities, named_steps, written
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import NO_MOMENT, NOBODY, Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import MappingError, UnusableFileError


@pytest.mark.parametrize(
    ("name", "events", "cases", "activities"),
    [
        ("process/running-example.xes", 42, 6, 8),
        ("process/running-example.csv", 42, 6, 8),
        ("process/08_receipt.xes.gz", 8_577, 1_434, 27),
        ("process/06_bpic2013_closed.xes.gz", 6_660, 1_487, 4),
        ("process/roadtraffic100traces.xes", 390, 100, 10),
        ("process/a32f0n00.xes.gz", 25_757, 1_000, 32),
        ("process/interval_event_log.csv.gz", 8_109, 1_266, 8),
        ("usage/servicenow_incident_event_log.csv.gz", 119_998, 20_769, 9),
    ],
)
def test_real_logs_are_read_whole_without_being_explained(
    shared_data, name, events, cases, activities
):
    log = open_case_log(shared_data / name)

    assert (log.events, log.cases, len(log.activity.words)) == (events, cases, activities)
    assert set(np.diff(log.case)) <= {0, 1}
    assert log.case[-1] == cases - 1
    assert log.activity.codes.min() >= 0
    assert log.rejected == ()


def test_one_log_in_two_formats_is_one_log(shared_data):
    xes = open_case_log(shared_data / "process/running-example.xes")
    csv = open_case_log(shared_data / "process/running-example.csv")

    assert named_steps(xes) == named_steps(csv)
    assert xes.case_attributes["creator"].to_pylist() == ["Fluxicon Nitro"] * 6


def test_events_lie_by_case_and_then_by_time(tmp_path):
    log = open_case_log(written(tmp_path, SMALL))

    assert log.case_names.to_pylist() == ["2", "1"]
    assert activities(log) == ["a", "b", "a", "c"]
    assert log.row.tolist() == [4, 2, 3, 5]
    people = log.performers[Performer.RESOURCE]
    assert people.codes.tolist() == [NOBODY, 0, 0, 1]
    assert (log.started == NO_MOMENT).all()


@pytest.mark.parametrize("separator", ["\t", ";", "|"])
def test_any_separator_will_do(tmp_path, separator):
    log = open_case_log(written(tmp_path, SMALL.replace(",", separator), "log.txt"))

    assert activities(log) == ["a", "b", "a", "c"]


def test_json_lines_and_parquet_are_read_alike(tmp_path):
    rows = [dict(zip(SMALL.split("\n")[0].split(","), r.split(","), strict=True))
            for r in SMALL.splitlines()[1:]]  # fmt: skip
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "log.parquet")
    lines = "\n".join(str(row).replace("'", '"') for row in rows)

    expected = named_steps(open_case_log(written(tmp_path, SMALL)))

    assert named_steps(open_case_log(tmp_path / "log.parquet")) == expected
    assert named_steps(open_case_log(written(tmp_path, lines, "log.jsonl"))) == expected


def test_the_names_of_other_tools_are_understood(tmp_path):
    celonis = SMALL.replace(
        "case,activity,timestamp,resource", "_CASE_KEY,ACTIVITY_EN,EVENTTIME,USER_NAME"
    )
    disco = SMALL.replace("case,activity,timestamp", "Case ID,Activity,Complete Timestamp")

    expected = named_steps(open_case_log(written(tmp_path, SMALL)))

    assert named_steps(open_case_log(written(tmp_path, celonis))) == expected
    assert named_steps(open_case_log(written(tmp_path, disco))) == expected


def test_people_may_say_what_columns_mean(tmp_path):
    text = "a,b,c,d\n1,x,2024-01-01 10:00,p\n1,y,2024-01-01 09:00,q\n"

    choices = CaseChoices(columns={"case": "a", "activity": "b+d", "at": "c"})
    log = open_case_log(written(tmp_path, text), choices)

    assert activities(log) == ["y+q", "x+p"]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"case": "nothing"}, "There is no column 'nothing'"),
        ({"colour": "a"}, "is not a role"),
        ({"activity": ""}, "not clear which column is the activity"),
        ({"at": "resource"}, "can be read as a time"),
    ],
)
def test_what_is_said_of_columns_has_to_be_true(tmp_path, columns, says):
    with pytest.raises(MappingError, match=says):
        open_case_log(written(tmp_path, SMALL), CaseChoices(columns=columns))


def test_case_ids_that_look_like_nothing_or_like_numbers_stay_texts(tmp_path):
    text = "case,activity\nNA,a\nnull,a\n0012,a\n12,a\n-,a\nnan,a\nNA,b\n"

    log = open_case_log(written(tmp_path, text))

    assert log.case_names.to_pylist() == ["NA", "null", "0012", "12", "-", "nan"]
    assert any("taken as the name of a case" in warning for warning in log.warnings)


def test_two_columns_of_one_name_are_asked_about_if_they_differ(tmp_path):
    text = "case,activity,activity\n1,a,b\n1,b,b\n"
    path = written(tmp_path, text)

    with pytest.raises(MappingError, match="Two columns are called 'activity'"):
        open_case_log(path)

    second = open_case_log(path, CaseChoices(columns={"activity": "activity_2"}))
    assert activities(second) == ["b", "b"]


def test_two_columns_of_one_name_that_say_the_same_are_one(tmp_path):
    log = open_case_log(written(tmp_path, "case,activity,activity\n1,a,a\n1,b,b\n"))

    assert activities(log) == ["a", "b"]


def test_rows_without_a_case_or_an_activity_are_kept_with_the_reason(tmp_path):
    text = "case,activity,timestamp\n1,a,2024-01-01\n,b,2024-01-01\n1,,2024-01-02\n1,c,2024-01-03\n"

    log = open_case_log(written(tmp_path, text))

    assert activities(log) == ["a", "c"]
    assert [(row.line, row.reason) for row in log.rejected] == [(3, "no case"), (4, "no activity")]
    assert "2 rows have no case or no activity and are in no case" in log.warnings


def test_rows_that_cannot_be_taken_apart_are_counted(tmp_path):
    log = open_case_log(written(tmp_path, SMALL + "9,too,many,values,here\n"))

    assert log.events == 4
    assert "broken row" in log.rejected[0].reason
    assert any("1 rows could not be taken apart" in warning for warning in log.warnings)


def test_columns_that_never_change_in_a_case_describe_it(tmp_path):
    text = "case,activity,site,cost\n1,a,x,1\n2,a,y,\n1,b,x,2\n"

    log = open_case_log(written(tmp_path, text))

    assert log.case_attributes.to_pydict() == {"site": ["x", "y"]}
    assert log.event_attributes.to_pydict() == {"cost": ["1", "2", None]}


def test_only_the_attributes_that_are_wanted_are_kept(shared_data):
    choices = CaseChoices(attributes=("Costs",))

    for name in ("running-example.csv", "running-example.xes"):
        log = open_case_log(shared_data / "process" / name, choices)

        assert log.event_attributes.column_names == ["Costs"]
        assert log.case_attributes.column_names == []


def test_times_without_an_offset_are_in_the_zone_that_is_said(tmp_path):
    path = written(tmp_path, SMALL)

    there = open_case_log(path, CaseChoices(timezone="Europe/Berlin"))

    assert ((open_case_log(path).completed - there.completed) == 3_600_000).all()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"case,activity\n", "no rows"),
        (b"\x00\x01\x02\x03" * 200, "not a table"),
        (b"<pnml/>", "no event log"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page, not a log"),
        (b"<log><trace/></log>", "holds no event: export"),
        (b'{"rows": [{"case": 1}, {"case": 2}]}', "holds its rows under 'rows'"),
        (b"case,activity\n,a\n,b\n", "The column case is empty"),
        (b"case,activity\n1,\n1,\n", "The column activity is empty"),
        (b"n,m\n" + b"a" * 9_000 + b",1\n" * 3, "such as a{37}[.]{3}"),
        (b"case,activity\n,a\n1,\n", "both a case and an activity"),
        (gzip.compress(b"x" * 100_000, mtime=0)[:60], "cut off or damaged"),
    ],
)
def test_what_is_no_log_is_said_in_one_sentence(tmp_path, content, says):
    path = tmp_path / "log"
    path.write_bytes(content)

    with pytest.raises((UnusableFileError, MappingError), match=says):
        open_case_log(path)


@pytest.mark.parametrize(
    ("stamp", "says"),
    [
        ("yesterday", "time holds no times (but 'yesterday')"),
        ("", "time is empty"),
        ("0000-03-01 10:00", "2 stamps in time cannot be read"),
    ],
)
def test_stamps_that_say_no_moment_are_not_passed_over(tmp_path, stamp, says):
    log = open_case_log(written(tmp_path, f"case,activity,time\n1,a,{stamp}\n1,b,{stamp}\n"))

    assert not log.is_timed
    assert any(warning.startswith(says) for warning in log.warnings)


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(UnusableFileError, match="There is no file"):
        open_case_log(tmp_path / "none.csv")
    with pytest.raises(UnusableFileError, match="is a folder"):
        open_case_log(tmp_path)
