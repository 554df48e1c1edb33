"""Does the log cover the time it seems to cover? Partial days, weeks, months; a thinning tail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from uptake.methods.adoption.artefacts.model import Artefact, ArtefactKind, Certainty, Figure, Span
from uptake.methods.arrays import Counts, Days, Flags, Floats, Stamps

_DAY = 86_400
_COMPARED_WEEKS = 8
_FEWEST_COMPARED = 3
_PARTIAL_DAY = 0.6
_FEWEST_USUAL = 20.0
_EARLIER = 2 * 3_600
_TAIL_WEEK = 0.5
_TAIL_MEAN = 0.2
_TAIL_WEEKS = 3
_BODY_WEEKS = 4


@dataclass(frozen=True, slots=True)
class DayVolume:
    """Events on every calendar day of a log, days without events included.

    All arrays have one entry a day. ``first_second`` and ``last_second`` are seconds since midnight
    of the day's first and last event, NaN on days without events.
    """

    days: Days
    events: Counts
    first_second: Floats
    last_second: Floats


def day_volume(stamps: Stamps) -> DayVolume:
    """Count the events of each day. Raises ValueError when there are none."""
    if not len(stamps):
        raise ValueError("There are no events to count.")
    seconds = stamps.astype("datetime64[s]").astype(np.int64)
    day = seconds // _DAY
    start = int(day.min())
    size = int(day.max()) - start + 1
    first, last = np.full(size, np.inf), np.full(size, -np.inf)
    np.minimum.at(first, day - start, seconds % _DAY)
    np.maximum.at(last, day - start, seconds % _DAY)
    days = np.datetime64(start, "D") + np.arange(size)
    empty = np.isinf(first)
    first[empty], last[empty] = np.nan, np.nan
    return DayVolume(days, np.bincount(day - start, minlength=size), first, last)


def cut_at_end(volume: DayVolume) -> Artefact | None:
    """The last day stops two hours or more before any same weekday did, with too few events.

    Compared with up to eight earlier same weekdays with events, at least three, whose median is 20
    events or more; too few is below 60 % of that median.
    """
    compared = _same_weekdays(volume, len(volume.days) - 1)
    if len(compared) < _FEWEST_COMPARED:
        return None
    usual = float(np.median(volume.events[compared]))
    stops, others_stop = volume.last_second[-1], float(np.min(volume.last_second[compared]))
    if not _too_few(volume.events[-1], usual) or others_stop - stops < _EARLIER:
        return None
    return _partial_day(ArtefactKind.CUT_AT_END, volume, -1, usual=usual, moment=float(stops))


def cut_at_start(volume: DayVolume) -> Artefact | None:
    """The first day begins two hours or more after any same weekday did; see ``cut_at_end``."""
    compared = _same_weekdays(volume, 0)
    if len(compared) < _FEWEST_COMPARED:
        return None
    usual = float(np.median(volume.events[compared]))
    begins, others_begin = volume.first_second[0], float(np.max(volume.first_second[compared]))
    if not _too_few(volume.events[0], usual) or begins - others_begin < _EARLIER:
        return None
    return _partial_day(ArtefactKind.CUT_AT_START, volume, 0, usual=usual, moment=float(begins))


def _too_few(events: int, usual: float) -> bool:
    return usual >= _FEWEST_USUAL and events < _PARTIAL_DAY * usual


def _same_weekdays(volume: DayVolume, position: int) -> Counts:
    """Positions of the nearest same weekdays with events, the day itself left out."""
    same = np.arange(position % 7, len(volume.days), 7)
    same = same[(same != position) & (volume.events[same] > 0)]
    nearest = np.argsort(np.abs(same - position), kind="stable")[:_COMPARED_WEEKS]
    return np.asarray(same[nearest], dtype=np.int64)


def _partial_day(
    kind: ArtefactKind, volume: DayVolume, position: int, *, usual: float, moment: float
) -> Artefact:
    day, events = volume.days[position].item(), int(volume.events[position])
    clock = f"{int(moment) // 3600:02d}:{int(moment) % 3600 // 60:02d}"
    verb, side = ("stops", "last") if kind is ArtefactKind.CUT_AT_END else ("begins", "first")
    return Artefact(
        kind=kind,
        certainty=Certainty.LIKELY,
        sentence=(
            f"The log {verb} in the middle of {day.isoformat()}, at {clock}: it holds {events:,} "
            f"events of that day where {usual:,.0f} are usual for the weekday."
        ),
        advice=f"Leave the {side} day out of every comparison by day, or export whole days.",
        evidence=(
            Figure("events on the day", events, "events"),
            Figure("usual for the weekday", usual, "events"),
            Figure(f"{side} event, hours after midnight", round(moment / 3600, 2), "hours"),
        ),
        spans=(Span(day, day),),
    )


def partial_periods(first: date, last: date) -> list[Artefact]:
    """Calendar weeks (from Monday) and months that the log covers only in part.

    A fact of the calendar: totals of such periods must not be compared with whole ones.
    """
    week_start = first - timedelta(days=first.weekday())
    week_end = last + timedelta(days=6 - last.weekday())
    month_start = first.replace(day=1)
    month_end = (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    found = []
    if week_start < first:
        found.append(_partial("week", Span(first, week_start + timedelta(days=6)), "first"))
    if week_end > last:
        found.append(_partial("week", Span(week_end - timedelta(days=6), last), "last"))
    if month_start < first:
        next_month = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        found.append(_partial("month", Span(first, next_month - timedelta(days=1)), "first"))
    if month_end > last:
        found.append(_partial("month", Span(last.replace(day=1), last), "last"))
    return found


def _partial(period: str, span: Span, side: str) -> Artefact:
    day = span.first if side == "first" else span.last
    verb = "begins" if side == "first" else "ends"
    return Artefact(
        kind=ArtefactKind.PARTIAL_PERIOD,
        certainty=Certainty.CERTAIN,
        sentence=f"The log {verb} on {day.isoformat()}, within a {period}.",
        advice=f"Do not compare the total of the {side} {period} with those of whole {period}s.",
        evidence=(Figure(f"days of the {period} covered", span.days, "days"),),
    )


def thinning_tail(volume: DayVolume) -> Artefact | None:
    """The whole log falls to a trickle and stays there until its end.

    Weeks of seven days from the first day. The body is the weeks between the 5th and the 90th
    percentile of all events, its median week the usual one; the tail is the last weeks that are all
    below half of it. Found when the tail has at least three weeks, averages below a fifth of the
    usual week, and follows at least four weeks of body. It asks a question (possible): the log
    alone cannot tell an export that stops from use that stops.
    """
    weeks = len(volume.days) // 7
    weekly = volume.events[: weeks * 7].reshape(weeks, 7).sum(axis=1)
    if weeks < _BODY_WEEKS + _TAIL_WEEKS:
        return None
    reached = np.cumsum(weekly) / max(int(weekly.sum()), 1)
    body = weekly[(reached >= 0.05) & (reached <= 0.9)]
    usual = float(np.median(body)) if len(body) else 0.0
    tail_start = weeks - _trailing(weekly < _TAIL_WEEK * usual)
    tail = weekly[tail_start:]
    if len(tail) < _TAIL_WEEKS or tail_start < _BODY_WEEKS or tail.mean() >= _TAIL_MEAN * usual:
        return None
    return _tail(volume, tail_start, usual=usual, mean=float(tail.mean()))


def _tail(volume: DayVolume, tail_start: int, *, usual: float, mean: float) -> Artefact:
    span = Span(volume.days[tail_start * 7].item(), volume.days[-1].item())
    left = f"{100 * mean / usual:.0f} %" if mean else "nothing"
    return Artefact(
        kind=ArtefactKind.THINNING_TAIL,
        certainty=Certainty.POSSIBLE,
        sentence=(
            f"From {span.first.isoformat()} on, {left} of the usual {usual:,.0f} events a week are "
            f"left, for {span.days // 7} weeks until the end of the log. Either the export stops "
            "there, or use ended everywhere at once, as at the end of a course or a season."
        ),
        advice=(
            "Ask whoever made the export which records it leaves out; until then judge adoption "
            f"up to {(span.first - timedelta(days=1)).isoformat()}."
        ),
        evidence=(
            Figure("usual week", usual, "events"),
            Figure("mean week of the tail", round(mean, 1), "events"),
            Figure("weeks of the tail", span.days // 7, "weeks"),
        ),
        spans=(span,),
    )


def _trailing(flags: Flags) -> int:
    """How many flags at the end are set in a row."""
    unset = np.flatnonzero(~flags)
    return len(flags) - (int(unset[-1]) + 1 if len(unset) else 0)
