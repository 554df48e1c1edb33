"""Do people stay? Lapses by people's own gaps, and three retention curves, each by its name.

Methods section 1 (retention). Leavers are censored: someone who left the company did not lapse.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.statistics.proportions import Share

_RETURN_QUANTILE = 0.95
_FEWEST_GAPS = 20


class RetentionKind(StrEnum):
    """Which question a retention curve answers; the three give different numbers."""

    N_DAY = "n_day"
    """Active in exactly the n-th period after the start."""
    BRACKET = "bracket"
    """Active at least once within a bracket of periods."""
    UNBOUNDED = "unbounded"
    """Active in the n-th period or any later one."""


@dataclass(frozen=True, slots=True)
class LapseTimes:
    """Weeks from a person's start to their lapse, one row per person; feed to ``kaplan_meier``.

    ``observed``: whether they lapsed; otherwise they were last seen active and are censored.
    ``entry``: week at which watching began (0 for people who started under watch).
    """

    durations: Counts
    observed: Flags
    entry: Counts


@dataclass(frozen=True, slots=True)
class RetentionPoint:
    """One point of a curve: periods ``first`` to ``last`` after the start, and the share."""

    first: int
    last: int
    share: Share


def gaps_before_return(active: npt.ArrayLike) -> Counts:
    """Lengths of all runs of inactive weeks that ended with the person coming back.

    ``active``: people x weeks, true where the person was active. One entry per run.
    """
    flags = np.asarray(active, dtype=bool)
    week = np.flatnonzero(flags)  # those of one person follow those of another
    apart = np.diff(week)
    silent = np.flatnonzero(apart > 1)
    weeks = flags.shape[1]
    same = week[silent] // weeks == week[silent + 1] // weeks
    return np.asarray(apart[silent][same] - 1, dtype=np.int64)


def lapse_gap(gaps: npt.ArrayLike) -> int | None:
    """Inactive weeks after which someone counts as lapsed: one more than 95 % of past gaps had.

    ``gaps``: see ``gaps_before_return``; of those who came back, 95 % did so in fewer weeks, so
    that an ordinary holiday is no lapse. None with fewer than 20 gaps: the rhythm of these people
    is not known yet.
    """
    values = np.asarray(gaps)
    if len(values) < _FEWEST_GAPS:
        return None
    return int(np.quantile(values, _RETURN_QUANTILE, method="inverted_cdf")) + 1


def lapse_times(
    active: npt.ArrayLike,
    gap: int,
    *,
    weeks_watched: npt.ArrayLike | None = None,
    weeks_before: npt.ArrayLike | None = None,
) -> LapseTimes:
    """How long each person stayed, in weeks, until the first of ``gap`` inactive weeks in a row.

    ``active``: people x weeks. ``weeks_watched``: weeks of the table each person could be active in
    (leavers stop early); ``weeks_before``: weeks that someone had used the system before the table
    begins (0 for those who started in it): they enter at risk with their first active week in the
    table, because nothing is known of those who lapsed before it. People never active are left
    out. Time runs from the first active week, or from the start before the table. Someone with
    fewer than ``gap`` silent weeks at the end is censored after their last active week. Raises
    ValueError when ``gap`` is below 1.
    """
    if gap < 1:
        raise ValueError("A lapse takes at least one inactive week.")
    flags = np.asarray(active, dtype=bool)
    size, weeks = flags.shape
    watched = np.full(size, weeks) if weeks_watched is None else np.asarray(weeks_watched)
    before = np.zeros(size, np.int64) if weeks_before is None else np.asarray(weeks_before)
    flags = flags & (np.arange(weeks) < watched[:, np.newaxis])
    came = flags.any(axis=1)
    flags, watched, before = flags[came], watched[came], before[came]
    first = flags.argmax(axis=1)
    origin = np.where(before > 0, -before, first)
    end, lapsed = _first_run(flags, first, watched, gap)
    return LapseTimes(end - origin, lapsed, np.where(before > 0, before + first, 0))


def _first_run(flags: Flags, first: Counts, watched: Counts, gap: int) -> tuple[Counts, Flags]:
    """Per person, the week after the last active one before the lapse (or the end), and whether."""
    weeks = flags.shape[1]
    last_active = np.maximum.accumulate(np.where(flags, np.arange(weeks), -1), axis=1)
    silent = np.arange(weeks) - last_active
    inside = (np.arange(weeks) >= first[:, np.newaxis]) & (
        np.arange(weeks) < watched[:, np.newaxis]
    )
    reached = inside & (silent >= gap)
    lapsed = reached.any(axis=1)
    at = np.where(lapsed, reached.argmax(axis=1), watched - 1)
    rows = np.arange(len(flags))
    return last_active[rows, at] + 1, np.asarray(lapsed, dtype=bool)


def since_start(active: npt.ArrayLike, start: npt.ArrayLike) -> Flags:
    """Shift people x periods so that column 0 is each person's own start period; false beyond."""
    flags, first = np.asarray(active, dtype=bool), np.asarray(start)
    periods = flags.shape[1]
    column = np.arange(periods) + first[:, np.newaxis]
    shifted = np.take_along_axis(flags, np.minimum(column, periods - 1), axis=1)
    return np.asarray(shifted & (column < periods), dtype=bool)


def retention_curve(
    active: npt.ArrayLike,
    followed: npt.ArrayLike,
    kind: RetentionKind,
    brackets: tuple[tuple[int, int], ...] | None = None,
) -> list[RetentionPoint]:
    """A retention curve: who was active in, within or from a period after their start.

    ``active``: people x periods since each person's start (see ``since_start``). ``followed``: for
    how many periods each person was followed; only people followed to the end of a point are in its
    denominator. ``brackets``: first and last period of each bracket, both included, for
    ``BRACKET``. Points nobody was followed to are left out. Unbounded retention falls towards the
    end of any log because less time is left to come back.
    """
    flags, length = np.asarray(active, dtype=bool), np.asarray(followed)
    if (kind is RetentionKind.BRACKET) != (brackets is not None):
        raise ValueError("Brackets are given for bracket retention, and only for it.")
    periods = flags.shape[1]
    points = brackets or tuple((period, period) for period in range(periods))
    flags = flags & (np.arange(periods) < length[:, np.newaxis])
    curve = []
    for first, last in points:
        there = length > last
        until = periods if kind is RetentionKind.UNBOUNDED else last + 1
        stayed = flags[there, first:until].any(axis=1)
        if there.any():
            curve.append(RetentionPoint(first, last, Share(int(stayed.sum()), int(there.sum()))))
    return curve


def retention_values(curve: list[RetentionPoint]) -> Floats:
    """The shares of a curve as numbers, in order."""
    return np.array([point.share.numerator / point.share.denominator for point in curve])
