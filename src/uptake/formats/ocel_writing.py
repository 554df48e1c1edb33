"""Writing logs of cases as object-centric ones: each case is an object, and all are of one type."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from uptake.formats.case_columns import text_column
from uptake.formats.case_log import NO_MOMENT, CaseLog, Coded, Mark
from uptake.formats.case_roles import PERFORMERS, CaseRole
from uptake.formats.object_log import Changes, ObjectLog, Relations
from uptake.formats.ocel import write_object_log
from uptake.formats.xes_columns import MILLISECONDS, SEPARATOR
from uptake.formats.xes_steps import STANDARD

CASE_TYPE: Final = "case"
_KEYS: Final = {who: STANDARD[role] for role, who in PERFORMERS.items()}


def write_ocel(log: CaseLog, path: Path) -> None:
    """Write a log in the syntax that the name of the file asks for: .json, .xml or .sqlite.

    Cases are objects of the type ``case``; of several cases with one name, the later ones are
    numbered, since objects have names of their own.

    Raises:
        UnusableFileError: the name asks for no syntax of OCEL.
    """
    write_object_log(object_log_of(log), path)


def object_log_of(log: CaseLog) -> ObjectLog:
    """The same events around objects that are the cases."""
    rows = np.arange(log.events)
    nothing = np.empty(0, dtype=np.int64)
    every_case = np.arange(log.cases)
    return ObjectLog(
        event_ids=pa.array([f"e{row + 1}" for row in range(log.events)], pa.string()),
        event_types=log.activity,
        moments=log.completed,
        midnight=(log.marks & Mark.DATE_ONLY) > 0,
        event_attributes=_event_attributes(log),
        object_ids=_names(log),
        object_types=Coded(np.zeros(log.cases, dtype=np.int32), (CASE_TYPE,)),
        related=Relations(
            rows, log.case.astype(np.int64), Coded(np.zeros(log.events, dtype=np.int32), ("",))
        ),
        connected=Relations(nothing, nothing, Coded(np.empty(0, dtype=np.int32), ())),
        changes={
            (CASE_TYPE, name): _values(log.case_attributes[name], every_case)
            for name in log.case_attributes.column_names
        },
        source=log.source,
    )


def _values(column: pa.ChunkedArray, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Changes:
    filled = column.is_valid().to_numpy()
    values = column.drop_null().combine_chunks()
    return Changes(rows[filled], np.full(int(filled.sum()), NO_MOMENT), values)


def _event_attributes(log: CaseLog) -> pa.Table:
    columns = {_KEYS[who]: text_column(coded) for who, coded in log.performers.items()}
    begun = log.started != NO_MOMENT
    if begun.any():
        started = pa.array(log.started, mask=~begun).cast(MILLISECONDS)
        columns[STANDARD[CaseRole.STARTED]] = started
    for name in log.event_attributes.column_names:
        free = f"{name}{SEPARATOR}" if name in columns else name
        columns[free] = log.event_attributes[name]
    return pa.table(columns)


def _names(log: CaseLog) -> pa.Array:
    """Names of the cases, each once."""
    given = log.case_names.to_pylist()
    known, taken = set(given), Counter[str]()
    names = []
    for name in given:
        taken[name] += 1
        free = name
        while taken[name] > 1 and free in known:
            free = f"{name} ({taken[name]})"
            taken[name] += free in known
        known.add(free)
        names.append(free)
    return pa.array(names, pa.string())
