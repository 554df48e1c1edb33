"""Are the people people? Jobs and robots, accounts that several share, one giant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.adoption.artefacts.model import Artefact, ArtefactKind, Certainty, Figure
from uptake.methods.adoption.depth import effective_numbers
from uptake.methods.arrays import Counts, Flags, Floats, Stamps

_DAY = 86_400
_BURST = 30
_BURST_DAYS = 3
_FEWEST_EVENTS = 100
_FEWEST_DAYS = 10
_ALL_HOURS = 23
_EVEN_HOURS = 20.0
_MANY_HOURS = 18
_LONG_DAY_HOURS = 11.0
_WEEKEND_SHARE = 0.2
_EVERYWHERE = 0.5
_FEWEST_GROUPS = 4
_FEWEST_CASES = 100
_FEWEST_PEOPLE = 10
_GIANT_SHARE = 0.2
_GIANT_PEOPLE = 10


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """How each person's events lie in time; one entry per person in every array.

    ``hours``: distinct hours of the day with events; ``even_hours``: their effective number, 24
    when all hours are alike, about 9 for office work. ``weekend_share``: events on days off.
    ``most_per_minute``: most events in one clock minute; ``burst_days``: days with a minute of 30
    or more. ``span_hours``: median over active days of the hours from first to last event.
    ``groups``: distinct groups, None when no group is known; ``all_groups``: groups in the log.
    ``cases`` and ``all_cases``: the same of the cases or objects that were worked on.
    """

    people: npt.NDArray[np.generic]
    events: Counts
    days: Counts
    hours: Counts
    even_hours: Floats
    weekend_share: Floats
    most_per_minute: Counts
    burst_days: Counts
    span_hours: Floats
    groups: Counts | None
    all_groups: int
    cases: Counts | None = None
    all_cases: int = 0


def trace_people(
    people: npt.ArrayLike,
    stamps: Stamps,
    groups: npt.ArrayLike | None = None,
    *,
    cases: npt.ArrayLike | None = None,
    days_off: tuple[int, ...] = (5, 6),
) -> PersonTraces:
    """Summarise each person's events; arrays of one length, one entry per event.

    ``days_off``: weekdays without work, Monday = 0. Stamps are local time.
    """
    names, position = np.unique(np.asarray(people), return_inverse=True)
    size = len(names)
    ordered = _in_order(position, stamps.astype("datetime64[s]").astype(np.int64))
    minutes, days = _runs(ordered, 60), _runs(ordered, _DAY)
    most = np.zeros(size, dtype=np.int64)
    np.maximum.at(most, minutes.who, minutes.events)
    hour = ordered.who * 24 + ordered.seconds % _DAY // 3600
    by_hour = np.bincount(hour, minlength=24 * size).reshape(size, 24)
    off = np.isin((days.first // _DAY + 3) % 7, days_off)
    events = np.bincount(position, minlength=size)
    of_groups, of_cases = _places(position, groups, size), _places(position, cases, size)
    return PersonTraces(
        people=names,
        events=events,
        days=np.bincount(days.who, minlength=size),
        hours=np.count_nonzero(by_hour, axis=1).astype(np.int64),
        even_hours=effective_numbers(by_hour),
        weekend_share=np.bincount(days.who, weights=off * days.events, minlength=size) / events,
        most_per_minute=most,
        burst_days=_burst_days(minutes, size),
        span_hours=_median_span(days, size),
        groups=of_groups.each,
        all_groups=of_groups.all,
        cases=of_cases.each,
        all_cases=of_cases.all,
    )


def automated_people(traces: PersonTraces) -> Artefact | None:
    """Accounts that work as only a machine does.

    Bursts of 30 events a minute on at least three days and on half of all active days (a person who
    imports in bulk now and then also has ordinary days). Or, with at least 100 events on ten days,
    no rest: 23 or more hours of the day and a fifth or more of the events on days off, together
    with one sign that this is no desk staffed day and night: bursts on three days, all hours about
    alike (an effective number of 20 or more), or half of all groups or of all cases, where they are
    known.
    """
    found = _works_like_a_machine(traces)
    if not found.any():
        return None
    share = float(traces.events[found].sum() / traces.events.sum())
    count = int(found.sum())
    works = (
        f"{count} accounts work like machines" if count > 1 else "1 account works like a machine"
    )
    return Artefact(
        kind=ArtefactKind.AUTOMATED_PERSON,
        certainty=Certainty.LIKELY,
        sentence=(
            f"{works}, with {100 * share:.0f} % of all events: up to "
            f"{int(traces.most_per_minute[found].max()):,} events in one minute, in "
            f"{int(traces.hours[found].max())} hours of the day, "
            f"{100 * float(traces.weekend_share[found].max()):.0f} % of them on days off."
        ),
        advice="Leave these accounts out of people and of adoption; keep them in the history.",
        evidence=(
            Figure("accounts", count, "accounts"),
            Figure("share of events", round(share, 4), "of all events"),
            Figure("most in one minute", int(traces.most_per_minute[found].max()), "events"),
            Figure("hours of the day", int(traces.hours[found].max()), "hours"),
        ),
        people=tuple(traces.people[found].tolist()),
    )


def shared_accounts(traces: PersonTraces) -> Artefact | None:
    """Accounts that several people may use: longer days than one person works, all over the place.

    At least 100 events on ten days, a median day of 11 hours or more between first and last event,
    and 18 hours of the day, half of all groups or half of all cases; machines left aside. Only ever
    possible: ask before acting on it.
    """
    long_days = traces.span_hours >= _LONG_DAY_HOURS
    wide = (traces.hours >= _MANY_HOURS) | _everywhere(traces)
    found = ~_works_like_a_machine(traces) & _busy(traces) & long_days & wide
    if not found.any():
        return None
    share, count = float(traces.events[found].sum() / traces.events.sum()), int(found.sum())
    longest = float(traces.span_hours[found].max())
    return Artefact(
        kind=ArtefactKind.SHARED_ACCOUNT,
        certainty=Certainty.POSSIBLE,
        sentence=(
            f"{count} {'account' if count == 1 else 'accounts'} with {100 * share:.0f} % of all "
            f"events may be shared: {'its' if count == 1 else 'their'} median day lasts "
            f"{'' if count == 1 else 'up to '}{longest:.0f} hours from first to last event."
        ),
        advice=(
            "Ask whether several people use the account; if so, people are undercounted and "
            "handoffs between them cannot be seen."
        ),
        evidence=(
            Figure("accounts", count, "accounts"),
            Figure("share of events", round(share, 4), "of all events"),
            Figure("longest median day", round(longest, 1), "hours"),
        ),
        people=tuple(traces.people[found].tolist()),
    )


def giant_person(people: npt.ArrayLike) -> Artefact | None:
    """One person has a fifth of all events or more, among at least ten people.

    Totals and means then tell of one person; medians over people do not.
    """
    names, events = np.unique(np.asarray(people), return_counts=True)
    if len(names) < _GIANT_PEOPLE:
        return None
    top = int(np.argmax(events))
    total = int(events.sum())
    share = float(events[top] / total)
    if share < _GIANT_SHARE:
        return None
    others = np.delete(events, top)
    return Artefact(
        kind=ArtefactKind.GIANT_PERSON,
        certainty=Certainty.CERTAIN,
        sentence=(
            f"One of {len(names):,} people has {100 * share:.0f} % of all events: "
            f"{int(events[top]):,}, where the median of the others is {np.median(others):,.0f}."
        ),
        advice="Read medians over people, and totals with and without this one.",
        evidence=(
            Figure("events of the one", int(events[top]), "events"),
            Figure("share of events", round(share, 4), "of all events"),
            Figure("median of the others", float(np.median(others)), "events"),
            Figure("events without the one", total - int(events[top]), "events"),
        ),
        people=(names[top].item(),),
    )


def _works_like_a_machine(traces: PersonTraces) -> Flags:
    tireless = (traces.hours >= _ALL_HOURS) & (traces.weekend_share >= _WEEKEND_SHARE)
    some_bursts = traces.burst_days >= _BURST_DAYS
    sign = some_bursts | (traces.even_hours >= _EVEN_HOURS) | _everywhere(traces)
    often = some_bursts & (traces.burst_days >= traces.days / 2)
    return np.asarray(often | (_busy(traces) & tireless & sign))


def _busy(traces: PersonTraces) -> Flags:
    return np.asarray((traces.events >= _FEWEST_EVENTS) & (traces.days >= _FEWEST_DAYS))


def _everywhere(traces: PersonTraces) -> Flags:
    """In half of all groups, or on half of the cases of a log of many cases and people."""
    found = np.zeros(len(traces.people), dtype=bool)
    if traces.groups is not None and traces.all_groups >= _FEWEST_GROUPS:
        found |= traces.groups >= _EVERYWHERE * traces.all_groups
    many = traces.all_cases >= _FEWEST_CASES and len(traces.people) >= _FEWEST_PEOPLE
    if traces.cases is not None and many:
        found |= traces.cases >= _EVERYWHERE * traces.all_cases
    return found


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Events by person, then time: whose, and seconds since the epoch."""

    who: Counts
    seconds: Counts


