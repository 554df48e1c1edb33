"""Files of every kind open as the same table."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import EVENTS, read, write
from uptake.formats import UnusableFileError, open_table

ROWS = list(csv.reader(io.StringIO(EVENTS)))
COMPRESSIONS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
}
ENCODINGS = {
    "utf-8": lambda text: text.encode(),
    "utf-8 with mark": lambda text: text.encode("utf-8-sig"),
    "utf-16-le with mark": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "utf-16-be with mark": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-32 with mark": lambda text: text.encode("utf-32"),
    "latin-1": lambda text: text.encode("latin-1"),
}


def delimited(separator: str, line_end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=line_end).writerows(ROWS)
    return out.getvalue()


def rows_of(path: Path) -> list[list[str | None]]:
    with open_table(path) as table:
        relation = table.connection.sql(f"FROM {table.source.relation()}")
        rows = relation.select(
            *(duckdb.ColumnExpression(name) for name in table.columns)
        ).fetchall()
        return [list(table.columns), *(list(row) for row in rows)]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_reads_the_same_however_it_is_written(
    tmp_path: Path, encoding: str, compression: str, separator: str
) -> None:
    path = tmp_path / "events.dat"
    path.write_bytes(COMPRESSIONS[compression](ENCODINGS[encoding](delimited(separator))))

    rows = rows_of(path)

    assert rows == ROWS


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems_are_read(tmp_path: Path, line_end: str) -> None:
    path = write(tmp_path / "events.csv", delimited(",", line_end))

    assert rows_of(path) == ROWS


def test_mixed_line_ends_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "a,b\r\n1,2\n3,4\r\n5,6\r7,8\n")

    assert rows_of(path) == [["a", "b"], ["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]


def test_windows_punctuation_is_not_mistaken_for_latin_1(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "name,price\n“Zoë”,5 €\n", "cp1252")

    assert rows_of(path)[1] == ["“Zoë”", "5 €"]


def test_an_accent_far_behind_the_head_decides_the_encoding(tmp_path: Path) -> None:
    text = "name,price\n" + "plain,1\n" * 60_000 + "Zoë,2\n"
    path = write(tmp_path / "events.csv", text, "latin-1")

    assert rows_of(path)[-1] == ["Zoë", "2"]


def test_one_broken_byte_does_not_make_utf8_something_else(tmp_path: Path) -> None:
    good = "".join(f"Zoë,{n}\n" for n in range(20)).encode()
    path = tmp_path / "events.csv"
    path.write_bytes(b"name,n\n" + good + b"Zo\xeb,99\n")

    rows = rows_of(path)

    assert rows[1] == ["Zoë", "0"]
    assert len(rows) == 21


def test_a_named_encoding_is_believed(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "name,n\nŁukasz,1\n", "cp1250")

    with open_table(path, encoding="cp1250") as table:
        rows = table.connection.execute(f"FROM {table.source.relation()}").fetchall()

    assert rows == [("Łukasz", "1")]


def test_compression_is_told_by_bytes_not_by_name(tmp_path: Path) -> None:
    lying = tmp_path / "events.csv.gz"
    lying.write_text(EVENTS, encoding="utf-8")

    assert rows_of(lying) == ROWS


def test_quoted_line_ends_stay_in_their_value(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", 'a,b\n1,"two\nlines"\n2,"say ""hi"""\n')

    assert rows_of(path)[1:] == [["1", "two\nlines"], ["2", 'say "hi"']]


