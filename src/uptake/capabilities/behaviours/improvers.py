"""Who of the people somebody leads got better: judged anew for whoever may know, kept nowhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from uptake.capabilities.behaviours.counted import ground
from uptake.capabilities.behaviours.judged import Judged, judge_all
from uptake.capabilities.behaviours.leading import leader
from uptake.capabilities.behaviours.models import Behaviour, Status
from uptake.capabilities.customers.models import Person
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.privacy import look_at_people
from uptake.methods.behaviour.improving import COMPARED, improvement

PAGE = "Team"


@dataclass(frozen=True, slots=True)
class Improver:
    """Somebody who met at least two more of the newest four due periods than of the four before."""

    person: str
    before: int
    since: int

    @property
    def evidence(self) -> str:
        """What shows it."""
        return f"{self.before} of {COMPARED} before, {self.since} of the newest {COMPARED}"


@dataclass(frozen=True, slots=True)
class NamedImprover:
    """The same with the behaviour and the name that is on record."""

    behaviour: Behaviour
    name: str
    evidence: str


def improvers(actor: Actor, behaviour: Behaviour, led: Collection[str]) -> list[Improver]:
    """Return who of some people improved in one behaviour; nobody where too few are asked."""
    with ground(actor.workspace, only=led) as stand:
        if stand is None:
            return []
        judged = next(iter(judge_all(actor.workspace, stand, [behaviour])), None)
        return [] if judged is None else _of(judged, actor.workspace.minimum_group)


def name_improvers(actor: Actor, behaviours: Sequence[int], *, purpose: str) -> list[NamedImprover]:
    """Write down that the actor looks at who improved, then return them by name.

    Raises:
        NotAllowed: no policy allows naming people, or the actor sees no team.
        NotFound: the actor leads nobody.
        Invalid: no purpose was given.
    """
    who = leader(actor)
    live = Behaviour.objects.filter(
        workspace=actor.workspace, status=Status.LIVE, pk__in=behaviours
    ).order_by("name")
    look_at_people(actor, (), page=PAGE, purpose=purpose, needs=Permission.TEAM_METRICS_READ)
    found = [(each, found) for each in live for found in improvers(actor, each, who.led)]
    people = sorted({improver.person for _behaviour, improver in found})
    look_at_people(actor, people, page=PAGE, purpose=purpose, needs=Permission.TEAM_METRICS_READ)
    names = dict(
        Person.objects.filter(workspace=actor.workspace, external_id__in=people).values_list(
            "external_id", "name"
        )
    )
    return [
        NamedImprover(behaviour, names.get(each.person) or each.person, each.evidence)
        for behaviour, each in found
    ]


def _of(judged: Judged, fewest: int) -> list[Improver]:
    positions = np.flatnonzero(judged.closed & judged.asked)
    found = improvement(judged.attained.standing[:, positions])
    if int(found.known.sum()) < fewest:
        return []
    return [
        Improver(judged.people[n].person, int(found.before[n]), int(found.since[n]))
        for n in np.flatnonzero(found.improved)
    ]
