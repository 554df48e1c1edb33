"""How much of what is asked once is done by now: in all, and by team.

People on leave throughout are left out; whoever has nothing to do is, too. Suppressed and rounded
like everything that is kept.
"""

from __future__ import annotations

import numpy as np

from uptake.capabilities.behaviours.figures import TeamProgress
from uptake.capabilities.behaviours.judged import Judged
from uptake.capabilities.behaviours.numbering import measured
from uptake.capabilities.measure.privacy import Line, hidden_cells, protect
from uptake.methods.arrays import Counts
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.statistics.proportions import Share
from uptake.metrics.measurement import Measurement, Window

KEY = "progress"


def progress(judged: Judged, fewest: int) -> Measurement | None:
    """Return what is done of all that is asked once; None of anything else, and of drafts."""
    if not judged.definition.is_once or not judged.asked.any():
        return None
    rows = _owing(judged)
    return _share(judged, rows, None, hidden=len(rows) < fewest, fewest=fewest)


def progress_by_team(judged: Judged, fewest: int) -> tuple[TeamProgress, ...]:
    """Return the same by team; teams that would give a few people away are left out."""
    rows = _owing(judged)
    found: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        member = judged.people[row]
        if member.team:
            found.setdefault((member.account or "", member.team), []).append(int(row))
    if len(rows) < fewest:
        return ()
    sizes = {key: len(members) for key, members in found.items()}
    line = Line(tuple(sizes), rest=len(rows) - sum(sizes.values()))
    hidden = hidden_cells(sizes, [line], minimum_people=fewest)
    return tuple(
        TeamProgress(
            *key, _share(judged, np.array(found[key]), key[1], hidden=False, fewest=fewest)
        )
        for key in sorted(found)
        if key not in hidden
    )


def _owing(judged: Judged) -> Counts:
    """Places of people who have something to do."""
    told = judged.attained
    return np.flatnonzero((told.standing[:, 0] != Standing.EXEMPT) & (told.asked[:, 0] > 0))


def _share(
    judged: Judged, rows: Counts, group: str | None, *, hidden: bool, fewest: int
) -> Measurement:
    asked, ok = judged.attained.asked[rows, 0], judged.attained.ok[rows, 0]
    total, span = int(asked.sum()), judged.spans[0]
    share = Share(int(np.minimum(ok, asked).sum()), total) if total else None
    window = Window(span.first, span.last)
    told = measured(KEY, share, window, people=len(rows), group=group)
    return protect(told, len(rows), hidden=hidden, minimum_people=fewest)
