"""Text without quotes is read the quick way, and gives just what the parser of any text gives."""

from __future__ import annotations

import gzip
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import Reading, rejected, write
from uptake.formats import open_table, plain_events, plain_text, propose_mapping, read_events
from uptake.formats.table import TableSource

HEADER = "user,time,event,team,recorded_at,number\n"
GOOD = "ann,2024-03-01 08:00:00,saved,north,2024-03-01 08:05:00,1\n" * 40

VALUES = st.sampled_from(
    ["ann", "bob", "", "?", "NULL", " ann", "ann ", "Zoë", "\u00a0zoë\u00a0", "1;5", "\t", "n/a "]
)
TIMES = st.sampled_from(
    [
        *["2024-03-01 08:00:00", "2024-03-01T08:00:00", "2024-03-01 08:00:00.125", "2024-03-01"],
        *["2024-02-30 08:00:00", "1960-01-01 00:00:00", "2100-01-01 00:00:00", "?", "", "soon"],
        *[" 2024-03-01 08:00:00", "2024-03-01 08:00:00Z", "2024-03-01 10:00:00+02:00"],
        *["2024-03-01 24:00:00", "2024-03-01x08:00:00", "2024-03-01 0800:0.00"],
    ]
)
ROWS = st.one_of(
    st.tuples(VALUES, TIMES, VALUES, VALUES, TIMES, VALUES).map(",".join),
    st.sampled_from(["", "ann", "ann,2024-03-01", "a,b,c,d,e,f,", "a,b,c,d,e,f,g,h", "   "]),
)


def read_table(table: TableSource, rejects: Path, timezone: str | None = None) -> Reading:
    mapping = propose_mapping(table).override({"object": "number", "recorded": "recorded_at"})
    file = read_events(table, mapping, source_id="s", rejects=rejects, timezone=timezone)
    events = pa.Table.from_batches(list(file.batches())).cast(file.schema).combine_chunks()
    compared = events.drop_columns(["received_at"])
    return Reading(compared, file.counts, rejected(rejects), file.warnings)


def quick(path: Path, timezone: str | None = None) -> Reading:
    with open_table(path) as table:
        assert table.plain is not None
        return read_table(table, path.with_name("quick.csv"), timezone)


def slow(path: Path, timezone: str | None = None) -> Reading:
    with open_table(path) as table:
        table.plain = None
        return read_table(table, path.with_name("slow.csv"), timezone)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plain")


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(ROWS, max_size=40),
    newline=st.sampled_from(["\n", "\r\n"]),
    is_ended=st.booleans(),
    has_mark=st.booleans(),
    timezone=st.sampled_from([None, "Europe/Berlin"]),
    piece=st.sampled_from([100, 1_000, 1 << 20]),
)
def test_both_ways_of_reading_agree_on_any_text(
    folder: Path, rows: list[str], newline: str, is_ended: bool, has_mark: bool,
    timezone: str | None, piece: int,
) -> None:  # fmt: skip
    text = HEADER + GOOD + "\n".join(rows) + "\n" * is_ended
    path = write(
        folder / "e.csv", text.replace("\n", newline), "utf-8-sig" if has_mark else "utf-8"
    )

    with patch.object(plain_text, "PIECE", piece):
        one, other = quick(path, timezone), slow(path, timezone)

    assert one.events.select(other.events.column_names).equals(other.events)
    assert one.counts == other.counts
    assert one.rejects == other.rejects


def test_a_line_longer_than_a_piece_is_left_to_the_parser(tmp_path: Path) -> None:
    text = HEADER + GOOD + "x" * 5_000 + ",2024-03-01 08:00:00,saved,north,,\n" + GOOD
    path = write(tmp_path / "e.csv", text)

    with (
        patch.object(plain_text, "PIECE", 500),
        patch.object(plain_text, "LONGEST_PIECE", 4_000),
    ):
        one, other = quick(path), slow(path)

    assert one.events.select(other.events.column_names).equals(other.events)


COMPRESSED = {"gz": gzip.compress, "zst": zstandard.compress}


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "marked"])
def test_a_compressed_file_without_a_header_is_read_alike(
    tmp_path: Path, ending: str, mark: str
) -> None:
    path = tmp_path / f"e.csv.{ending}"
    path.write_bytes(COMPRESSED[ending]((mark + GOOD.replace("saved", "zoë")).encode()))

    with patch.object(plain_text, "PIECE", 100), open_table(path) as table:
        one = _events_of_columns(table)
        table.plain = None
        other = _events_of_columns(table)

    assert one.num_rows == 40
    assert one.equals(other)


@pytest.mark.parametrize("ending", COMPRESSED)
def test_a_compressed_file_with_a_header_is_read_alike(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"e.csv.{ending}"
    path.write_bytes(COMPRESSED[ending](("\ufeff" + HEADER + GOOD).encode()))

    with patch.object(plain_text, "PIECE", 100):
        one, other = quick(path), slow(path)

    assert one.events.num_rows == 40
    assert one.events.select(other.events.column_names).equals(other.events)


def _events_of_columns(table: TableSource) -> pa.Table:
    mapping = propose_mapping(table).override(
        {"time": "column2", "person": "column1", "action": "column3", "recorded": ""}
    )
    file = read_events(table, mapping, source_id="s")
    events = pa.Table.from_batches(list(file.batches())).cast(file.schema).combine_chunks()
    return events.drop_columns(["received_at"])


@pytest.mark.parametrize(
    "text",
    [
        HEADER + GOOD + 'ann,2024-03-01 08:00:00,"saved, twice",north,,1\n',
        HEADER + GOOD + "ann,2024-03-01 08:00:00,sa\0ved,north,,1\n",
        "A title\n\n" + HEADER + GOOD,
        "time\n2024-03-01 08:00:00\n",
        HEADER.replace(",", "  ") + GOOD.replace(" ", "T").replace(",", "   "),
    ],
)
def test_other_text_is_left_to_the_parser(tmp_path: Path, text: str) -> None:
    with open_table(write(tmp_path / "e.csv", text)) as table:
        assert table.plain is None


def test_pieces_are_read_side_by_side_and_come_in_order(tmp_path: Path) -> None:
    rows = [f"p{at},2024-03-01 08:00:00,saved,north,2024-03-02,{at}\n" for at in range(3_000)]
    path = write(tmp_path / "e.csv", HEADER + "".join(rows))

    with (
        patch.object(plain_text, "PIECE", 1_000),
        patch.object(plain_events, "MOST_WORKERS", 4),
        patch("os.cpu_count", return_value=4),
    ):
        people = quick(path).column("person")

    assert people == [f"p{at}" for at in range(3_000)]
