"""What is known of a process as plain tables, one line a fact, for whoever takes them along.

A number that is not measurable or not known is None, an empty cell; it is never zero. Whoever may
be named in the picture stands in its tables, and nobody else.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from uptake.capabilities.process.drifted import DriftRow, RoleDrift
from uptake.capabilities.process.picture import ProcessPicture, ScopeRow
from uptake.formats.whole_files import whole
from uptake.ui.spreadsheets import harmless

Line = tuple[str | int | float | None, ...]
"""A line of a table; the first one holds the names of its columns."""


class TableKind(StrEnum):
    """Tables by the name of their file."""

    WAYS = "ways"
    DEVIATIONS = "deviations"
    HANDS = "hands"
    HANDOVERS = "handovers"
    DRIFT = "drift"


def table_lines(kind: TableKind, picture: ProcessPicture) -> Iterator[Line]:
    """Yield the lines of a table, the names of its columns first."""
    return _TABLES[kind](picture)


def write_tables(picture: ProcessPicture, folder: Path) -> tuple[Path, ...]:
    """Write the tables into a folder, each under its name; where drift is not measurable, none."""
    folder.mkdir(exist_ok=True)
    written = []
    for kind in TableKind:
        path = folder / f"{kind}.csv"
        if kind is TableKind.DRIFT and picture.drift is None:
            path.unlink(missing_ok=True)
            continue
        with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
            lines = table_lines(kind, picture)
            csv.writer(file).writerows(map(harmless, line) for line in lines)
        written.append(path)
    return tuple(written)


def _ways(picture: ProcessPicture) -> Iterator[Line]:
    yield "way", "cases", "share", "median seconds", "steps astray", "fitness", "activities"
    for row in picture.variants:
        numbers = (row.number, row.cases, row.share, row.median_seconds, row.cost, row.fitness)
        yield (*numbers, " > ".join(row.activities))


def _deviations(picture: ProcessPicture) -> Iterator[Line]:
    yield "kind", "activity", "by", "what", "cases", "of", "share", "low", "high", "times"
    for row in picture.deviations:
        between = row.cases.interval
        yield (
            *(row.kind, row.activity, row.performer, row.sentence),
            *(row.cases.numerator, row.cases.denominator, row.cases.value or 0.0),
            *((between.low, between.high) if between else (None, None)),
            row.times,
        )


def _hands(picture: ProcessPicture) -> Iterator[Line]:
    """Who does what: a line for each performer, with a column for each activity."""
    names = tuple(row.name for row in picture.activities)
    yield (
        *("hands", "performer", "steps", "cases", "activities", "effective activities"),
        *("bits apart from all", "steps meant for others"),
        *names,
    )
    for scope in picture.scopes:
        for row in scope.rows:
            done = dict(row.done)
            yield (
                *(scope.level.value, row.performer, *_of_performer(row)),
                *(done.get(name, 0) for name in names),
            )


def _of_performer(row: ScopeRow) -> Line:
    apart = row.apart if math.isfinite(row.apart) else None
    return row.events, row.cases, row.activities, row.effective, apart, row.outside


def _handovers(picture: ProcessPicture) -> Iterator[Line]:
    """From whom to whom the next step passed; what stayed with one performer as well."""
    yield "hands", "from", "to", "times", "handed over"
    for each in picture.handing:
        for pair in each.pairs:
            passed = "yes" if pair.is_handover else "no"
            yield each.level.value, pair.source, pair.target, pair.count, passed


def _drift(picture: ProcessPicture) -> Iterator[Line]:
    """Whether work moves to others than meant: all steps, each of them, and each performer."""
    yield (
        *("of", "name", "reference from", "reference to", "later from", "later to"),
        *("cases before", "cases after"),
        *("outside before", "of before", "outside after", "of after"),
        *("difference", "low", "high", "beyond chance", "not measurable"),
    )
    found = picture.drift
    if found is None:
        return
    spans = tuple(each.isoformat() for each in (found.begins, found.rests, found.parts, found.ends))
    for of, row in _drift_rows(found):
        yield (of, row.name, *spans, *row.cases, *_outside(row), row.why)


def _drift_rows(found: RoleDrift) -> Iterator[tuple[str, DriftRow]]:
    yield "all steps", found.whole
    yield from (("step", row) for row in found.steps)
    for each in found.levels:
        yield from ((each.level.value, row) for row in each.rows)


def _outside(row: DriftRow) -> Line:
    found = row.outside
    if found is None:
        return (None,) * 8
    return (
        *(found.before.numerator, found.before.denominator),
        *(found.after.numerator, found.after.denominator),
        *(found.difference, found.low, found.high, "yes" if found.is_sure else "no"),
    )


_TABLES: Mapping[TableKind, Callable[[ProcessPicture], Iterator[Line]]] = MappingProxyType(
    {
        TableKind.WAYS: _ways,
        TableKind.DEVIATIONS: _deviations,
        TableKind.HANDS: _hands,
        TableKind.HANDOVERS: _handovers,
        TableKind.DRIFT: _drift,
    }
)
