from __future__ import annotations

import pytest

from tests.formats.case_files import activities, written
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import MappingError


def test_dates_that_a_log_declares_to_be_texts_are_dates(tmp_path):
    event = (
        "<event><string key='concept:name' value='a'/>"
        "<string key='time:timestamp' value='2024-01-01T10:00:00+01:00'/></event>"
    )
    path = written(tmp_path, f"<log><trace>{event}</trace></log>", "log.xes")

    log = open_case_log(path)

    assert log.completed.tolist() == [1_704_099_600_000]
    assert log.case_names.to_pylist() == ["#1"]


def test_cases_of_one_name_are_kept_apart_and_empty_ones_counted(tmp_path):
    case = (
        "<trace><string key='concept:name' value='x'/>"
        "<event><string key='concept:name' value='a'/></event></trace>"
    )
    path = written(tmp_path, f"<log>{case}<trace/>{case}</log>", "log.xes")

    log = open_case_log(path)

    assert log.case_names.to_pylist() == ["x", "x"]
    assert any("1 cases have no event" in warning for warning in log.warnings)
    assert any("1 cases have the name of another" in warning for warning in log.warnings)


def test_events_of_a_log_without_an_activity_are_counted(tmp_path):
    event = "<event><string key='concept:name' value='a'/></event><event/>"
    path = written(tmp_path, f"<log><trace>{event}</trace></log>", "log.xes")

    log = open_case_log(path)

    assert log.events == 1
    assert [(row.line, row.reason) for row in log.rejected] == [(2, "no activity")]


def test_attributes_of_a_log_can_be_said_to_be_roles(shared_data):
    columns = {"activity": "concept:name+lifecycle:transition", "resource": "org:group"}

    log = open_case_log(
        shared_data / "process/06_bpic2013_closed.xes.gz", CaseChoices(columns=columns)
    )

    assert "Accepted+In Progress" in log.activity.words
    assert "Org line A2" in log.performers[Performer.RESOURCE].words


def test_an_attribute_of_numbers_can_order_events_of_a_moment(tmp_path):
    events = "".join(
        f"<event><string key='concept:name' value='{name}'/><int key='k' value='{number}'/></event>"
        for name, number in (("b", 2), ("a", 1))
    )
    path = written(tmp_path, f"<log><trace>{events}</trace></log>", "log.xes")

    assert activities(open_case_log(path, CaseChoices(columns={"order": "k"}))) == ["a", "b"]
    with pytest.raises(MappingError, match="not an attribute of numbers"):
        open_case_log(path, CaseChoices(columns={"order": "concept:name", "activity": "k"}))
