"""Numbers of each case, for whoever sets groups of cases side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from uptake.capabilities.process.compared import Unit
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.timing import SECOND, Times
from uptake.capabilities.process.wording import LEVELS
from uptake.formats.case_log import NOBODY, Performer
from uptake.methods.arrays import Flags, Floats
from uptake.methods.process.durations import Moments, WorkingHours, case_durations
from uptake.methods.process.handovers import handovers, resources_per_case

MOST_ACTIVITIES = 60
"""Activities whose neighbouring measures are looked at, the most frequent first."""

BETWEEN = {
    Performer.RESOURCE: "people",
    Performer.ROLE: "roles",
    Performer.GROUP: "groups",
    Performer.ORGANISATION: "organisations",
}
"""What the keys of measures say of performers of a kind."""


@dataclass(frozen=True, slots=True)
class CaseMeasure:
    """One number of each case.

    ``measurable``: cases of which it is known. ``complete``: False where it can still grow.
    ``activity``: what it is about, of a neighbouring measure.
    """

    key: str
    name: str
    unit: Unit
    values: Floats
    complete: Flags
    measurable: Flags
    activity: str = ""


def asked_measures(
    ground: Ground,
    times: Times | None,
    *,
    straight: Callable[[], Flags | None] | None,
    hours: WorkingHours | None,
) -> Iterator[CaseMeasure]:
    """Durations, handovers, resources, rework and conformance of each case.

    ``straight`` is called last: putting cases beside the intended way takes longest.
    """
    if times is not None:
        yield _duration("duration", "time from beginning to end", ground, times, None)
        if hours is not None:
            yield _duration("business_duration", "business time", ground, times, hours)
    for level, key in BETWEEN.items():
        own = ground.performers(level)
        if own is None or not (own != NOBODY).any():
            continue
        known = np.bincount(ground.case[own == NOBODY], minlength=len(ground.begins)) == 0
        count = int(own.max()) + 1
        passed = handovers(ground.case, own, count=count).per_case
        many = LEVELS[level][1]
        yield _counted(f"handovers_{key}", f"handovers between {many}", passed, known)
        different = resources_per_case(ground.case, own)
        yield _counted(f"different_{key}", f"different {many}", different, known)
    yield _counted("events", "steps", ground.lengths)
    yield _counted("repeats", "steps done again", _repeats(ground))
    kept = straight() if straight is not None else None
    if kept is not None:
        yield _share("straight", "cases as intended", kept)


def neighbouring_measures(ground: Ground, times: Times | None) -> Iterator[CaseMeasure]:
    """For each frequent activity: whether a case has it, how often again, how long it waited."""
    cases = len(ground.begins)
    frequent = np.argsort(-np.bincount(ground.activity, minlength=ground.kinds), kind="stable")
    for code in frequent[:MOST_ACTIVITIES].tolist():
        name = ground.names[code]
        here = ground.activity == code
        done = np.bincount(ground.case[here], minlength=cases)
        yield _share(f"has:{name}", f"cases with {name}", done > 0, name)
        yield _share(f"again:{name}", f"cases in which {name} is done again", done > 1, name)
        if times is None:
            continue
        kept = here & times.waiting.measurable
        waits = np.bincount(ground.case[kept], minlength=cases)
        total = np.bincount(ground.case[kept], weights=times.waiting.values[kept], minlength=cases)
        each = total / np.maximum(waits, 1) / SECOND
        every = np.ones(cases, dtype=np.bool_)
        label = f"waiting before {name}"
        yield CaseMeasure(f"wait:{name}", label, Unit.SECONDS, each, every, waits > 0, name)


def _duration(
    key: str, name: str, ground: Ground, times: Times, hours: WorkingHours | None
) -> CaseMeasure:
    moments = Moments(ground.begun, ground.ended, ground.known, ground.has_work)
    until = int(ground.ended[ground.known].max())
    found = case_durations(ground.case, moments, times.is_closed, seen_until=until, hours=hours)
    seconds = found.values / SECOND
    return CaseMeasure(key, name, Unit.SECONDS, seconds, found.complete, found.measurable)


def _counted(
    key: str, name: str, values: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    known: Flags | None = None,
) -> CaseMeasure:  # fmt: skip
    every = np.ones(len(values), dtype=np.bool_)
    counted = every if known is None else known
    return CaseMeasure(key, name, Unit.COUNT, values.astype(np.float64), every, counted)


def _share(key: str, name: str, has: Flags, activity: str = "") -> CaseMeasure:
    every = np.ones(len(has), dtype=np.bool_)
    return CaseMeasure(key, name, Unit.SHARE, has.astype(np.float64), every, every, activity)


def _repeats(ground: Ground) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Steps of each case beyond the first of each activity."""
    pairs = np.unique(ground.case * ground.kinds + ground.activity)
    different = np.bincount(pairs // ground.kinds, minlength=len(ground.begins))
    return np.asarray(ground.lengths - different, dtype=np.int64)
