"""Times are read as they were meant, on evidence from the whole column."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import read, write
from uptake.formats import MappingError


def file_of(tmp_path: Path, *times: str) -> Path:
    rows = "".join(f'ann,"{time}"\n' for time in times)
    return write(tmp_path / "events.csv", "user,time\n" + rows)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-03-01", "2024-03-01 00:00:00"),
        ("2024-03-01 08:05", "2024-03-01 08:05:00"),
        ("2024-03-01T08:05:09.123456Z", "2024-03-01 08:05:09"),
        ("2024-03-01T08:05:09+02:00", "2024-03-01 06:05:09"),
        ("2024-03-01 08:05:09-0330", "2024-03-01 11:35:09"),
        ("2024/03/01 08:05:09", "2024-03-01 08:05:09"),
        ("2024.03.01 08:05:09", "2024-03-01 08:05:09"),
        ("31/3/2024 8:05", "2024-03-31 08:05:00"),
        ("31.03.2024 08:05:09", "2024-03-31 08:05:09"),
        ("31-03-24", "2024-03-31 00:00:00"),
        ("03/31/2024 8:05 PM", "2024-03-31 20:05:00"),
        ("3/31/2024, 8:05:09 am", "2024-03-31 08:05:09"),
        ("31-Mar-2024 08:05", "2024-03-31 08:05:00"),
        ("31 March 2024", "2024-03-31 00:00:00"),
        ("Mar 31, 2024 08:05:09 PM", "2024-03-31 20:05:09"),
        ("Sun, 31 Mar 2024 08:05:09 GMT", "2024-03-31 08:05:09"),
        ("31/03/2024 08:05:09 +0200", "2024-03-31 06:05:09"),
        ("20240331", "2024-03-31 00:00:00"),
        ("20240331080509", "2024-03-31 08:05:09"),
        ("1711872309", "2024-03-31 08:05:09"),
        ("1711872309.5", "2024-03-31 08:05:09"),
        ("1711872309,5", "2024-03-31 08:05:09"),
        ("1711872309123", "2024-03-31 08:05:09"),
        ("1711872309123456", "2024-03-31 08:05:09"),
        ("45382.5", "2024-03-31 12:00:00"),
        ("45382,25", "2024-03-31 06:00:00"),
    ],
)
def test_a_written_time_is_read_as_meant(tmp_path: Path, written: str, meant: str) -> None:
    reading = read(file_of(tmp_path, written, written))

    assert reading.times == [meant, meant]


def test_one_late_day_above_12_decides_the_order_of_all(tmp_path: Path) -> None:
    times = ["01/02/2024"] * 5_000 + ["25/02/2024"]

    reading = read(file_of(tmp_path, *times))

    assert reading.times[0] == "2024-02-01 00:00:00"
    assert reading.warnings == ()


def test_one_late_day_above_12_in_the_second_place_means_month_first(tmp_path: Path) -> None:
    times = ["01/02/2024"] * 5_000 + ["02/25/2024"]

    reading = read(file_of(tmp_path, *times))

    assert reading.times[0] == "2024-01-02 00:00:00"


def test_another_column_can_prove_the_order(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "user,time,closed\nann,01/02/2024,25/02/2024\n")

    reading = read(path)

    assert reading.times == ["2024-02-01 00:00:00"]
    assert reading.warnings == ()


def test_without_proof_the_steadier_order_is_taken_and_said(tmp_path: Path) -> None:
    reading = read(file_of(tmp_path, "03/01/2024", "03/02/2024", "03/05/2024", "03/09/2024"))

    assert reading.times[1] == "2024-03-02 00:00:00"
    assert "nothing shows whether day or month comes first; read as month first" in "".join(
        reading.warnings
    )


def test_dates_that_contradict_each_other_are_rejected_and_said(tmp_path: Path) -> None:
    reading = read(file_of(tmp_path, "25/02/2024", "26/02/2024", "02/27/2024"))

    assert reading.times == ["2024-02-25 00:00:00", "2024-02-26 00:00:00"]
    assert reading.rejects == [(4, "not a time", 'ann,"02/27/2024"')]
    assert "the rarer kind is rejected" in reading.warnings[0]


def test_mixed_offsets_in_one_column_are_each_believed(tmp_path: Path) -> None:
    times = ("2024-03-01T08:00:00+02:00", "2024-03-01T08:00:00Z", "2024-03-01T08:00:00-05:00")

    reading = read(file_of(tmp_path, *times))

    assert reading.times == ["2024-03-01 06:00:00", "2024-03-01 08:00:00", "2024-03-01 13:00:00"]


def test_times_without_offset_are_in_the_zone_that_was_said(tmp_path: Path) -> None:
    times = ("2024-07-01 08:00:00", "2024-01-01 08:00:00", "2024-07-01T08:00:00Z")

    reading = read(file_of(tmp_path, *times), timezone="Europe/Berlin")

    assert reading.times == ["2024-07-01 06:00:00", "2024-01-01 07:00:00", "2024-07-01 08:00:00"]


def test_seconds_since_1970_do_not_move_with_the_zone(tmp_path: Path) -> None:
    reading = read(file_of(tmp_path, "1711872309"), timezone="America/New_York")

    assert reading.times == ["2024-03-31 08:05:09"]


def test_an_unknown_zone_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="is not a time zone"):
        read(file_of(tmp_path, "2024-03-01"), timezone="Mars/Olympus")


def test_formats_may_mix_in_a_column(tmp_path: Path) -> None:
    reading = read(file_of(tmp_path, "2024-03-01 08:00:00", "31/03/2024 08:00", "1711872309"))

    assert reading.times == ["2024-03-01 08:00:00", "2024-03-31 08:00:00", "2024-03-31 08:05:09"]


def test_a_clock_time_that_the_sample_missed_is_read_all_the_same(tmp_path: Path) -> None:
    times = [f"{day}/{month}/2024" for month in range(1, 13) for day in range(1, 29)] * 20

    reading = read(file_of(tmp_path, *times, "29/12/2024 10:30:00"))

    assert reading.times[-1] == "2024-12-29 10:30:00"


def test_day_numbers_count_from_an_origin_and_say_so(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "user,date_submitted\nann,-10\nann,0\nann,18.0\n")

    reading = read(path, origin=date(2013, 10, 1))

    assert [time[:10] for time in reading.times] == ["2013-09-21", "2013-10-01", "2013-10-19"]
    assert "counts days, not dates: day 0 is 2013-10-01" in reading.warnings[0]


def test_day_numbers_without_origin_ask_for_one(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "user,day\nann,1\nann,2\n")

    reading = read(path)

    assert "say --origin to set it" in reading.warnings[0]


def test_times_outside_the_age_of_software_are_rejected(tmp_path: Path) -> None:
    reading = read(file_of(tmp_path, "2024-03-01", "0001-01-01", "2999-12-31"))

    assert [row[:2] for row in reading.rejects] == [(3, "not a time"), (4, "not a time")]


def test_parquet_times_are_taken_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    moment = datetime(2024, 3, 1, 8, tzinfo=UTC)
    pq.write_table(pa.table({"user": ["ann"], "time": pa.array([moment])}), path)

    assert read(path).times == ["2024-03-01 08:00:00"]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_times_of_any_unit_are_read(tmp_path: Path, unit: str) -> None:
    path = tmp_path / "events.parquet"
    moments = pa.array([datetime(2024, 3, 1, 8)], pa.timestamp(unit))  # noqa: DTZ001 - naive
    pq.write_table(pa.table({"user": ["ann"], "time": moments}), path)

    assert read(path, timezone="Europe/Berlin").times == ["2024-03-01 07:00:00"]


def test_the_proof_may_lie_in_rows_that_no_sample_holds(tmp_path: Path) -> None:
    rows = [f"ann,0{1 + n % 9}/0{1 + n // 9 % 9}/2024,{'x' * 200}\n" for n in range(120_000)]
    rows[61_234] = f"ann,25/02/2024,{'x' * 200}\n"
    path = write(tmp_path / "events.csv", "user,time,note\n" + "".join(rows))

    reading = read(path)

    assert reading.times[61_234] == "2024-02-25 00:00:00"
    assert reading.rejects == []


def test_a_column_of_dates_is_joined_with_its_clock_times(tmp_path: Path) -> None:
    text = "user;date;time\nann;25.02.2024;8:30\nbob;26.02.2024;17:05\n"
    path = write(tmp_path / "events.csv", text)

    assert read(path).times == ["2024-02-25 08:30:00", "2024-02-26 17:05:00"]


def test_excel_dates_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["user", "time"])
    book.active.append(["ann", datetime(2024, 3, 1, 8, 30)])  # noqa: DTZ001 - as in a sheet
    book.active.append(["bob", date(2024, 3, 2)])
    path = tmp_path / "events.xlsx"
    book.save(path)

    assert read(path).times == ["2024-03-01 08:30:00", "2024-03-02 00:00:00"]


MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001 - naive drawn


@settings(max_examples=25)
@given(
    moments=st.lists(MOMENTS, min_size=1, max_size=30),
    pattern=st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y-%m-%dT%H:%M:%SZ",
            "%d.%m.%Y %H:%M:%S",
            "%m/%d/%Y %I:%M:%S %p",
            "%d-%b-%Y %H:%M:%S",
            "%Y%m%d%H%M%S",
        ]
    ),
)
def test_any_moment_in_any_format_comes_back(
    tmp_path_factory: pytest.TempPathFactory, moments: list[datetime], pattern: str
) -> None:
    proof = datetime(2024, 3, 31, 13, 30)  # noqa: DTZ001 - a day that settles day and month
    written = [moment.replace(microsecond=0) for moment in [*moments, proof]]
    folder = tmp_path_factory.mktemp("any")

    reading = read(file_of(folder, *(moment.strftime(pattern) for moment in written)))

    assert reading.times == [moment.strftime("%Y-%m-%d %H:%M:%S") for moment in written]


@settings(max_examples=25)
@given(seconds=st.lists(st.integers(410_000_000, 4_000_000_000), min_size=1, max_size=30))
def test_any_second_since_1970_comes_back(
    tmp_path_factory: pytest.TempPathFactory, seconds: list[int]
) -> None:
    start = datetime(1970, 1, 1, tzinfo=UTC)
    folder = tmp_path_factory.mktemp("any")

    reading = read(file_of(folder, *(str(second) for second in seconds)))

    expected = [start + timedelta(seconds=second) for second in seconds]
    assert reading.column("occurred_at") == expected


@pytest.mark.parametrize(
    "nothing", ["1970-01-01 00:00:00", "1970-01-01T02:00:00+02:00", "1969-12-31 19:00:00-05:00"]
)
def test_a_stamp_of_nought_is_no_time(tmp_path: Path, nothing: str) -> None:
    stamps = [*(f"2024-01-{day:02} 09:00:00" for day in range(1, 29)), nothing]
    text = "user,time\n" + "".join(f"ann,{stamp}\n" for stamp in stamps)

    reading = read(write(tmp_path / "events.csv", text))

    assert reading.counts.good == 28
    assert [(line, reason) for line, reason, _row in reading.rejects] == [(30, "not a time")]
