"""A log of cases as files: written by the worker, read by pages as often as they like."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from uptake.formats.case_log import CaseLog, Coded, Performer

ABOUT = b"uptake"
"""The key under which the file says what its columns do not."""
OWN = "own_"
"""Begins the columns that are ours; those of the log follow."""


def events_path(folder: Path, name: str) -> Path:
    """Return where the events of a log lie."""
    return folder / f"events-{name}.parquet"


def cases_path(folder: Path, name: str) -> Path:
    """Return where the cases of a log lie."""
    return folder / f"cases-{name}.parquet"


def write_log(log: CaseLog, folder: Path, name: str) -> None:
    """Keep a log; what was there under the name is replaced whole or not at all."""
    events = {
        "case": pa.array(log.case),
        "activity": _dictionary(log.activity),
        "started": pa.array(log.started),
        "completed": pa.array(log.completed),
        "marks": pa.array(log.marks),
        "row": pa.array(log.row),
        **{kind.value: _dictionary(coded) for kind, coded in log.performers.items()},
    }
    about = {
        "source": log.source,
        "is_timed": log.is_timed,
        "warnings": list(log.warnings),
        "columns": dict(log.columns),
    }
    cases = _beside(pa.table({f"{OWN}name": log.case_names}), log.case_attributes)
    _write(cases, cases_path(folder, name))
    own = pa.table({f"{OWN}{column}": values for column, values in events.items()})
    table = _beside(own, log.event_attributes)
    _write(
        table.replace_schema_metadata({ABOUT: json.dumps(about).encode()}),
        events_path(folder, name),
    )


def _beside(own: pa.Table, others: pa.Table) -> pa.Table:
    """Our columns, then those of the log."""
    for name, values in zip(others.column_names, others.columns, strict=True):
        own = own.append_column(name, values)
    return own


def _write(table: pa.Table, path: Path) -> None:
    draft = path.with_suffix(".draft")
    pq.write_table(table, draft, compression="zstd")
    draft.replace(path)


def _dictionary(coded: Coded) -> pa.Array:
    codes = pa.array(coded.codes, mask=coded.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(coded.words, pa.string()))


def read_log(folder: Path, name: str) -> CaseLog | None:
    """Return the log that was kept under a name; None where it is gone."""
    if not (events_path(folder, name).is_file() and cases_path(folder, name).is_file()):
        return None
    events = pq.read_table(events_path(folder, name)).combine_chunks()
    cases = pq.read_table(cases_path(folder, name)).combine_chunks()
    about = json.loads((events.schema.metadata or {})[ABOUT])
    ours = {column for column in events.column_names if column.startswith(OWN)}
    performers = {
        kind: _coded(events[f"{OWN}{kind.value}"])
        for kind in Performer
        if f"{OWN}{kind.value}" in ours
    }
    return CaseLog(
        case=_numbers(events[f"{OWN}case"]),
        activity=_coded(events[f"{OWN}activity"]),
        started=_numbers(events[f"{OWN}started"]),
        completed=_numbers(events[f"{OWN}completed"]),
        performers=performers,
        marks=_numbers(events[f"{OWN}marks"]),
        row=_numbers(events[f"{OWN}row"]),
        case_names=_whole(cases[f"{OWN}name"]),
        case_attributes=cases.drop_columns([f"{OWN}name"]),
        event_attributes=events.drop_columns(sorted(ours)),
        source=about["source"],
        is_timed=about["is_timed"],
        warnings=tuple(about["warnings"]),
        columns=about.get("columns", {}),
    )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array."""
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(_whole(column).to_numpy(zero_copy_only=False))


def _coded(column: pa.ChunkedArray) -> Coded:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    array = _whole(encoded.unify_dictionaries())
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Coded(codes, tuple(array.dictionary.to_pylist()))
