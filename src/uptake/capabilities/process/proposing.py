"""Ways of working that are read off cases for a person to confirm, or to throw away."""

from __future__ import annotations

from django.db import transaction

from uptake.capabilities.process import jobs
from uptake.capabilities.process.actions import IntendedFacts, lock_running, write_intended
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.intended_proposing import usual_way
from uptake.capabilities.process.models import IntendedVersion
from uptake.capabilities.process.picture import UsualWay
from uptake.capabilities.process.queries import access_version
from uptake.capabilities.process.viewing import View, look
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict

OWN_FILE = "intended.yaml"
NONE_USUAL = "No way is usual among these cases."


def propose_intended(actor: Actor, key: int, asked: Asked) -> IntendedVersion:
    """Read a way of working off the cases that are asked for; it counts once it is confirmed.

    Raises:
        Conflict: nothing may be said of these cases, none is usual, or the process has ended.
    """
    actor.require(Permission.PROCESS_WRITE)
    view = look(actor, key, asked)
    usual = usual_of(view)
    if usual is None:
        raise Conflict(view.problem or NONE_USUAL)
    facts = IntendedFacts(
        text=usual.text, file_name=OWN_FILE, note="Read off the cases", is_proposal=True
    )
    return write_intended(actor, key, facts)


@transaction.atomic
def discard_proposal(actor: Actor, key: int) -> None:
    """Throw a proposal away; what a person has confirmed stays.

    Raises:
        Conflict: somebody confirmed it, or the process has ended.
    """
    actor.require(Permission.PROCESS_WRITE)
    version = access_version(actor, key)
    process = lock_running(actor, version.process_id)
    found = process.versions.select_for_update().filter(pk=version.pk).first()
    if found is None or found.is_confirmed:
        raise Conflict("This version was confirmed and stays; write the next one instead.")
    activity.record(actor, "process.proposal_discarded", process, version=found.number)
    found.delete()
    transaction.on_commit(jobs.wake)


def usual_of(view: View) -> UsualWay | None:
    """Return how most of the cases that are asked for run; None where nothing may be said."""
    if view.analysis is None:
        return None
    ground = view.analysis.ground
    traces = [ground.trace(number) for number in range(len(ground.variants))]
    return usual_way(traces, ground.variants.cases.tolist(), name=view.process.name)
