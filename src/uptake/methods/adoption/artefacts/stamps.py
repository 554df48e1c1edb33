"""Do the stamps say when people acted? Bursts, dates without a time, rounded times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.adoption.artefacts.model import Artefact, ArtefactKind, Certainty, Figure
from uptake.methods.arrays import Counts, Flags, Stamps

_DAY = 86_400
_BURST = 30
_BURST_SHARE = 0.01
_BIG_TIMES = 3
_FEWEST = 20
_MIDNIGHT_SHARE = 0.05
_GRIDS = (3_600, 1_800, 900, 300)
_GRID_SHARE = 0.5
_OF_FINER = 0.75
_MINUTE = 60


def burst_stamps(
    stamps: Stamps, people: npt.ArrayLike | None = None, *, burst: int = _BURST
) -> Artefact | None:
    """More events in one minute than a person can make: written in batches.

    ``burst`` events or more by one person within one clock minute; without ``people``, in one
    minute of the whole log and at least 20 times its median minute. Found when bursts hold at least
    1 % of all events, or when one of them is three times as big: a bulk change does not become
    single acts because the log around it is long. Inside a burst the stamps give neither the moment
    nor the order of the work.
    """
    if not len(stamps):
        return None
    counts = _minute_counts(_seconds(stamps) // 60, people)
    least = burst if people is not None else max(burst, 20 * float(np.median(counts.events)))
    hit = counts.events >= least
    is_much = counts.events[hit].sum() >= _BURST_SHARE * len(stamps)
    if not hit.any() or not (is_much or counts.events.max() >= _BIG_TIMES * least):
        return None
    return _bursts(counts, hit, least=least, events=len(stamps))


def _bursts(counts: _Minutes, hit: Flags, *, least: float, events: int) -> Artefact:
    inside, biggest = int(counts.events[hit].sum()), int(np.argmax(counts.events))
    people = () if counts.whose is None else tuple(np.unique(counts.whose[hit]).tolist())
    whose = f" by {_plural(len(people), 'person or account', 'people or accounts')}" * bool(people)
    size, number = int(counts.events[biggest]), int(hit.sum())
    day, bursts = _day_of(counts.minute[biggest]), _plural(number, "burst", "bursts")
    return Artefact(
        kind=ArtefactKind.BURST_STAMPS,
        certainty=Certainty.CERTAIN,
        sentence=(
            f"{inside:,} events ({_percent(inside / events)}) were written in "
            f"{bursts} of {least:.0f} or more within one minute{whose}, the biggest of {size:,} on "
            f"{day}: a job or a bulk change, not single acts."
        ),
        advice=(
            "Count a burst as one act, or leave it out; do not read order, speed or handoffs "
            "inside it."
        ),
        evidence=(
            Figure("events in bursts", inside, "events"),
            Figure("bursts", number, "bursts"),
            Figure("biggest burst", size, "events in one minute"),
        ),
        people=people,
    )


def midnight_stamps(stamps: Stamps) -> Artefact | None:
    """Dates without a time: at least 5 % of all events at exactly midnight.

    By chance it would be one event in 1,440 or fewer.
    """
    if not len(stamps):
        return None
    midnight = int(np.count_nonzero(_seconds(stamps) % _DAY == 0))
    share = midnight / len(stamps)
    if share < _MIDNIGHT_SHARE or midnight < _FEWEST:
        return None
    every = share >= 0.999
    return Artefact(
        kind=ArtefactKind.MIDNIGHT_STAMPS,
        certainty=Certainty.CERTAIN if every else Certainty.LIKELY,
        sentence=(
            f"{'All' if every else f'{midnight:,} ({100 * share:.0f} %)'} events are stamped at "
            "exactly midnight: they carry a date and no time."
        ),
        advice="Read days and weeks from them; leave hours, order within a day and delays out.",
        evidence=(
            Figure("events at midnight", midnight, "events"),
            Figure("share", round(share, 4), "of all events"),
        ),
    )


def rounded_stamps(stamps: Stamps) -> Artefact | None:
    """Times rounded to 5, 15, 30 or 60 minutes, events at midnight left aside.

    The coarsest step on which at least half of the events lie and with them at least three in four
    of those on the next finer step: of times rounded to half hours, half lie on full hours.
    """
    seconds = _seconds(stamps) % _DAY
    seconds = seconds[seconds > 0]
    if len(seconds) < _FEWEST:
        return None
    shares = [float(np.mean(seconds % step == 0)) for step in (*_GRIDS, _MINUTE)]
    for step, share, finer in zip(_GRIDS, shares, shares[1:], strict=False):
        if share >= max(_GRID_SHARE, _OF_FINER * finer):
            return _rounded(step // 60, share, len(seconds))
    return None


def _rounded(minutes: int, share: float, events: int) -> Artefact:
    every = "all" if share >= 0.999 else f"{100 * share:.0f} %"
    words = "full hours" if minutes == 60 else f"steps of {minutes} minutes"
    return Artefact(
        kind=ArtefactKind.ROUNDED_STAMPS,
        certainty=Certainty.CERTAIN if share >= 0.999 else Certainty.LIKELY,
        sentence=f"Times are rounded: {every} of {events:,} events lie on {words}.",
        advice=f"Do not read delays or order finer than {minutes} minutes from them.",
        evidence=(
            Figure("step", minutes, "minutes"),
            Figure("share on the step", round(share, 4), "of timed events"),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Minutes:
    """Events per minute with any, per person where people are known."""

    minute: Counts
    events: Counts
    whose: npt.NDArray[np.generic] | None


def _minute_counts(minutes: Counts, people: npt.ArrayLike | None) -> _Minutes:
    if people is None:
        moments, events = np.unique(minutes, return_counts=True)
        return _Minutes(moments, events, None)
    names, codes = np.unique(np.asarray(people), return_inverse=True)
    first = int(minutes.min())
    keys, events = np.unique((minutes - first) * len(names) + codes, return_counts=True)
    return _Minutes(keys // len(names) + first, events, names[keys % len(names)])


def _seconds(stamps: Stamps) -> Counts:
    return stamps.astype("datetime64[s]").astype(np.int64)


def _day_of(minute: int) -> str:
    return str(np.datetime64(int(minute), "m").astype("datetime64[D]"))


def _percent(share: float) -> str:
    return "under 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