def test_backslashes_can_escape_quotes(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", 'a,b\n1,"say \\"hi\\", please"\n2,"x"\n')

    assert rows_of(path)[1:] == [["1", 'say "hi", please'], ["2", "x"]]


def test_placeholders_are_missing_values(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", 'a,b\n?,1\nn/a,2\nNULL,3\n"",4\nNA,5\n')

    assert [row[0] for row in rows_of(path)[1:]] == [None, None, None, None, "NA"]


def test_lines_above_the_header_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "Usage report\n\nuser,when\nann,2024-01-01\n")

    assert rows_of(path) == [["user", "when"], ["ann", "2024-01-01"]]


def test_blank_and_repeated_column_names_get_names_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", ",user,user\n1,ann,bob\n2,ann,bob\n")

    assert rows_of(path)[0] == ["column1", "user", "user_2"]


def test_a_table_without_header_keeps_its_first_row(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "ann,2024-01-01\nbob,2024-01-02\n")

    rows = rows_of(path)

    assert rows == [["column1", "column2"], ["ann", "2024-01-01"], ["bob", "2024-01-02"]]


def test_columns_aligned_with_blanks_are_read(shared_data: Path) -> None:
    rows = rows_of(shared_data / "usage" / "CDNOW_sample.txt")

    assert rows[1] == ["00004", "0001", "19970101", "2", "29.33"]
    assert len(rows) == 1 + 6_919


def test_json_lines_spell_nested_objects_with_dots(tmp_path: Path) -> None:
    lines = [{"user": {"id": "ann"}, "n": 1}, {"user": {"id": "bob"}, "tags": ["x"]}]
    path = write(tmp_path / "events.jsonl", "\n".join(map(json.dumps, lines)))

    rows = rows_of(path)

    assert rows == [["user.id", "n", "tags"], ["ann", "1", None], ["bob", None, '["x"]']]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_a_json_array_is_a_table(tmp_path: Path, compression: str) -> None:
    text = json.dumps([{"user": "Zoë", "n": 1}, {"user": 'b"ob', "n": 2}], indent=1)
    path = tmp_path / "events.json"
    path.write_bytes(COMPRESSIONS[compression](text.encode()))

    assert rows_of(path) == [["user", "n"], ["Zoë", "1"], ['b"ob', "2"]]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_parquet_is_a_table(tmp_path: Path, compression: str) -> None:
    inside = io.BytesIO()
    pq.write_table(pa.table({"user": ["Zoë", "?"], "n": [1, 2]}), inside)
    path = tmp_path / "events.parquet"
    path.write_bytes(COMPRESSIONS[compression](inside.getvalue()))

    assert rows_of(path) == [["user", "n"], ["Zoë", "1"], [None, "2"]]


def test_excel_is_a_table_of_its_first_filled_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    sheet = book.create_sheet("Data")
    for row in ROWS:
        sheet.append(row)
    path = tmp_path / "events.xlsx"
    book.save(path)

    assert rows_of(path) == ROWS


def test_a_workbook_with_an_empty_sheet_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "events.xlsx"
    openpyxl.Workbook().save(path)

    with pytest.raises(UnusableFileError, match=r"events\.xlsx has no rows"):
        open_table(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n  \n", "has no rows"),
        (b"user,time,event\n", "has a header but no rows"),
        (bytes(range(256)) * 40, "is not a table"),
        (b"%PDF-1.7\n\x00\x01\x02\x03\x00\x00binary\x00\x00", "is not a table"),
        (b"PK\x03\x04 this is no workbook", "Excel"),
        (b"PAR1 this is no parquet file", "cannot be read"),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "cut off or damaged"),
        (b"\x28\xb5\x2f\xfd garbage", "cut off or damaged"),
        (b"[1, 2, 3]", "no JSON objects"),
        (b"<html><table><tr><td>user</td></tr></table></html>", "XML or a web page"),
        (b'{"a": 1', "no JSON objects"),
    ],
)
def test_an_unusable_file_gets_one_clear_sentence(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(content)

    with pytest.raises(UnusableFileError, match=says) as problem:
        open_table(path)

    assert "\n" not in str(problem.value)


def test_a_missing_file_or_a_folder_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(UnusableFileError, match="There is no file"):
        open_table(tmp_path / "nowhere.csv")
    with pytest.raises(UnusableFileError, match="is a folder"):
        open_table(tmp_path)


@pytest.mark.parametrize("name", ["log*.csv", "log?.csv", "[l]og.csv", "case=9/log.csv", "~log"])
def test_a_name_is_a_name_and_no_pattern(tmp_path: Path, name: str) -> None:
    for other in ("log-of-others.csv", "log1.csv", "log.csv"):
        write(tmp_path / other, EVENTS)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)

    assert rows_of(write(path, EVENTS)) == ROWS


@pytest.mark.parametrize("name", ["log*.parquet", "case=9/log.parquet"])
def test_a_name_of_a_parquet_file_is_no_pattern(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    for each in (tmp_path / "log-of-others.parquet", path):
        pq.write_table(pa.table({"case": ["1"]}), each)

    assert rows_of(path) == [["case"], ["1"]]


def test_what_is_no_file_or_has_no_name_is_said_plainly(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    odd = tmp_path / os.fsdecode(b"log\xff.csv")
    odd.write_text("a,b\n1,2\n")

    with pytest.raises(UnusableFileError, match="pipe is a stream, not a file: save it"):
        open_table(tmp_path / "pipe")
    with pytest.raises(UnusableFileError, match="holds bytes that are no text: rename the file"):
        open_table(odd)


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("a,a,a_2", ("a", "a_2", "a_2_2")),
        ("a_2,a,A", ("a_2", "a", "A_3")),
        ("column2,", ("column2", "column2_2")),
    ],
)
def test_no_two_columns_have_one_name(tmp_path: Path, header: str, columns: tuple[str]) -> None:
    row = ",".join(f"v{n}" for n in range(len(columns)))
    path = write(tmp_path / "twins.csv", f"{header}\n{row}\n{row}\n")

    assert rows_of(path)[0] == list(columns)


@pytest.mark.parametrize(
    "text", ["n\n" + "1\n" * 120_000, "[" + ",".join(['{"n":1}'] * 120_000) + "]"]
)
def test_a_sample_says_whether_it_is_all(tmp_path: Path, text: str) -> None:
    with open_table(write(tmp_path / "many", text)) as table:
        assert not table.sample_is_whole
        assert table.rows_expected == pytest.approx(120_000, abs=1)


def test_copies_made_for_reading_are_gone_after_closing(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", EVENTS, "utf-16")

    with open_table(path) as table:
        copy = table.source.path
        assert copy.exists()

    assert not copy.exists()


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\n\t").filter(
        lambda character: character != "\ufeff"
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(
    cells=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=20),
    separator=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_quoted_text_survives(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, str]],
    separator: str,
    encoding: str,
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("first name", "second name", "when"), *((*c, "2024-01-01") for c in cells)])
    path = tmp_path_factory.mktemp("any") / "events.csv"
    path.write_bytes(out.getvalue().encode(encoding))

    rows = rows_of(path)

    missing = {"", "?", "-", "n/a", "N/A", "null", "NULL", "None", "none", "nan", "NaN"}
    expected = [[None if c in missing else c for c in cell] for cell in cells]
    assert [row[:2] for row in rows[1:]] == expected


def test_reading_shows_its_progress(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", EVENTS)
    told: list[str] = []

    with open_table(path, lambda what, share: told.append(what)):
        pass

    assert told == ["Reading events.csv"]


def test_every_row_of_the_real_log_is_read(shared_data: Path) -> None:
    reading = read(shared_data / "usage" / "servicenow_incident_event_log.csv.gz")

    assert reading.counts.rows == reading.counts.good == 119_998
