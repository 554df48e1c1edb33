"""The only doors to behaviours and their versions.

Whoever reads the figures of a workspace sees its behaviours; whoever is limited to an account sees
those of that account and below; a manager sees those asked of the team they lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.definition import Definition, read
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion, Status
from uptake.capabilities.behaviours.scope import concerned, of_account
from uptake.capabilities.customers.queries import person_of
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def sees_own_team_only(actor: Actor) -> bool:
    """Say whether somebody sees what is asked of the team they lead, and nothing else."""
    return not actor.may(Permission.METRICS_READ)


def visible_behaviours(actor: Actor) -> QuerySet[Behaviour]:
    """Return the behaviours that the actor may read, by name."""
    actor.require(Permission.BEHAVIOURS_READ)
    found = Behaviour.objects.filter(of_account(actor), workspace=actor.workspace)
    found = found.select_related("account", "owner", "leader")
    if not sees_own_team_only(actor):
        return found
    person = person_of(actor)
    return found.filter(of_team=True, leader=person) if person else found.none()


def asked_of_all(actor: Actor) -> list[tuple[Behaviour, Definition]]:
    """Return what is asked in all accounts of people in the one account that the actor sees.

    Those people read it in their week; whoever looks after them reads what it says, and none of
    its numbers, which are those of other customers as well.
    """
    actor.require(Permission.BEHAVIOURS_READ)
    if actor.account is None or sees_own_team_only(actor):
        return []
    live = Behaviour.objects.filter(
        workspace=actor.workspace, account=None, of_team=False, status=Status.LIVE
    )
    rows = [
        (each, read(in_force(versions_of(each), localdate()).definition))
        for each in live.select_related("owner", "leader").prefetch_related("versions")
    ]
    return [
        (each, asked)
        for each, asked in rows
        if concerned(actor, asked, account=None, team=None).exists()
    ]


def access_behaviour(actor: Actor, key: int) -> Behaviour:
    """Return one behaviour, or say that there is none."""
    found = visible_behaviours(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such behaviour for you; see the list of behaviours.")
    return found


def versions_of(behaviour: Behaviour) -> list[BehaviourVersion]:
    """Return every version, the oldest first."""
    return sorted(behaviour.versions.all(), key=lambda version: version.number)


def newest(behaviour: Behaviour) -> Definition:
    """Return what was written last, in force or not yet."""
    versions = versions_of(behaviour)
    if not versions:
        raise NotFound("Nothing was written about this behaviour; define it anew.")
    return read(versions[-1].definition)


def to_come(behaviour: Behaviour) -> BehaviourVersion | None:
    """Return what is asked from a later period on, where it is not yet what is asked now."""
    last = versions_of(behaviour)[-1:]
    if not behaviour.is_live or not last or last[0].valid_from <= localdate():
        return None
    return last[0] if last[0].number > 1 else None


def in_force(versions: Sequence[BehaviourVersion], day: date) -> BehaviourVersion:
    """Return the version by which a period that begins on a day is judged.

    The last one written of those that are valid by then; before all of them the first.
    """
    valid = [version for version in versions if version.valid_from <= day]
    return valid[-1] if valid else versions[0]
