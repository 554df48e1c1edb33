"""Makes the figures of one contest from what was counted."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from uptake.capabilities.behaviours.definition import PERIOD_WORDS
from uptake.capabilities.contests.counting import Seen, see
from uptake.capabilities.contests.decay import decay
from uptake.capabilities.contests.figures import ContestFigures, When
from uptake.capabilities.contests.models import Contest
from uptake.capabilities.contests.queries import entries_in_force, newest_rules
from uptake.capabilities.contests.rules import periods_in
from uptake.capabilities.contests.scoring import counter_lines, standing
from uptake.methods.arrays import Counts


def compute(contest: Contest) -> ContestFigures:
    """Return what is shown of a contest that has started."""
    fewest = contest.workspace.minimum_group
    empty = ContestFigures(fewest)
    seen = see(contest, newest_rules(contest))
    if seen is None:
        return replace(empty, missing="No data has arrived yet.")
    entries = {entry.pk: entry for entry in entries_in_force(contest)}
    teams, left_out = standing(seen, entries, fewest)
    rows = _together(seen, fewest)
    during = seen.within(When.DURING)
    enough = len(rows) >= fewest
    zone = ZoneInfo(contest.workspace.timezone)
    return ContestFigures(
        fewest=fewest,
        as_of=seen.as_of,
        closed=int((during & seen.closed).sum()),
        periods=periods_in(seen.rules, seen.definition, zone),
        unit=PERIOD_WORDS[seen.definition.cadence],
        teams=teams,
        left_out=left_out,
        counters=counter_lines(seen, rows) if enough else (),
        decay=decay(seen, rows, fewest),
        others=decay(seen, seen.others, fewest) if _others(seen) >= fewest else None,
        is_final=seen.is_due(When.EIGHT),
    )


def _together(seen: Seen, fewest: int) -> Counts:
    """Everybody of the teams that are large enough to be shown."""
    during = seen.within(When.DURING)
    large = [rows for rows in seen.teams.values() if seen.due_to(rows, during) >= fewest]
    return np.concatenate(large) if large else np.zeros(0, dtype=np.int64)


def _others(seen: Seen) -> int:
    return seen.due_to(seen.others, seen.within(When.DURING))
