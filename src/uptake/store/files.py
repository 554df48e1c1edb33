"""How the lake's files are written: Parquet, on the disk for good before anybody hears of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from uptake.store.disk import sync_path
from uptake.store.index import MERGED_AT_ONCE, merge_runs, write_run
from uptake.store.manifest import EVENTS, INDEX, FileEntry
from uptake.store.schema import EVENT_FILE, ON_TIME_STEPS

T = TypeVar("T", int, date)

ROW_GROUP = 122_880
"""Rows a group: DuckDB reads groups in parallel and skips those whose range does not matter."""


@dataclass(frozen=True, slots=True)
class Packing:
    """How the columns of a file are encoded and compressed; those not named by dictionaries."""

    compression: str
    compression_level: int | None
    encodings: Mapping[str, str]
    incompressible: frozenset[str] = frozenset({"message_uuid"})

    def options(self, names: Sequence[str]) -> dict[str, object]:
        """What a Parquet writer has to be told for columns of these names."""
        encodings = {name: how for name, how in self.encodings.items() if name in names}
        packed = [name for name in names if name not in self.incompressible]
        level = self.compression_level
        return {
            "compression": dict.fromkeys(names, "NONE") | dict.fromkeys(packed, self.compression),
            "compression_level": level and dict.fromkeys(packed, level),
            "use_dictionary": [name for name in names if name not in encodings],
            "column_encoding": encodings or None,
            "write_statistics": [name for name in names if name not in _NEVER_COMPARED],
        }


_NEVER_COMPARED = frozenset({"message_uuid", "message_text", "object_id", "case_id", "properties"})
"""Columns of which nobody asks for a range: a file does not say its lowest and highest."""

_MOMENTS = ("occurred_at", "recorded_at", "received_at")
_CODES = ("day", "account", "person", "product", "module", "action", "object_type", "source")
_COUNTS = (*ON_TIME_STEPS, "events", "timed", "judged", "right_first_time", "actions", "block")
_TEXTS = ("object_id", "case_id", "message_text", "properties")

SETTLED = Packing(
    compression="zstd",
    compression_level=1,
    encodings={
        **dict.fromkeys(_MOMENTS, "DELTA_BINARY_PACKED"),
        **dict.fromkeys(("object_id", "case_id", "message_text"), "DELTA_BYTE_ARRAY"),
        **dict.fromkeys(("message_uuid", "duration_ms"), "PLAIN"),
        "person": "DELTA_BINARY_PACKED",
    },
)
"""For files that stay: as small as can be had at little cost."""

YOUNG = Packing(
    compression="lz4",
    compression_level=None,
    encodings={
        **dict.fromkeys((*_MOMENTS, *_CODES), "DELTA_BINARY_PACKED"),
        **dict.fromkeys((*_COUNTS, *_TEXTS, "message_uuid", "duration_ms", "hour"), "PLAIN"),
        "quality_ok": "PLAIN",
    },
)
"""For files that compaction soon writes again: half the work, a tenth more bytes."""

_NEW = 0  # the version is known at the commit


@dataclass(frozen=True, slots=True)
class Span:
    """The days and moments that a file covers."""

    first_day: date | None = None
    last_day: date | None = None
    first_at: int | None = None
    last_at: int | None = None

    def including(self, other: Span) -> Span:
        """The span that covers both."""
        return Span(
            _outer(min, self.first_day, other.first_day),
            _outer(max, self.last_day, other.last_day),
            _outer(min, self.first_at, other.first_at),
            _outer(max, self.last_at, other.last_at),
        )


def write_events(folder: Path, workspace: str, table: pa.Table, *, level: int) -> list[FileEntry]:
    """Write ``EVENT_FILE`` rows that are sorted by day, one file per calendar month."""
    return [
        _write_month(folder, workspace, part, level=level) for part in _by_month(table) if len(part)
    ]


def write_rollup(
    folder: Path, workspace: str, name: str, table: pa.Table, *, level: int
) -> FileEntry:
    """Write the rows of one rollup."""
    path = rollup_path(name)
    write_parquet(folder / path, table, _packing(level))
    return entry(folder, path, workspace, name, rows=len(table), level=level, span=days_of(table))


def write_index(folder: Path, workspace: str, hashes: npt.NDArray[np.uint64]) -> FileEntry:
    """Write a run of the de-duplication index."""
    path = _run_path()
    with durably(folder / path):
        rows = write_run(folder / path, hashes)
    return entry(folder, path, workspace, INDEX, rows=rows, level=0)


def merge_index(folder: Path, workspace: str, runs: Sequence[FileEntry]) -> FileEntry:
    """Write several runs as one."""
    path = _run_path()
    with durably(folder / path):
        block = max(1, MERGED_AT_ONCE // len(runs))
        rows = merge_runs([folder / run.path for run in runs], folder / path, block=block)
    level = 1 + max(run.level for run in runs)
    return entry(folder, path, workspace, INDEX, rows=rows, level=level)


def write_parquet(path: Path, table: pa.Table, packing: Packing = SETTLED) -> None:
    """Write a table the way every file of the lake is written."""
    with writing_parquet(path, table.schema, packing) as parquet:
        parquet.write_table(table, row_group_size=ROW_GROUP)


@contextmanager
def writing_parquet(
    path: Path, schema: pa.Schema, packing: Packing = SETTLED
) -> Iterator[pq.ParquetWriter]:
    """Write a file piece by piece; it is on the disk for good afterwards."""
    options = packing.options(schema.names)
    with durably(path), pq.ParquetWriter(path, schema, store_schema=False, **options) as parquet:
        yield parquet


@contextmanager
def durably(path: Path) -> Iterator[None]:
    """Make sure that the file written inside, its name and its new folders survive a power loss."""
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    yield
    sync_path(path)
    for folder in {path.parent, *(new.parent for new in missing)}:
        sync_path(folder)


def entry(
    folder: Path,
    path: Path,
    workspace: str,
    kind: str,
    *,
    rows: int,
    level: int,
    span: Span = Span(),
) -> FileEntry:
    """The manifest's row for a file that lies in the workspace's folder."""
    return FileEntry(
        id=path.stem,
        workspace=workspace,
        kind=kind,
        path=path.as_posix(),
        rows=rows,
        bytes=(folder / path).stat().st_size,
        first_day=span.first_day,
        last_day=span.last_day,
        first_at=span.first_at,
        last_at=span.last_at,
        level=level,
        created_version=_NEW,
    )


def event_path(month: date) -> Path:
    """Where a new event file of a month goes."""
    return Path(EVENTS) / f"{month:%Y-%m}" / f"{_new_id()}.parquet"


def span_of(table: pa.Table) -> Span:
    """The days and moments of ``EVENT_FILE`` rows."""
    days, moments = days_of(table), pc.min_max(table["occurred_at"].cast(pa.int64()))
    return Span(days.first_day, days.last_day, moments["min"].as_py(), moments["max"].as_py())


def rollup_path(name: str) -> Path:
    """Where a new file of a rollup goes."""
    return Path("rollups") / name / f"{_new_id()}.parquet"


def _write_month(folder: Path, workspace: str, table: pa.Table, *, level: int) -> FileEntry:
    path = event_path(table["day"][0].as_py())
    write_parquet(folder / path, table, _packing(level))
    return entry(folder, path, workspace, EVENTS, rows=len(table), level=level, span=span_of(table))


def _by_month(table: pa.Table) -> Iterator[pa.Table]:
    """Slices of one month each; the rows are sorted by day."""
    table = table.select(EVENT_FILE.names)
    days = table["day"].combine_chunks().cast(pa.int32()).to_numpy()
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    starts = [0, *(np.flatnonzero(months[1:] != months[:-1]) + 1).tolist(), len(table)]
    for start, end in pairwise(starts):
        yield table.slice(start, end - start)


def days_of(table: pa.Table) -> Span:
    """The days of any rows that have one."""
    bounds = pc.min_max(table["day"])
    return Span(bounds["min"].as_py(), bounds["max"].as_py())


def _packing(level: int) -> Packing:
    return SETTLED if level else YOUNG


def _run_path() -> Path:
    return Path(INDEX) / f"{_new_id()}.run"


def _outer(choose: Callable[..., T], one: T | None, other: T | None) -> T | None:
    """The outer of two bounds; an absent bound gives way."""
    return one if other is None else other if one is None else choose(one, other)


def _new_id() -> str:
    return uuid4().hex
