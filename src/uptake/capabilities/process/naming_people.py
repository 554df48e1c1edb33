"""Whose hands by name: only under a policy in force, and never unrecorded."""

from __future__ import annotations

from dataclasses import dataclass, replace

from uptake.capabilities.customers.models import Person
from uptake.capabilities.process.analysis import More, analysed
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.figuring import content_of
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import Handing, Scope
from uptake.capabilities.process.tables import (
    DriftTables,
    Matrix,
    drift_tables,
    hands_matrix,
)
from uptake.capabilities.process.viewing import View, look
from uptake.formats.case_log import CaseLog, Performer
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.privacy import NamedViewsPolicy, look_at_people, policy_in_force

PAGE = "Process"


@dataclass(frozen=True, slots=True)
class NamedHands:
    """What is shown of people by name, under which policy and for what."""

    view: View
    policy: NamedViewsPolicy | None
    purpose: str
    scope: Scope | None
    handing: Handing | None
    matrix: Matrix | None
    drift: DriftTables


def look_at_hands(actor: Actor, key: int, asked: Asked, *, purpose: str) -> NamedHands:
    """Write down that the actor looks at the people in a process, then return their work.

    Raises:
        NotAllowed: no policy is in force, or the actor's role does not name people.
        Invalid: no purpose was given.
        NotFound: nothing may be said of these cases, or they name nobody.
    """
    actor.require(Permission.PEOPLE_READ)
    view = look(actor, key, asked)
    log = view.log
    people = log.performers.get(Performer.RESOURCE) if log else None
    if log is None or people is None:
        raise NotFound(view.problem or "These cases name nobody; look at roles or teams.")
    codes = sorted(set(people.codes[people.codes >= 0].tolist()))
    named = [people.words[code] for code in codes]
    own = set(_own(actor))
    look_at_people(actor, [each for each in named if each not in own], page=PAGE, purpose=purpose)
    found = analysed(
        _with_names(actor, log),
        content_of(view.version),
        Showing(names=True, fewest=1),
        More(spans=asked.spans),
    ).picture
    handing = found.of_level(Performer.RESOURCE)
    return NamedHands(
        view=view,
        policy=policy_in_force(actor.workspace),
        purpose=purpose.strip(),
        scope=next((each for each in found.scopes if each.level is Performer.RESOURCE), None),
        handing=handing,
        matrix=hands_matrix(handing) if handing else None,
        drift=drift_tables(found, Performer.RESOURCE),
    )


def _own(actor: Actor) -> list[str]:
    if actor.user is None:
        return []
    rows = Person.objects.filter(workspace=actor.workspace, user=actor.user)
    return list(rows.values_list("external_id", flat=True))


def _with_names(actor: Actor, log: CaseLog) -> CaseLog:
    """The log with people under the names on record; two of one name keep their identifiers."""
    people = log.performers[Performer.RESOURCE]
    rows = Person.objects.filter(workspace=actor.workspace).exclude(name="")
    on_record = dict(rows.values_list("external_id", "name"))
    words = tuple(
        f"{on_record[word]} ({word})" if word in on_record else word for word in people.words
    )
    performers = {**log.performers, Performer.RESOURCE: replace(people, words=words)}
    return replace(log, performers=performers)
