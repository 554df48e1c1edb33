"""What straying costs in time: cases that stray beside alike ones that do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import DeviationRow
from uptake.capabilities.process.teams_of_cases import kinds_of_cases, teams_of_cases
from uptake.capabilities.process.timing import SECOND, Times
from uptake.methods.arrays import Counts, Flags
from uptake.methods.process.deviation_cost import DeviationCost, deviation_cost
from uptake.methods.statistics.shifts import Cases

MOST_COSTED = 10
"""Deviations whose cost is worked out, those of most cases first."""

REPLICATES = 200


def cost_of_straying(
    ground: Ground, times: Times, *, strays: Flags, straight: Flags, mix: tuple[str, ...] = ()
) -> DeviationCost | None:
    """Seconds that ``strays`` take more than alike ``straight`` cases; open ones as far as known.

    ``mix``: attributes of cases that make them alike. None where fewer than five are alike.
    """
    sides = _Sides(ground, times, mix)
    return deviation_cost(sides.of(strays), sides.of(straight), replicates=REPLICATES)


def with_costs(
    rows: tuple[DeviationRow, ...],
    ground: Ground,
    times: Times | None,
    straight: Flags,
    mix: tuple[str, ...] = (),
) -> tuple[DeviationRow, ...]:
    """Fill in how much longer cases of each deviation take than those that run as intended."""
    if times is None:
        return rows
    sides = _Sides(ground, times, mix)
    conforming = sides.of(straight)
    costed = [_with_cost(row, ground, sides, conforming) for row in rows[:MOST_COSTED]]
    return (*costed, *rows[MOST_COSTED:])


def _with_cost(row: DeviationRow, ground: Ground, sides: _Sides, conforming: Cases) -> DeviationRow:
    if not row.variants:
        return row
    strays = np.isin(ground.variants.of_case, np.array(row.variants) - 1)
    cost = deviation_cost(sides.of(strays), conforming, replicates=REPLICATES)
    return replace(row, cost=cost)


class _Sides:
    """Durations of all cases that are measurable, shortest first, of which groups are taken."""

    def __init__(self, ground: Ground, times: Times, mix: tuple[str, ...]) -> None:
        found = times.until_closed
        kept = np.flatnonzero(found.measurable)
        self._order: Counts = kept[np.argsort(found.values[kept], kind="stable")]
        self._all = Cases(
            found.values[self._order] / SECOND,
            found.complete[self._order],
            kinds_of_cases(ground, mix)[self._order],
            teams_of_cases(ground)[1][self._order],
        )

    def of(self, chosen: Flags) -> Cases:
        """The chosen cases whose duration is measurable, in seconds."""
        return self._all.only(chosen[self._order])
