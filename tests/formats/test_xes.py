from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from uptake.formats.errors import UnusableFileError
from uptake.formats.xes import read_xes


@pytest.mark.parametrize(
    ("name", "cases", "events", "activities"),
    [
        ("running-example.xes", 6, 42, 8),
        ("08_receipt.xes.gz", 1_434, 8_577, 27),
        ("roadtraffic100traces.xes", 100, 390, 10),
        ("06_bpic2013_closed.xes.gz", 1_487, 6_660, 4),
    ],
)
def test_real_logs_are_read_whole(shared_data, name, cases, events, activities):
    log = read_xes(shared_data / "process" / name)

    assert (len(log.cases), len(log.events)) == (cases, events)
    assert len(pc.unique(log.events["concept:name"])) == activities
    assert log.events["time:timestamp"].type == pa.timestamp("ms", tz="UTC")
    assert log.events["time:timestamp"].null_count == 0
    assert log.events["case"].combine_chunks().to_numpy()[-1] == cases - 1
    assert log.warnings == ()


def test_offsets_are_taken_into_account(shared_data):
    log = read_xes(shared_data / "process/running-example.xes")

    first = pc.min(log.events["time:timestamp"]).as_py()

    assert first == datetime(2010, 12, 30, 10, 2, tzinfo=UTC)


def written(folder, body, head="<?xml version='1.0' encoding='UTF-8'?>"):
    path = folder / "log.xes"
    path.write_text(f"{head}<log>{body}</log>", encoding="utf-8")
    return path


def test_nested_attributes_become_columns_of_their_own(tmp_path):
    event = (
        "<event><string key='a' value='x'><int key='n' value='3'/></string>"
        "<list key='l'><values><boolean key='ok' value='true'/></values></list></event>"
    )

    log = read_xes(written(tmp_path, f"<trace>{event}<event/></trace>"))

    assert log.events.to_pylist() == [
        {"case": 0, "a": "x", "a/n": 3, "l/values/ok": True},
        {"case": 0, "a": None, "a/n": None, "l/values/ok": None},
    ]


def test_globals_name_a_value_for_unknown_and_fill_nothing_in(tmp_path):
    head = (
        "<global scope='event'><date key='time:timestamp' value='1970-01-01T00:00:00Z'/></global>"
    )

    log = read_xes(written(tmp_path, f"{head}<trace><event/></trace>"))

    assert log.events.column_names == ["case"]


def test_a_value_that_is_none_of_its_type_is_left_out_and_said(tmp_path):
    events = "<event><date key='d' value='yesterday'/><int key='n' value='1'/></event>"

    log = read_xes(written(tmp_path, f"<trace>{events * 2}</trace>"))

    assert log.events["n"].to_pylist() == [1, 1]
    assert log.warnings == ("A value of d is no date and was left out (2 times)",)


def test_one_attribute_of_two_types_becomes_text(tmp_path):
    events = (
        "<event><int key='x' value='1'/></event><event><boolean key='x' value='true'/></event>"
        "<event><string key='x' value='y'/></event>"
    )

    log = read_xes(written(tmp_path, f"<trace>{events}</trace>"))

    assert log.events["x"].to_pylist() == ["1", "true", "y"]


def test_an_event_outside_a_case_is_a_case_of_its_own(tmp_path):
    log = read_xes(written(tmp_path, "<trace><event/></trace><event/>"))

    assert log.events["case"].to_pylist() == [0, 1]
    assert "outside a case" in log.warnings[0]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<trace><event></trace>", "no whole XML"),
        ("", "holds no event"),
        ("<string key='a' value='b'/>" * 2 + "<trace/>", "holds no event"),
        ("<list key='l'>" * 40, "more than 32 deep"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_sentence(tmp_path, body, says):
    with pytest.raises(UnusableFileError, match=says):
        read_xes(written(tmp_path, body))


def test_a_document_type_is_refused_before_anything_grows(tmp_path):
    lol = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    head = f"<!DOCTYPE log [<!ENTITY l0 'lol'>{lol}]>"

    with pytest.raises(UnusableFileError, match="document type"):
        read_xes(written(tmp_path, "<trace><event>&l9;</event></trace>", head))


def test_other_xml_is_no_log(tmp_path):
    path = tmp_path / "log.xes"
    path.write_text("<pnml/>", encoding="utf-8")

    with pytest.raises(UnusableFileError, match="no event log"):
        read_xes(path)


def test_a_file_that_was_cut_off_is_named(tmp_path, shared_data):
    whole = (shared_data / "process/08_receipt.xes.gz").read_bytes()
    cut = tmp_path / "cut.xes.gz"
    cut.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(UnusableFileError, match="cut off or damaged"):
        read_xes(cut)


def test_a_huge_value_is_cut_and_said(tmp_path):
    log = read_xes(
        written(
            tmp_path, f"<trace><event><string key='a' value='{'x' * 1_200_000}'/></event></trace>"
        )
    )

    assert len(log.events["a"][0].as_py()) == 1_000_000
    assert "was cut" in log.warnings[0]


def test_more_attributes_than_columns_can_be_are_left_out_and_said(tmp_path):
    many = "".join(f"<int key='k{n}' value='{n}'/>" for n in range(1_200))

    log = read_xes(written(tmp_path, f"<trace><event>{many}</event></trace>"))

    assert len(log.events.column_names) == 1_001
    assert "(200 times)" in log.warnings[0]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("x") / "log.xes"
    path.write_bytes(gzip.compress(content, mtime=0))

    with pytest.raises(UnusableFileError, match=r"log\.xes"):
        read_xes(path)
