from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.case_files import written
from tests.formats.case_strategies import case_logs, content
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import UnusableFileError
from uptake.formats.ocel_writing import write_ocel

SYNTAXES = (".json", ".xml", ".sqlite")


@settings(max_examples=50)
@given(case_logs(unique_names=True), st.sampled_from(SYNTAXES))
def test_a_log_that_is_written_is_read_again(tmp_path_factory, log, syntax):
    path = tmp_path_factory.mktemp("x") / f"log{syntax}"

    write_ocel(log, path)

    assert content(open_case_log(path)) == content(log)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize(
    "name", ["running-example.xes", "roadtraffic100traces.xes", "interval_event_log.csv.gz"]
)
def test_real_logs_are_written_and_read_again(shared_data, tmp_path, name, syntax):
    log = open_case_log(shared_data / "process" / name)

    write_ocel(log, tmp_path / f"log{syntax}")

    assert content(open_case_log(tmp_path / f"log{syntax}")) == content(log)


def test_cases_of_one_name_become_objects_of_their_own(tmp_path):
    case = (
        "<trace><string key='concept:name' value='x'/>"
        "<event><string key='concept:name' value='a'/></event></trace>"
    )
    taken = case.replace("'x'", "'x (2)'")
    log = open_case_log(written(tmp_path, f"<log>{case}{case}{taken}</log>", "log.xes"))

    write_ocel(log, tmp_path / "log.json")

    names = open_case_log(tmp_path / "log.json").case_names.to_pylist()
    assert names == ["x", "x (3)", "x (2)"]


def test_the_name_says_the_syntax(shared_data, tmp_path):
    log = open_case_log(shared_data / "process/running-example.xes")

    with pytest.raises(UnusableFileError, match="names no syntax of OCEL"):
        write_ocel(log, tmp_path / "log.txt")


def test_attributes_that_differ_in_case_only_do_not_fit_sqlite(tmp_path):
    event = (
        "<event><string key='concept:name' value='a'/><string key='Note' value='x'/>"
        "<string key='note' value='y'/></event>"
    )
    log = open_case_log(written(tmp_path, f"<log><trace>{event}</trace></log>", "log.xes"))

    write_ocel(log, tmp_path / "log.json")

    assert len(open_case_log(tmp_path / "log.json").event_attributes.column_names) == 2
    with pytest.raises(UnusableFileError, match="differ in case only"):
        write_ocel(log, tmp_path / "log.sqlite")
