"""Every detector on one log."""

from __future__ import annotations

from dataclasses import dataclass

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
    is sought among people, not machines. An empty log has no artefacts.
    """
    if not len(log.stamps):
        return []
    volume = day_volume(log.stamps)
    traces = trace_people(log.people, log.stamps, log.groups)
    sampled = (
        None if log.cases is None else opening_date_sampling(log.cases, log.stamps, log.opened)
    )
    machines = automated_people(traces)
    human = ~np.isin(log.people, machines.people if machines else ())
    found = [
        sampled,
        None if sampled else thinning_tail(volume),
        cut_at_start(volume),
        cut_at_end(volume),
        burst_stamps(log.stamps, log.people),
        midnight_stamps(log.stamps),
        rounded_stamps(log.stamps),
        machines,
        shared_accounts(traces),
        giant_person(log.people[human]),
        *partial_periods(volume.days[0].item(), volume.days[-1].item()),
    ]
    return sorted((artefact for artefact in found if artefact), key=_importance)


def _importance(artefact: Artefact) -> tuple[bool, int]:
    trivial = artefact.kind is ArtefactKind.PARTIAL_PERIOD
    return trivial, list(Certainty).index(artefact.certainty)
