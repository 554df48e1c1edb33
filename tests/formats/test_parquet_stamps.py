"""Stamps of a log in Parquet: on which clock they read midnight, and what is no moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import NO_MOMENT, CaseLog, Mark
from uptake.formats.case_logs import open_case_log

MIDNIGHT = datetime(2024, 7, 1, tzinfo=UTC)
A_MOMENT_LATER = MIDNIGHT.replace(microsecond=1)
MIDNIGHT_IN_BERLIN = datetime(2024, 6, 30, 22, tzinfo=UTC)
INFINITE = 2**63 - 1


def read(folder: Path, stamps: pa.Array, timezone: str | None = None) -> CaseLog:
    """Cases of one event, one for each stamp."""
    numbers = [str(number) for number in range(len(stamps))]
    table = pa.table({"case": numbers, "activity": ["a"] * len(stamps), "time": stamps})
    pq.write_table(table, folder / "log.parquet")
    return open_case_log(folder / "log.parquet", CaseChoices(timezone=timezone))


@pytest.mark.parametrize(
    ("kind", "moment", "timezone", "is_day"),
    [
        (pa.timestamp("us"), MIDNIGHT, None, True),
        (pa.timestamp("ns"), MIDNIGHT, None, True),
        (pa.date32(), date(2024, 7, 1), None, True),
        (pa.timestamp("us"), MIDNIGHT, "Europe/Berlin", True),
        (pa.timestamp("us"), A_MOMENT_LATER, None, False),
        (pa.timestamp("us", "UTC"), MIDNIGHT, None, True),
        (pa.timestamp("us", "UTC"), MIDNIGHT, "Europe/Berlin", False),
        (pa.timestamp("us", "UTC"), MIDNIGHT_IN_BERLIN, "Europe/Berlin", True),
        (pa.timestamp("ms"), MIDNIGHT.replace(year=1948), None, True),
    ],
)
def test_midnight_is_read_on_the_clock_that_a_stamp_was_written_with(
    tmp_path: Path, kind: pa.DataType, moment: datetime, timezone: str | None, is_day: bool
) -> None:
    log = read(tmp_path, pa.array([moment, moment], kind), timezone)

    assert bool((log.marks & Mark.DATE_ONLY).all()) is is_day


def test_a_stamp_without_end_is_said_to_be_no_time(tmp_path: Path) -> None:
    stamps = pa.array([1_700_000_000_000_000, INFINITE], pa.int64()).cast(pa.timestamp("us"))

    log = read(tmp_path, stamps)

    assert log.completed.tolist() == [1_700_000_000_000, NO_MOMENT]
    assert "1 stamps in time cannot be read as a time" in log.warnings
