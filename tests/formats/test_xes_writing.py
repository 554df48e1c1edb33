from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings

from tests.formats.case_files import written
from tests.formats.case_strategies import case_logs, content
from uptake.formats import xes_writing
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_logs import open_case_log
from uptake.formats.xes_writing import write_xes


@settings(max_examples=60)
@given(case_logs())
def test_a_log_that_is_written_is_read_again(tmp_path_factory, log):
    path = tmp_path_factory.mktemp("x") / "log.xes"

    write_xes(log, path)

    assert content(open_case_log(path)) == content(log)


@pytest.mark.parametrize(
    "name",
    [
        "process/running-example.xes", "process/08_receipt.xes.gz", "process/a32f0n00.xes.gz",
        "process/06_bpic2013_closed.xes.gz", "process/roadtraffic100traces.xes",
        "process/interval_event_log.csv.gz", "process/running-example.csv",
    ],
)  # fmt: skip
def test_real_logs_are_written_and_read_again(shared_data, tmp_path, name):
    log = open_case_log(shared_data / name)

    write_xes(log, tmp_path / "log.xes.gz")

    assert content(open_case_log(tmp_path / "log.xes.gz")) == content(log)


def test_a_log_of_many_blocks_is_one_log(shared_data, tmp_path, monkeypatch):
    monkeypatch.setattr(xes_writing, "AT_ONCE", 7)
    log = open_case_log(shared_data / "process/running-example.xes")

    write_xes(log, tmp_path / "log.xes")

    assert content(open_case_log(tmp_path / "log.xes")) == content(log)


def test_intervals_become_starts_and_ends_as_other_tools_know_them(tmp_path):
    text = "case,activity,start,end\n1,a,2024-01-01 09:00,2024-01-01 10:00\n"
    path = tmp_path / "log.xes"

    write_xes(open_case_log(written(tmp_path, text)), path)

    assert path.read_text("utf-8").count('key="lifecycle:transition" value="start"') == 1
    assert path.read_text("utf-8").count('key="lifecycle:transition" value="complete"') == 1


def test_a_log_with_transitions_of_its_own_keeps_them(tmp_path):
    text = "case,activity,start,end,lifecycle\n1,a,2024-01-01 09:00,2024-01-01 10:00,complete\n"
    log = open_case_log(written(tmp_path, text))

    write_xes(log, tmp_path / "log.xes")

    assert content(open_case_log(tmp_path / "log.xes")) == content(log)


def test_attributes_called_as_ours_are_told_apart(tmp_path, shared_data):
    columns = {"activity": "lifecycle:transition", "resource": ""}
    choices = CaseChoices(columns=columns)
    log = open_case_log(shared_data / "process/06_bpic2013_closed.xes.gz", choices)

    write_xes(log, tmp_path / "log.xes")

    again = open_case_log(tmp_path / "log.xes")
    assert "concept:name/" in again.event_attributes.column_names
    assert again.activity.words == log.activity.words


def test_what_xml_cannot_say_is_marked(shared_data, tmp_path):
    log = open_case_log(shared_data / "process/running-example.xes")
    words = ("a\x00b", *log.activity.words[1:])
    odd = dataclasses.replace(log, activity=dataclasses.replace(log.activity, words=words))

    write_xes(odd, tmp_path / "log.xes")

    assert "a\ufffdb" in open_case_log(tmp_path / "log.xes").activity.words
