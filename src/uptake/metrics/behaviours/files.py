"""The files of a relation as a view of the lake sees them, each asked by itself and once.

What depends on the events of one file is kept with that file. What depends on neighbours in time,
whichever file they lie in, is kept day by day with the files that have events around that day: a
load makes the days be looked at again that it has events of, and no others. A view without files
is asked as a whole and nothing is kept of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.metrics.behaviours.keeping import ANYBODY, KEEP, Stamp, T
from uptake.metrics.kept_days import FiledView
from uptake.store.schema import EVENT_FILE, ROLLUPS, TermKind
from uptake.store.views import parquet, people_of

Column = npt.NDArray[np.generic]
"""Whole numbers in as few bytes as hold them."""

AT_ONCE = 62
"""So many days are looked at in one statement."""

_SCHEMAS = {"events": EVENT_FILE, **ROLLUPS}
_EPOCH = date(1970, 1, 1)


class View(Protocol):
    """What counting needs of a snapshot of the lake."""

    @property
    def timezone(self) -> str:
        """The zone whose calendar days the days are."""

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with the relations of the lake as views."""

    def codes(self, kind: TermKind) -> dict[str, int]:
        """Codes by text."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows as arrays of the same length by name."""

    values: Mapping[str, Column]

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays take."""
        return sum(column.nbytes for column in self.values.values())

    @classmethod
    def of(cls, rows: pa.Table) -> Columns:
        """The columns of a table of whole numbers without nulls."""
        return cls({name: small(rows[name].to_numpy()) for name in rows.column_names})

    @classmethod
    def together(cls, names: Iterable[str], parts: Sequence[Columns]) -> Columns:
        """The rows of all parts."""
        nothing = np.empty(0, dtype=np.int64)
        return cls(
            {
                name: np.concatenate([part.values[name] for part in parts]) if parts else nothing
                for name in names
            }
        )


@dataclass(frozen=True, slots=True)
class File:
    """A file of a relation; ``path`` None: all of it. ``days``: those since 1970, ascending."""

    path: Path | None
    people: str
    days: npt.NDArray[np.int64]

    @property
    def stamp(self) -> Stamp:
        """What is kept of it is kept under this."""
        return Stamp(self.path or Path(), self.people)

    @property
    def first(self) -> date:
        """The oldest day."""
        return day_of(self.days[0])

    @property
    def last(self) -> date:
        """The newest day."""
        return day_of(self.days[-1])


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a relation that hold anything."""

    view: View
    relation: str
    every: tuple[File, ...]

    @classmethod
    def of(cls, view: View, relation: str) -> Files:
        """The files of a relation in a view; what is kept of files that changed is forgotten."""
        if not isinstance(view, FiledView):
            every = [File(None, "", _days(view.connection, relation).days)]
        else:
            paths = view.files(relation)
            stamps = [Stamp(path, _people(view, relation, path)) for path in paths]
            KEEP.let_go(stamps)
            every = [_file(view, relation, stamp) for stamp in stamps]
        return cls(view, relation, tuple(file for file in every if len(file.days)))

    def made(self, files: Sequence[File], question: str, build: Callable[[str], T]) -> T:
        """What is worked out from some files; ``build`` is given a WITH clause that names them."""
        if any(file.path is None for file in files):
            return build("")
        stamps = stamps_of(files)
        asked = f"{self.relation} {self.view.timezone} {question}"
        return KEEP.of(stamps, asked, lambda: build(self.source(files)))

    def source(self, files: Sequence[File]) -> str:
        """A WITH clause that puts files in the place of the relation; nothing for all of it."""
        view = self.view
        if not isinstance(view, FiledView):
            return ""
        paths = [file.path for file in files if file.path is not None]
        aliased = len(view.aliases) > 0
        rows = people_of(parquet(paths, _SCHEMAS[self.relation]), view.erased, aliased=aliased)
        return f"WITH {self.relation} AS (FROM {rows})"

    def by_day(
        self,
        question: str,
        build: Callable[[str, Sequence[date]], pa.Table],
        *,
        since: date,
        around: tuple[int, int] = (0, 0),
    ) -> Sequence[Columns]:
        """Rows of the days from ``since`` on, worked out day by day.

        ``build`` is given a WITH clause and days and returns rows with their ``day``. What it says
        of a day depends on the events of that day and, by ``around``, of so many days before and
        after it.
        """
        asked = f"{self.relation} {self.view.timezone} {around} {question}"
        around_days = self._around(around, (since - _EPOCH).days)
        if any(file.path is None for file in self.every):
            return list(self._look(build, around_days).values())
        stamps = {day: stamps_of(files) for day, files in around_days.items()}
        kept = {day: KEEP.get(stamps[day], f"{day} {asked}") for day in around_days}
        missing = [day for day, each in kept.items() if each is None]
        for at in range(0, len(missing), AT_ONCE):
            some = {day: around_days[day] for day in missing[at : at + AT_ONCE]}
            for day, rows in self._look(build, some).items():
                KEEP.put(stamps[day], f"{day} {asked}", rows)
                kept[day] = rows
        return [each for each in kept.values() if isinstance(each, Columns)]

    def _around(self, around: tuple[int, int], since: int) -> dict[int, tuple[File, ...]]:
        """The files with events around each day that has any."""
        owners: dict[int, list[int]] = defaultdict(list)
        for number, file in enumerate(self.every):
            for day in file.days.tolist():
                owners[day].append(number)
        before, after = around
        return {
            day: tuple(
                self.every[number]
                for number in sorted(
                    {
                        n
                        for near in range(day - before, day + after + 1)
                        for n in owners.get(near, ())
                    }
                )
            )
            for day in sorted(owners)
            if day >= since
        }

    def _look(
        self,
        build: Callable[[str, Sequence[date]], pa.Table],
        around_days: Mapping[int, Sequence[File]],
    ) -> dict[int, Columns]:
        """The rows of some days, apart."""
        if not around_days:
            return {}
        files = {file.path: file for each in around_days.values() for file in each}
        source = self.source([*files.values()])
        rows = build(source, [day_of(day) for day in around_days]).sort_by("day")
        days = rows["day"].cast(pa.int32()).to_numpy()
        rest = rows.drop_columns(["day"])
        return {
            day: Columns.of(rest.slice(begin, end - begin))
            for day in around_days
            for begin, end in [np.searchsorted(days, [day, day + 1]).tolist()]
        }