@dataclass(frozen=True, slots=True)
class _Runs:
    """Events of one person in one step of time: whose, first and last second, how many."""

    who: Counts
    first: Counts
    last: Counts
    events: Counts


def _in_order(who: Counts, seconds: Counts) -> _Ordered:
    """Sort by person and time through one number for both: ten times faster than by two columns."""
    begin, length = int(seconds.min()), int(np.ptp(seconds)) + 1
    keys = np.sort(who.astype(np.int64) * length + (seconds - begin))
    return _Ordered(keys // length, keys % length + begin)


def _runs(ordered: _Ordered, step: int) -> _Runs:
    changed = (np.diff(ordered.who) != 0) | (np.diff(ordered.seconds // step) != 0)
    starts = np.concatenate(([0], np.flatnonzero(changed) + 1))
    ends = np.append(starts[1:], len(ordered.who))
    seconds = ordered.seconds
    return _Runs(ordered.who[starts], seconds[starts], seconds[ends - 1], ends - starts)


@dataclass(frozen=True, slots=True)
class _Places:
    """How many different groups or cases each person was in, and how many there are."""

    each: Counts | None
    all: int


def _places(who: Counts, values: npt.ArrayLike | None, size: int) -> _Places:
    if values is None:
        return _Places(None, 0)
    codes = _codes(values)
    return _Places(_distinct(who, codes, size), int(codes.max()) + 1)


def _distinct(who: Counts, values: Counts, size: int) -> Counts:
    """Distinct values (small, from 0) of each person."""
    width = int(values.max()) + 1
    keys = np.sort(who.astype(np.int64) * width + values)
    fresh = np.concatenate(([True], np.diff(keys) != 0))
    return np.bincount(keys[fresh] // width, minlength=size)


def _burst_days(minutes: _Runs, size: int) -> Counts:
    burst = minutes.events >= _BURST
    days = np.unique(np.column_stack((minutes.who[burst], minutes.first[burst] // _DAY)), axis=0)
    return np.bincount(days[:, 0], minlength=size)


def _median_span(days: _Runs, size: int) -> Floats:
    """Median over a person's active days of the hours between first and last event."""
    spans = (days.last - days.first) / 3600
    order = np.lexsort((spans, days.who))
    counts = np.bincount(days.who, minlength=size)
    starts = np.cumsum(counts) - counts
    low, high = starts + (counts - 1) // 2, starts + counts // 2
    return np.asarray((spans[order][low] + spans[order][high]) / 2, dtype=np.float64)


def _codes(values: npt.ArrayLike) -> Counts:
    return np.asarray(np.unique(np.asarray(values), return_inverse=True)[1], dtype=np.int64)
