"""How long cases take, how long steps take, and how long work waits between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import DurationReading
from uptake.methods.arrays import Counts, Flags, Floats
from uptake.methods.process.durations import Durations, Moments, case_durations, waiting, work
from uptake.methods.statistics.grouped import grouped_medians

SECOND = 1000
USUALLY_GOES_ON = 0.5
"""A case is taken for open only after a step that ends fewer than this share of cases with it."""

LATEST = 0.95
"""Share of waits after a step by which the next one has usually come."""


@dataclass(frozen=True, slots=True)
class Times:
    """Waiting before and work on each event, and the length of each case, in milliseconds.

    ``cases``: from the first to the last event; ``until_closed``: of open ones to the log's end.
    """

    waiting: Durations
    work: Durations
    cases: Durations
    is_closed: Flags
    until_closed: Durations

    def case_medians(self, groups: Counts, count: int) -> Floats:
        """Median seconds of cases by group."""
        return _medians(self.cases, groups, count)

    def waiting_medians(self, groups: Counts, count: int, kept: Flags | None = None) -> Floats:
        """Median seconds of waiting before events, by group; ``kept``: those that count."""
        return _medians(self.waiting, groups, count, kept)

    def work_medians(self, groups: Counts, count: int) -> Floats:
        """Median seconds of work on events, by group."""
        return _medians(self.work, groups, count)


def _medians(durations: Durations, groups: Counts, count: int, kept: Flags | None = None) -> Floats:
    chosen = durations.measurable if kept is None else durations.measurable & kept
    found = grouped_medians(groups[chosen], durations.values[chosen], count)
    return np.asarray(found / SECOND)


def times_of(ground: Ground, can_end: Flags | None = None) -> Times | None:
    """Measure times; None where the log has no moment that can be believed.

    ``can_end``: activities with which a case can be over by the model; without one, what usually
    follows a step tells whether its case is still open.
    """
    if not ground.known.any():
        return None
    moments = Moments(ground.begun, ground.ended, ground.known, ground.has_work)
    waited = waiting(ground.case, moments)
    closed = _closed(ground, waited, can_end)
    whole = np.ones(len(ground.begins), dtype=np.bool_)
    until = int(ground.ended[ground.known].max())
    cases = case_durations(ground.case, moments, whole, seen_until=until)
    until_closed = case_durations(ground.case, moments, closed, seen_until=until)
    return Times(waited, work(moments), cases, closed, until_closed)


def _closed(ground: Ground, waited: Durations, can_end: Flags | None) -> Flags:
    """A case is open when its last step usually leads on, and the log ends before that was due."""
    last = ground.begins + ground.lengths - 1
    final = ground.activity[last]
    times_done = np.bincount(ground.activity, minlength=ground.kinds)
    ends = np.bincount(final, minlength=ground.kinds)
    goes_on = ends < USUALLY_GOES_ON * times_done
    if can_end is not None:
        goes_on = ~can_end
    until = int(ground.ended[ground.known].max())
    patience = _patience(ground, waited)
    young = ground.known[last] & (until - ground.ended[last] <= patience[final])
    return np.asarray(~(goes_on[final] & young))


def _patience(ground: Ground, waited: Durations) -> Floats:
    """Milliseconds within which nearly all waits after each activity are over."""
    follows = np.flatnonzero(waited.measurable)
    before = ground.activity[follows - 1]
    values = waited.values[follows]
    order = np.lexsort((values, before))
    sizes = np.bincount(before, minlength=ground.kinds)
    ends = np.cumsum(sizes)
    place = np.minimum(ends - sizes + (LATEST * sizes).astype(np.int64), ends - 1)
    found = np.zeros(ground.kinds)
    has = sizes > 0
    found[has] = values[order][place[has]]
    return found


def duration_reading(times: Times | None) -> DurationReading | None:
    """The length of cases; None where no case has moments that can be believed."""
    if times is None or not times.cases.measurable.any():
        return None
    kept = times.cases.measurable
    seconds = times.cases.values[kept] / SECOND
    return DurationReading(
        cases=int(kept.sum()),
        median_seconds=float(np.median(seconds)),
        mean_seconds=float(seconds.mean()),
        p90_seconds=float(np.percentile(seconds, 90)),
        open_cases=int((~times.is_closed & kept).sum()),
        left_out=int((~kept).sum()),
        curve=times.until_closed.curve(),
        touch_share=_touch_share(times),
    )


def _touch_share(times: Times) -> float | None:
    """Work of the whole time of cases; None where steps have one stamp only."""
    whole = float(times.cases.values[times.cases.measurable].sum())
    if not times.work.measurable.any() or not whole:
        return None
    return min(float(times.work.values[times.work.measurable].sum()) / whole, 1.0)
