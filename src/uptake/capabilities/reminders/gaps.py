"""Who has not met a behaviour yet in the period that runs, and how periods ended.

People are named by their identifiers here, for reminding them and for nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from uptake.capabilities.behaviours.counted import ground
from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.judged import Judged, judge_all
from uptake.capabilities.behaviours.models import Behaviour
from uptake.foundation.models import Workspace
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import Period
from uptake.methods.behaviour.streaks import streaks

FRESH = timedelta(days=3)
"""Data older than this say too little about who has not done it: nobody is reminded on them."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How somebody stands in the running period; ``left`` is how many are left to do."""

    person: str
    standing: Standing
    left: int
    met_in_a_row: int


@dataclass(frozen=True, slots=True)
class Running:
    """A behaviour in the period that runs at a moment; ``period`` None: nothing is known of it.

    ``ended``: how each period that is over ended for each person, by its first day.
    """

    behaviour: Behaviour
    definition: Definition
    period: Period | None
    gaps: tuple[Gap, ...]
    ended: dict[tuple[date, str], Standing]

    @property
    def open_gaps(self) -> int:
        """How many people have something left to do."""
        return sum(gap.standing is Standing.OPEN for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Stand:
    """What is known of some behaviours; ``as_of``: the newest day with data."""

    as_of: date | None
    running: tuple[Running, ...]


def stand(workspace: Workspace, behaviours: Sequence[Behaviour], moment: datetime) -> Stand:
    """Return how people stand in the periods that run at a moment."""
    if not behaviours:
        return Stand(None, ())
    with ground(workspace) as known:
        if known is None:
            return Stand(None, ())
        judged = judge_all(workspace, known, behaviours)
        is_fresh = moment - known.now <= FRESH
        return Stand(known.last, tuple(_running(each, moment, is_fresh) for each in judged))


def _running(judged: Judged, moment: datetime, is_fresh: bool) -> Running:
    running = (
        n
        for n, span in enumerate(judged.spans)
        if is_fresh and judged.asked[n] and span.opens < moment <= span.closes
    )
    at = next(running, None)
    standing = judged.attained.standing
    over = np.flatnonzero(judged.closed & judged.asked)
    ended = {
        (judged.spans[n].first, member.person): Standing(int(standing[row, n]))
        for n in over
        for row, member in enumerate(judged.people)
    }
    gaps = () if at is None else _gaps(judged, at)
    period = None if at is None else judged.spans[at]
    return Running(judged.behaviour, judged.definition, period, gaps, ended)


def _gaps(judged: Judged, at: int) -> tuple[Gap, ...]:
    attained = judged.attained
    before = np.flatnonzero(judged.asked[:at])
    in_a_row = streaks(attained.standing[:, before]).current if before.size else None
    return tuple(
        Gap(
            member.person,
            Standing(int(attained.standing[row, at])),
            max(int(attained.asked[row, at] - attained.ok[row, at]), 0),
            0 if in_a_row is None else int(in_a_row[row]),
        )
        for row, member in enumerate(judged.people)
    )
