"""Where and when cases run as intended: by month and by team.

Teams are those of a case's first step that names one; such with fewer than five people stand
together, as everywhere. A team is only called high or low where that is beyond chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.naming import Showing, named
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Counts, Flags
from uptake.methods.statistics.proportions import Share, rank_shares

FEWEST_CASES = 5
GATHERED = (Performer.GROUP, Performer.ROLE, Performer.ORGANISATION)
"""Kinds of performers that stand for teams: the first that a log names."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """Cases of one month or team that run as intended.

    ``stands_out``: above or below the share of all beyond chance, None where that is not known.
    """

    name: str
    straight: Share
    stands_out: bool | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """By month in their order and by team, the highest shrunk share first.

    Months and teams of fewer than five cases are left out; ``left_out`` counts their cases.
    ``level``: what kind of team, None where the log names none.
    """

    months: tuple[KeptRow, ...]
    teams: tuple[KeptRow, ...]
    level: Performer | None
    left_out: int


def kept_by(ground: Ground, straight: Flags, showing: Showing) -> Kept:
    """Count the cases that run as intended by month of their beginning and by team."""
    level, team, labels = _teams(ground, showing)
    months, small_months = _by_month(ground, straight)
    teams, small_teams = _by_team(team, straight, labels) if level else ((), 0)
    return Kept(months, teams, level, max(small_months, small_teams))


def _by_month(ground: Ground, straight: Flags) -> tuple[tuple[KeptRow, ...], int]:
    dated = ground.known[ground.begins]
    if not dated.any():
        return (), 0
    begun = ground.begun[ground.begins][dated].astype("datetime64[ms]").astype("datetime64[M]")
    names, place = np.unique(begun, return_inverse=True)
    rows = tuple(_rows([str(name) for name in names], place, straight[dated]))
    return rows, int(dated.sum()) - sum(int(row.straight.denominator) for row in rows)


def _by_team(
    team: Counts, straight: Flags, labels: tuple[str, ...]
) -> tuple[tuple[KeptRow, ...], int]:
    known = team != NOBODY
    cases = np.bincount(team[known], minlength=len(labels))
    kept = np.bincount(team[known], weights=straight[known], minlength=len(labels))
    ranked = rank_shares(kept, cases, fewest=FEWEST_CASES)
    rows = tuple(KeptRow(labels[each.position], each.raw, each.differs) for each in ranked)
    return rows, int(known.sum()) - sum(int(row.straight.denominator) for row in rows)


def _rows(names: list[str], place: Counts, straight: Flags) -> Iterator[KeptRow]:
    cases = np.bincount(place, minlength=len(names))
    kept = np.bincount(place, weights=straight, minlength=len(names))
    for name, count, of in zip(names, kept.tolist(), cases.tolist(), strict=True):
        if of >= FEWEST_CASES:
            yield KeptRow(name, Share(int(count), of))


def _teams(ground: Ground, showing: Showing) -> tuple[Performer | None, Counts, tuple[str, ...]]:
    """The team of each case under the name that may be shown."""
    team = np.full(len(ground.begins), NOBODY)
    for level in GATHERED:
        found = named(ground, level, showing)
        if found is None:
            continue
        known = np.flatnonzero(found.shown != NOBODY)
        cases, first = np.unique(ground.case[known], return_index=True)
        team[cases] = found.shown[known[first]]
        return level, team, found.labels
    return None, team, ()
