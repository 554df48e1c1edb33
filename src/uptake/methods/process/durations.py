"""How long cases take, how long they wait and how long they are worked on.

Calendar time runs always; business time runs only while the house is open. A case that has not
ended has taken at least as long as it has been watched: it is censored there, never counted as done
and never left out. Events whose moment is not known or not to be believed leave durations that rest
on them not measurable. Methods section 3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import numpy as np

from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.process.variants import case_spans
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class OutsideCalendar(ValueError):
    """A moment lies before or after the days that a calendar of working hours knows."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The spans in which the house is open, in milliseconds of UTC, ascending and apart.

    ``first`` and ``last``: the moments between which the calendar is known.
    """

    opens: Counts
    closes: Counts
    first: int
    last: int

    @classmethod
    def of(
        cls,
        days: Iterable[date],
        hours: tuple[time, time],
        zone: tzinfo,
        *,
        until: date,
        since: date | None = None,
    ) -> WorkingHours:
        """Working ``days`` in ascending order, open at ``hours`` of the clock in ``zone``.

        ``since`` and ``until``: the first (that of ``days`` if none is named) and the last day that
        the calendar speaks of, whether they are worked on or not.
        """
        every = list(days)
        if not every or hours[0] >= hours[1]:
            raise ValueError("Working hours need a day, and must open before they close.")
        opens = [_moment(day, hours[0], zone) for day in every]
        closes = [_moment(day, hours[1], zone) for day in every]
        first = _moment(since or every[0], time(), zone)
        last = _moment(until, time.max, zone)
        return cls(np.array(opens), np.array(closes), first, last)

    def between(self, begins: Counts, ends: Counts) -> Counts:
        """Milliseconds of business time from one moment to another, for arrays of equal length.

        Raises:
            OutsideCalendar: a moment is beyond the known days.
        """
        if len(begins) and (begins.min() < self.first or ends.max() > self.last):
            raise OutsideCalendar("A moment lies outside the days of the working calendar.")
        return self._since_first(ends) - self._since_first(begins)

    def _since_first(self, moments: Counts) -> Counts:
        lengths = self.closes - self.opens
        whole = np.concatenate([[0], np.cumsum(lengths)])
        day = np.searchsorted(self.opens, moments, side="right") - 1
        within = np.clip(moments - self.opens[day], 0, lengths[day])
        return np.where(day < 0, 0, whole[day] + within)


def _moment(day: date, clock: time, zone: tzinfo) -> int:
    return (datetime.combine(day, clock, zone) - _EPOCH) // _MILLISECOND


@dataclass(frozen=True, slots=True)
class Moments:
    """When each event began and ended, in milliseconds of UTC.

    Where a log has one stamp, ``begun`` is that stamp and ``has_work`` is False: how long a step
    was worked on is then not known. ``known``: False where the moment is missing or not believed.
    """

    begun: Counts
    ended: Counts
    known: Flags
    has_work: Flags


@dataclass(frozen=True, slots=True)
class Durations:
    """A row for each case or event, in milliseconds.

    ``complete``: False where the case is still open. ``measurable``: False where a moment that it
    rests on is not known; its value is then 0 and means nothing.
    """

    values: Counts
    complete: Flags
    measurable: Flags

    def curve(self) -> SurvivalCurve | None:
        """Share not ended by each time (seconds), open ones censored; None for none measurable."""
        kept = self.measurable
        return kaplan_meier(self.values[kept] / 1000, self.complete[kept])


def case_durations(
    cases: Counts,
    moments: Moments,
    is_closed: Flags,
    *,
    seen_until: int,
    hours: WorkingHours | None = None,
) -> Durations:
    """From the first beginning of a case to its last end; of open ones to ``seen_until``.

    ``cases``: the case of each event, from 0 on without gaps and in ascending order.
    ``is_closed``: for each case. ``hours``: count business time only.
    """
    begins, lengths = case_spans(cases)
    if not len(begins):
        none = np.zeros(0, dtype=np.bool_)
        return Durations(np.zeros(0, dtype=np.int64), none, none)
    last = begins + lengths - 1
    measurable = moments.known[begins] & (moments.known[last] | ~is_closed)
    far = np.iinfo(np.int64).max
    first = np.minimum.reduceat(np.where(moments.known, moments.begun, far), begins)
    final = np.maximum.reduceat(np.where(moments.known, moments.ended, -far), begins)
    final = np.where(is_closed, final, np.maximum(final, seen_until))
    first, final = (np.where(measurable, one, seen_until) for one in (first, final))
    return Durations(_elapsed(first, final, hours), is_closed, measurable)


def waiting(cases: Counts, moments: Moments, hours: WorkingHours | None = None) -> Durations:
    """Before each event, from the latest end of those before it in its case to its beginning.

    The first event of a case waited for nothing: it is not measurable. Work that overlaps what
    went before waited 0.
    """
    follows = np.zeros(len(cases), dtype=np.bool_)
    follows[1:] = (cases[1:] == cases[:-1]) & moments.known[1:] & moments.known[:-1]
    before = np.concatenate([moments.begun[:1], _latest_end(cases, moments)[:-1]])
    begun = np.maximum(moments.begun, before)
    values = _elapsed(np.where(follows, before, 0), np.where(follows, begun, 0), hours, follows)
    return Durations(values, np.ones(len(cases), dtype=np.bool_), follows)


def work(moments: Moments, hours: WorkingHours | None = None) -> Durations:
    """From the beginning to the end of each event, where the log has both."""
    kept = moments.known & moments.has_work & (moments.ended >= moments.begun)
    begun, ended = np.where(kept, moments.begun, 0), np.where(kept, moments.ended, 0)
    values = _elapsed(begun, ended, hours, kept)
    return Durations(values, np.ones(len(kept), dtype=np.bool_), kept)


def _latest_end(cases: Counts, moments: Moments) -> Counts:
    """Running maximum of ends within each case, in as many rounds as a case's length doubles."""
    latest = np.where(moments.known, moments.ended, np.iinfo(np.int64).min)
    step = 1
    while step < len(cases):
        same = cases[step:] == cases[:-step]
        if not same.any():
            break
        latest[step:] = np.maximum(latest[step:], np.where(same, latest[:-step], latest[step:]))
        step *= 2
    return latest


def _elapsed(
    begins: Counts, ends: Counts, hours: WorkingHours | None, kept: Flags | None = None
) -> Counts:
    if hours is None:
        return ends - begins
    if kept is None:
        return hours.between(begins, ends)
    values = np.zeros(len(begins), dtype=np.int64)
    values[kept] = hours.between(begins[kept], ends[kept])
    return values


def quantiles(durations: Durations, shares: Floats) -> list[float | None]:
    """Seconds by which each share of cases had ended; None where it is not reached."""
    curve = durations.curve()
    if curve is None:
        return [None] * len(shares)
    return [curve.quantile(float(share)) for share in shares]
