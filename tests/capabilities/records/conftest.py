"""Small tables of record versions, judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.capabilities.measure.vendor import own_data_folder
from tests.cast import Cast, gather_cast
from uptake.capabilities.records import jobs
from uptake.capabilities.records.judging import Judged, judge
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.versions import Versions, versions_of_table
from uptake.formats import open_table
from uptake.formats.columns import profile_columns
from uptake.formats.table import TableSource
from uptake.foundation.lake import shared_lake

Judge = Callable[[str, str], Judged]
JudgeVersions = Callable[[str, str], tuple[Judged, Versions]]


@pytest.fixture
def judged_versions(tmp_path: Path) -> Iterator[JudgeVersions]:
    """Judge a table, written as CSV, by a standard, written as YAML."""
    opened: list[TableSource] = []

    def of(csv: str, standard: str) -> tuple[Judged, Versions]:
        path = tmp_path / "records.csv"
        path.write_text(csv, encoding="utf-8")
        table = open_table(path)
        opened.append(table)
        read = read_standard("standard: Test\n" + standard)
        versions = versions_of_table(table, profile_columns(table), read)
        return judge(table.connection, versions, read), versions

    yield of
    for table in opened:
        table.close()


@pytest.fixture
def judge_parquet(tmp_path: Path) -> Iterator[Callable[[dict[str, list[object]], str], Judged]]:
    """Judge columns, written as Parquet, by a standard, written as YAML."""
    opened: list[TableSource] = []

    def of(columns: dict[str, list[object]], standard: str) -> Judged:
        path = tmp_path / "records.parquet"
        pq.write_table(pa.table(columns), path)
        table = open_table(path)
        opened.append(table)
        read = read_standard("standard: Test\n" + standard)
        return judge(table.connection, versions_of_table(table, profile_columns(table), read), read)

    yield of
    for table in opened:
        table.close()


@pytest.fixture
def judged(judged_versions: JudgeVersions) -> Judge:
    """The same, without where the versions came from."""
    return lambda csv, standard: judged_versions(csv, standard)[0]


@pytest.fixture
def cast(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    monkeypatch.setattr(jobs, "carry_on_job", lambda: None)
    with own_data_folder(tmp_path / "var"):
        cast = gather_cast()
        shared_lake().create_workspace("acme")
        yield cast
