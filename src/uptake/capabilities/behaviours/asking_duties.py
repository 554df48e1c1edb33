"""Asking duties of managers, and how many of them do them, as a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.duties import DutyStanding, duties_of
from uptake.capabilities.behaviours.leading import lines_of
from uptake.capabilities.behaviours.models import Duty, DutyCadence, ManagersDuty
from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.customers.models import Person
from uptake.capabilities.measure.privacy import COARSE_BELOW, coarse_count
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed
from uptake.methods.behaviour.attainment import Standing


@dataclass(frozen=True, slots=True)
class AskedDuty:
    """A duty and how often it is due; ``cadence`` None: managers are not asked for it."""

    duty: Duty
    cadence: DutyCadence | None


@dataclass(frozen=True, slots=True)
class DutyCount:
    """How many managers did a duty when it was due last; ``done`` None: too few to tell.

    ``of``: managers for whom it was due.
    """

    duty: Duty
    cadence: str
    of: int
    done: int | None


def may_ask_duties(actor: Actor) -> bool:
    """Say whether somebody decides what managers of the whole workspace are asked for."""
    may_write = actor.may(Permission.BEHAVIOURS_WRITE) and actor.account is None
    return may_write and not sees_own_team_only(actor)


def asked_duties(actor: Actor) -> list[AskedDuty]:
    """Return every duty with how often it is due."""
    _require(actor)
    rows = ManagersDuty.objects.filter(workspace=actor.workspace)
    cadences = {row.duty: DutyCadence(row.cadence) for row in rows}
    return [AskedDuty(duty, cadences.get(duty.value)) for duty in Duty]


@transaction.atomic
def ask_duties(actor: Actor, wanted: Sequence[AskedDuty], *, since: date | None = None) -> None:
    """Ask managers for duties from today on; what stays as it was goes on from when it began.

    ``since``: the first day that is judged, where managers were asked before this was said here.
    """
    _require(actor)
    before = {each.duty: each.cadence for each in asked_duties(actor)}
    for each in wanted:
        if before.get(each.duty) == each.cadence:
            continue
        rows = ManagersDuty.objects.filter(workspace=actor.workspace, duty=each.duty)
        if each.cadence is None:
            rows.delete()
        else:
            rows.update_or_create(
                workspace=actor.workspace,
                duty=each.duty,
                defaults={"cadence": each.cadence, "asked_from": since or localdate()},
            )
        activity.record(
            actor, "duties.asked", duty=each.duty.value, cadence=each.cadence or "not asked"
        )


def overview(actor: Actor) -> list[DutyCount]:
    """Return how many managers did each duty when it was due last."""
    _require(actor)
    lines = lines_of(actor.workspace)
    people = Person.objects.filter(workspace=actor.workspace, pk__in=lines.leaders())
    found = duties_of(actor.workspace, list(people))
    by_duty: dict[Duty, list[DutyStanding]] = {}
    for manager in found:
        for each in manager.duties:
            by_duty.setdefault(each.duty, []).append(each)
    fewest = actor.workspace.minimum_group
    return [_count(duty, by_duty.get(duty, []), fewest) for duty in Duty if duty in by_duty]


def _count(duty: Duty, found: Sequence[DutyStanding], fewest: int) -> DutyCount:
    last = [due.standing for each in found if (due := each.last_due) is not None]
    of, done = len(last), sum(each is Standing.MET for each in last)
    if of < fewest:
        return DutyCount(duty, found[0].cadence, of, None)
    told = done if of >= COARSE_BELOW else int(coarse_count(done, of))
    return DutyCount(duty, found[0].cadence, of, told)


def _require(actor: Actor) -> None:
    actor.require(Permission.BEHAVIOURS_WRITE)
    if not may_ask_duties(actor):
        raise NotAllowed(
            "What managers are asked for is decided for the whole workspace; ask an owner or "
            "editor of it."
        )
