"""Every detector on one log."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from uptake.methods.adoption.artefacts.coverage import (
    cut_at_end,
    cut_at_start,
    day_volume,
    partial_periods,
    thinning_tail,
)
from uptake.methods.adoption.artefacts.model import Artefact, ArtefactKind, Certainty
from uptake.methods.adoption.artefacts.openings import opening_date_sampling
from uptake.methods.adoption.artefacts.people import (
    automated_people,
    giant_person,
    shared_accounts,
    trace_people,
)
from uptake.methods.adoption.artefacts.stamps import (
    burst_stamps,
    midnight_stamps,
    rounded_stamps,
)
from uptake.methods.arrays import Stamps


@dataclass(frozen=True, slots=True)
class EventArrays:
    """A log as arrays of one length; None for columns it does not have.

    ``stamps``: local time of each event. ``people``: who. ``groups``: team or account. ``cases``:
    the object or case worked on. ``opened``: when that case was opened. Integer codes are faster
    than texts.
    """

    stamps: Stamps
    people: npt.NDArray[np.generic]
    groups: npt.NDArray[np.generic] | None = None
    cases: npt.NDArray[np.generic] | None = None
    opened: Stamps | None = None


def find_artefacts(log: EventArrays) -> list[Artefact]:
    """Run every detector; certain artefacts first, then likely, then possible ones.

    A thinning tail that the sampling of cases explains is not reported a second time, and a giant
    is sought among people, not machines. Events that carry a date and no time say nothing about
    bursts or hours, rounded times nothing about bursts. An empty log has no artefacts.
    """
    if not len(log.stamps):
        return []
    volume = day_volume(log.stamps)
    sampled = (
        None if log.cases is None else opening_date_sampling(log.cases, log.stamps, log.opened)
    )
    of_time = _artefacts_of_time(log)
    found = [
        sampled,
        None if sampled else thinning_tail(volume),
        cut_at_start(volume),
        cut_at_end(volume),
        *of_time,
        giant_person(log.people[~np.isin(log.people, _machines(of_time))]),
        *partial_periods(volume.days[0].item(), volume.days[-1].item()),
    ]
    return sorted((artefact for artefact in found if artefact), key=_importance)


def _artefacts_of_time(log: EventArrays) -> list[Artefact | None]:
    """What the times within the day say: their precision, bursts, machines, shared accounts."""
    dates = midnight_stamps(log.stamps)
    timed = np.ones(len(log.stamps), dtype=bool)
    if dates:
        timed = log.stamps.astype("datetime64[s]").astype(np.int64) % 86_400 != 0
    stamps, people = log.stamps[timed], log.people[timed]
    rounded = rounded_stamps(stamps)
    if not len(stamps):
        return [dates]
    groups, cases = (None if of is None else of[timed] for of in (log.groups, log.cases))
    traces = trace_people(people, stamps, groups, cases=cases)
    if rounded:
        traces = replace(traces, burst_days=np.zeros_like(traces.burst_days))
    bursts = None if rounded else burst_stamps(stamps, people)
    return [dates, rounded, bursts, automated_people(traces), shared_accounts(traces)]


def _machines(found: list[Artefact | None]) -> list[int | str]:
    return [
        person
        for artefact in found
        if artefact and artefact.kind is ArtefactKind.AUTOMATED_PERSON
        for person in artefact.people
    ]


def _importance(artefact: Artefact) -> tuple[bool, int]:
    trivial = artefact.kind is ArtefactKind.PARTIAL_PERIOD
    return trivial, list(Certainty).index(artefact.certainty)
