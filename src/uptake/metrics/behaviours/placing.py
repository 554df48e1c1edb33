"""Files counted in periods of their own, put on the axes of those that are asked for.

The periods of a file are those around its own days, so that what was counted of it stays true when
a new week begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from uptake.methods.arrays import Counts
from uptake.metrics.behaviours.files import File, Files
from uptake.metrics.behaviours.grid import Grid
from uptake.metrics.behaviours.sums import Axes, Packed
from uptake.metrics.behaviours.wanted import Schedule

_DAY = timedelta(days=1)
_TABLES = {"$days": Grid.days, "$moved": Grid.moved, "$ends": Grid.ends}
"""What SQL may name of the periods."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Counts the files of a relation in the periods of a schedule."""

    files: Files
    schedule: Schedule
    grid: Grid
    axes: Axes

    def parts(self, sql: str, *, by: Sequence[str]) -> list[tuple[Packed, Counts]]:
        """Rows with ``person``, ``period`` and weights, file by file, and the cell of each row.

        ``sql`` names the periods as ``$days``, ``$moved`` or ``$ends``, which have columns as the
        methods of ``Grid`` of that name say; ``by``: columns whose combinations are told once.
        """
        found = []
        for file in self.files.every if self.grid.periods else ():
            own = self._own(file)
            ahead = _ahead(own, self.grid)
            if ahead is None or ("$moved" in sql and "$days" not in sql and not len(own.moved())):
                continue
            packed = self._packed(file, own, sql, by)
            period = packed.rows.values["period"].astype(np.int64) + ahead
            found.append((packed, self.axes.places(packed.rows.values["person"], period)))
        return found

    def _own(self, file: File) -> Grid:
        """The periods around the days of a file, as far as deadlines and grace can move events."""
        if file.path is None:
            return self.grid
        first = file.first - _DAY - self.schedule.deadline.grace
        return self.schedule.grid(first, file.last + _DAY, self.grid.zone)

    def _packed(self, file: File, own: Grid, sql: str, by: Sequence[str]) -> Packed:
        connection = self.files.view.connection
        named = {mark: own.name(mark[1:]) for mark in _TABLES if mark in sql}
        asked = sql
        for mark, name in named.items():
            asked = asked.replace(mark, name)

        def count(source: str) -> Packed:
            for mark, name in named.items():
                connection.register(name, _TABLES[mark](own))
            rows = connection.sql(f"{source} FROM ({asked})").to_arrow_table()
            return Packed.of({name: rows[name].to_numpy() for name in rows.column_names}, by)

        return self.files.made([file], asked, count)


def _ahead(own: Grid, grid: Grid) -> int | None:
    """How many places the periods of a grid come later in another one; None: never."""
    at = {span.first: place for place, span in enumerate(grid.periods)}
    for place, span in enumerate(own.periods):
        if span.first in at:
            return at[span.first] - place
    return None
