"""Small logs of cases: ways of working with how many cases took each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from uptake.formats.case_log import NO_MOMENT, CaseLog, Coded, Performer

FIRST = int(datetime(2025, 3, 3, 9, tzinfo=UTC).timestamp() * 1000)
HOUR, DAY = 3_600_000, 86_400_000
Way = tuple[str, ...]


def ways(*each: tuple[Way, int]) -> list[Way]:
    """The way of each case."""
    return [way for way, many in each for _ in range(many)]


def log_of(
    cases: Sequence[Way], *, people: int = 7, case: str = "c", group: str = "team"
) -> CaseLog:
    """Cases a day apart with an hour between steps; people take turns, two to a group."""
    steps = [(number, step) for number, way in enumerate(cases) for step in way]
    number = np.array([number for number, _ in steps], dtype=np.int32)
    first = np.flatnonzero(np.diff(number, prepend=-1))
    place = np.arange(len(steps)) - first[number]
    words = tuple(dict.fromkeys(step for _, step in steps))
    who = (number + place) % people
    return CaseLog(
        case=number,
        activity=Coded(np.array([words.index(step) for _, step in steps], dtype=np.int32), words),
        started=np.full(len(steps), NO_MOMENT, dtype=np.int64),
        completed=FIRST + number.astype(np.int64) * DAY + place * HOUR,
        performers={
            Performer.RESOURCE: Coded(
                who.astype(np.int32), tuple(f"{case}p{each}" for each in range(people))
            ),
            Performer.GROUP: Coded(np.zeros(len(steps), dtype=np.int32), (group,)),
        },
        marks=np.zeros(len(steps), dtype=np.uint8),
        row=np.arange(len(steps), dtype=np.int64),
        case_names=pa.array([f"{case}{each}" for each in range(len(cases))], pa.string()),
        case_attributes=pa.table({"account": pa.array([case] * len(cases), pa.string())}),
        event_attributes=pa.table({"object": pa.nulls(len(steps), pa.string())}),
        source=case,
    )