def stamps_of(files: Iterable[File]) -> tuple[Stamp, ...]:
    """The stamps of some files in their order."""
    return tuple(sorted(file.stamp for file in files))


def day_of(number: int) -> date:
    """The day so many days after the first of 1970."""
    return _EPOCH + timedelta(days=int(number))


def among(days: Sequence[date], *, before: int = 0, after: int = 0) -> str:
    """A condition on ``day``: one of these, or one of so many before or after one of them."""
    numbers = {(day - _EPOCH).days + n for day in days for n in range(-before, after + 1)}
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    said = (f"day BETWEEN DATE '{day_of(a)}' AND DATE '{day_of(b)}'" for a, b in spans)
    return f"({' OR '.join(said) or 'false'})"


def small(values: Column) -> Column:
    """Whole numbers in as few bytes as hold them all, as a copy."""
    if not len(values):
        return np.empty(0, dtype=np.uint8)
    if values.dtype == np.bool_:
        return values.astype(np.uint8)
    least, most = int(values.min()), int(values.max())
    fitting = np.result_type(np.min_scalar_type(least), np.min_scalar_type(most))
    return np.array(values, dtype=fitting, copy=True)


def _file(view: FiledView, relation: str, stamp: Stamp) -> File:
    alone = (Stamp(stamp.path, ANYBODY),)

    def days() -> _Days:
        rows = parquet([stamp.path], _SCHEMAS[relation])
        return _days(view.connection, rows)

    return File(stamp.path, stamp.people, KEEP.of(alone, "days", days).days)


@dataclass(frozen=True, slots=True)
class _Days:
    days: npt.NDArray[np.int64]

    @property
    def nbytes(self) -> int:
        return self.days.nbytes


def _days(connection: duckdb.DuckDBPyConnection, rows: str) -> _Days:
    found = connection.sql(f"SELECT DISTINCT day FROM {rows} ORDER BY day").to_arrow_table()
    return _Days(found["day"].cast(pa.int32()).to_numpy().astype(np.int64))


@dataclass(frozen=True, slots=True)
class _People:
    codes: npt.NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes


def _people(view: FiledView, relation: str, path: Path) -> str:
    """A digest of those in a file who are erased or somebody else; empty if nobody is."""
    if not view.erased and not len(view.aliases):
        return ""

    def read() -> _People:
        rows = view.connection.sql(f"FROM {parquet([path], _SCHEMAS[relation])}")
        people = rows.aggregate("person").fetchnumpy()["person"]
        return _People(np.sort(people.astype(np.int32)))

    there = KEEP.of((Stamp(path, ANYBODY),), "people", read).codes
    erased = np.intersect1d(there, np.array(view.erased, dtype=np.int32))
    if not len(erased):
        return view.aliases.among(there).digest()
    return sha256(f"{erased.tolist()}{view.aliases.among(there).digest()}".encode()).hexdigest()
