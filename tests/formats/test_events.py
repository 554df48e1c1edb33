"""Rows become canonical events; those that cannot are rejected with their line."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import EVENTS, read, write
from uptake.formats import (
    MappingError,
    lines,
    open_table,
    propose_mapping,
    read_events,
    streams,
)
from uptake.store.schema import CONTENT_KEYED


def test_events_are_canonical(tmp_path: Path) -> None:
    reading = read(write(tmp_path / "events.csv", EVENTS))

    assert reading.events.schema.equals(CONTENT_KEYED)
    assert reading.column("person") == ["Zoë", "Bob", "Zoë"]
    assert reading.column("action") == ["opened", "saved", "saved, twice"]
    assert reading.column("account") == ["Größe", "Kö", "Kö"]
    assert reading.column("source_id") == ["test"] * 3


def test_the_identity_of_a_row_never_changes(tmp_path: Path) -> None:
    reading = read(write(tmp_path / "events.csv", EVENTS))

    assert reading.column("message_id")[0] == bytes.fromhex("aed4c35d828012537cf01082c32855ba")


def test_a_row_has_the_same_identity_however_the_file_is_written(tmp_path: Path) -> None:
    plain = read(write(tmp_path / "plain.csv", EVENTS))
    (tmp_path / "other.tsv.gz").write_bytes(
        gzip.compress(EVENTS.replace('"saved, twice"', "saved; twice").encode("utf-16"))
    )
    semicolons = EVENTS.replace('"saved, twice"', '"saved; twice"')
    same = read(write(tmp_path / "same.csv", semicolons))

    other = read(tmp_path / "other.tsv.gz")

    assert other.column("message_id") == same.column("message_id")
    assert other.column("message_id")[0] == plain.column("message_id")[0]


def test_rows_that_differ_have_different_identities(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "user,time,a,b\nann,2024-01-01,x,\nann,2024-01-01,,x\n")

    ids = read(path).column("message_id")

    assert len(set(ids)) == 2


def test_identical_rows_share_an_identity_and_are_all_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "user,time\n" + "ann,2024-01-01\n" * 3)

    reading = read(path)

    assert reading.counts.good == 3
    assert len(set(reading.column("message_id"))) == 1


def test_a_mapped_message_id_is_the_identity(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "event_id,user,time\nm1,ann,2024-01-01\n?,bob,2024-01-02\n")
    with open_table(path) as table:
        file = read_events(
            table, propose_mapping(table).override({"message_id": "event_id"}), source_id="s"
        )
        first, second = next(file.batches()).column("message_id").to_pylist()

    assert not file.content_keyed
    assert first == "m1"
    assert len(second) == 36


def test_rejected_rows_are_counted_by_reason_and_written_with_their_line(tmp_path: Path) -> None:
    text = (
        "user,time,note\n"
        'ann,2024-01-01,"two\nlines"\n'
        "bob,yesterday,x\n"
        "\n"
        ",2024-01-02,x\n"
        "cyd,,x\n"
        "dan,2024-01-03\n"
        "eve,2024-01-04,x,y\n"
        'fay,2024-01-05,"x"y\n'
        "gus,2024-01-06,fine\n"
    )

    reading = read(write(tmp_path / "events.csv", text))

    assert reading.column("person") == ["ann", "gus"]
    assert reading.rejects == [
        (4, "not a time", "bob,yesterday,x"),
        (6, "no person", ",2024-01-02,x"),
        (7, "no time", "cyd,,x"),
        (8, "broken row: too few values", "dan,2024-01-03"),
        (9, "broken row: too many values: 4 where the header has 3", "eve,2024-01-04,x,y"),
        (10, "broken row: a quote is not closed, or text follows it", 'fay,2024-01-05,"x"y'),
    ]
    assert reading.counts.rows == 8
    assert reading.counts.rejected == {
        "no time": 1,
        "not a time": 1,
        "no person": 1,
        "broken row": 3,
    }


def test_a_line_that_is_no_text_is_rejected(tmp_path: Path) -> None:
    good = "".join(f"Zoë,2024-01-{day:02}\n" for day in range(1, 21)).encode()
    path = tmp_path / "events.csv"
    path.write_bytes(b"user,time\n" + good + b"Zo\xeb,2024-01-21\nann,2024-01-22\n")

    reading = read(path)

    assert reading.rejects == [(22, "broken row: not valid text", "Zo\ufffd,2024-01-21")]
    assert reading.counts.good == 21


def test_an_unclosed_quote_is_one_rejected_row_with_all_its_lines(tmp_path: Path) -> None:
    text = 'user,time,note\nann,2024-01-01,x\nbob,2024-01-02,"open\ncyd,2024-01-03,x\n'

    reading = read(write(tmp_path / "events.csv", text))

    assert reading.rejects == [
        (
            3,
            "broken row: a quote is not closed, or text follows it; it takes 2 lines",
            'bob,2024-01-02,"open\ncyd,2024-01-03,x',
        )
    ]
    assert reading.warnings[-1].startswith("A quote in line 3 is not closed where it should be: ")


def test_lines_of_windows_and_compressed_files_are_counted_alike(tmp_path: Path) -> None:
    text = "user;time\r\nann;2024-01-01\r\nbob;x\r\n\r\ncyd;2024-01-02\r\ndan\r\n"
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(text.encode("utf-8-sig")))

    reading = read(path)

    assert [row[0] for row in reading.rejects] == [3, 6]


def test_broken_json_lines_are_rejected_with_their_line(tmp_path: Path) -> None:
    lines = [
        json.dumps({"user": "ann", "time": "2024-01-01"}),
        '{"user": "bob", "time"',
        "",
        json.dumps({"user": None, "time": "2024-01-02"}),
        json.dumps({"user": "dan", "time": "2024-01-03"}),
    ]

    reading = read(write(tmp_path / "events.jsonl", "\n".join(lines)))

    assert reading.column("person") == ["ann", "dan"]
    assert [row[:2] for row in reading.rejects] == [(2, "broken row: not JSON"), (4, "no person")]


def test_rejected_rows_of_a_workbook_have_the_row_of_the_sheet(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["user", "time"], ["ann", "2024-01-01"], ["bob", "?"], ["cyd", "2024-01-02"]):
        book.active.append(row)
    book.save(tmp_path / "events.xlsx")

    reading = read(tmp_path / "events.xlsx")

    assert reading.rejects == [(3, "no time", "bob,?")]


def test_a_file_without_a_readable_time_gets_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "user,time\nann,soon\nbob,later\n")

    with pytest.raises(MappingError, match="No value of 'time' can be read as a time"):
        read(path, time="time")


def test_times_that_all_lie_out_of_range_get_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "user,time\nann,0001-01-01\nbob,0001-01-02\n")

    with pytest.raises(MappingError, match="None of the 2 values in 'time' can be read"):
        read(path)


def test_no_rejects_leave_no_file(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", EVENTS)
    stale = path.with_name("events.csv.rejects.csv")
    stale.write_text("line,reason,row\n1,old,old\n", encoding="utf-8")

    read(path)

    assert not stale.exists()


def test_columns_can_be_joined_and_constants_given(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", "user,day,hour,a,b\nann,2024-01-01,08:30,x,y\n")

    reading = read(path, time="day+hour", team="a+b", product="=CRM", action="=looked")

    assert reading.times == ["2024-01-01 08:30:00"]
    assert reading.column("account") == ["x y"]
    assert reading.column("product") == ["CRM"]
    assert reading.column("action") == ["looked"]


@pytest.mark.parametrize(
    ("name", "written", "milliseconds"),
    [
        ("duration_ms", "1500", 1500),
        ("duration", "1.5", 1500),
        ("duration_seconds", "1,5", 1500),
        ("duration_min", "2", 120_000),
        ("duration_hours", "0,5", 1_800_000),
    ],
)
def test_durations_are_milliseconds(
    tmp_path: Path, name: str, written: str, milliseconds: int
) -> None:
    path = write(tmp_path / "e.csv", f"user;time;{name}\nann;2024-01-01;{written}\n")

    assert read(path).column("duration_ms") == [milliseconds]


def test_quality_is_read_as_yes_or_no(tmp_path: Path) -> None:
    rows = "ann,2024-01-01,Yes\nann,2024-01-02,no\nann,2024-01-03,?\n"
    path = write(tmp_path / "e.csv", "user,time,right_first_time\n" + rows)

    assert read(path).column("quality_ok") == [True, False, None]


def test_teams_of_people_are_those_of_most_of_their_rows(tmp_path: Path) -> None:
    rows = "ann,2024-01-01,red\nann,2024-01-02,blue\nann,2024-01-03,blue\nbob,2024-01-01,?\n"
    path = write(tmp_path / "e.csv", "user,time,team\n" + rows)
    with open_table(path) as table:
        file = read_events(table, propose_mapping(table), source_id="s")

        teams = file.people_teams().to_pylist()

    assert teams == [{"person": "ann", "team": "blue"}]


def test_the_real_log_agrees_with_a_plain_reader(shared_data: Path) -> None:
    path = shared_data / "usage" / "servicenow_incident_event_log.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        plain = [
            (
                row["sys_updated_by"],
                datetime.strptime(row["sys_updated_at"], "%d/%m/%Y %H:%M").replace(tzinfo=UTC),
                row["incident_state"],
                None if row["assignment_group"] == "?" else row["assignment_group"],
                row["number"],
            )
            for row in csv.DictReader(file)
        ]

    reading = read(path)

    names = ("person", "occurred_at", "action", "account", "object_id")
    assert list(zip(*(reading.column(name) for name in names), strict=True)) == plain


VALUES = st.text(st.sampled_from('ab",;\n é'), max_size=6)
GOOD = st.tuples(st.just("good"), st.sampled_from(["ann", "bob"]), VALUES)
KINDS = st.one_of(
    GOOD,
    st.tuples(st.just("no time"), st.sampled_from(["ann", "bob"]), VALUES),
    st.tuples(st.just("no person"), st.just(""), VALUES),
    st.tuples(st.just("short"), st.just("ann"), st.just("")),
    st.tuples(st.just("long"), st.just("ann"), VALUES),
    st.tuples(st.just("blank"), st.just(""), st.just("")),
)

PLAIN = [("good", "bob", "noted")] * 30
"""Rows that show how the file is written, so that odd ones are known for odd."""


def written_row(kind: str, person: str, value: str, line_end: str) -> str:
    time = "" if kind == "no time" else "2024-03-01 08:00:00"
    rows = {"short": [person], "long": [person, time, value, "more"], "blank": []}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=line_end)
    writer.writerow(rows.get(kind, [person, time, value]))
    return out.getvalue()


@settings(max_examples=40)
@given(
    rows=st.lists(KINDS, max_size=25),
    line_end=st.sampled_from(["\n", "\r\n"]),
    first=GOOD,
    block=st.sampled_from([16, 1 << 16]),
)
def test_no_row_is_lost_and_every_line_number_is_right(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str, str]],
    line_end: str,
    first: tuple[str, str, str],
    block: int,
) -> None:
    text = f"user,time,note{line_end}"
    expected = []
    good = 0
    for kind, person, value in [first, *PLAIN, *rows]:
        line = text.count("\n") + 1
        text += written_row(kind, person, value, line_end)
        good += kind == "good"
        expected += [line] if kind not in {"good", "blank"} else []
    path = tmp_path_factory.mktemp("any") / "events.csv"
    path.write_text(text, encoding="utf-8", newline="")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "BLOCK", block)
        patch.setattr(lines, "CHUNK", block)
        reading = read(path, person="user", time="time")

    assert [row[0] for row in reading.rejects] == expected
    assert reading.counts.good == good


def test_lines_are_right_far_into_a_large_file(tmp_path: Path) -> None:
    line = "ann,2024-03-01 08:00:00," + "x" * 100 + "\n"
    odd = 'bob,never,"quoted\nvalue"\n'
    text = "user,time,note\n" + (line * 999 + odd) * 60 + "short\n" + line
    path = write(tmp_path / "events.csv", text)

    reading = read(path)

    assert [row[0] for row in reading.rejects][:3] == [1001, 2002, 3003]
    assert reading.rejects[-1] == (2 + 60 * 1001, "broken row: too few values", "short")
    assert reading.counts.good == 999 * 60 + 1
