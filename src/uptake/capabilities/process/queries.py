"""The only doors to processes and what was found about them.

Whoever reads processes in a workspace sees them all; whoever is limited to an account sees those
about that account and below. What is found is about groups of people, never fewer than the
workspace's smallest group.
"""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from uptake.capabilities.customers.queries import visible_accounts
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.process.models import (
    IntendedVersion,
    KeptPicture,
    LogDelivery,
    Process,
)
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def visible_processes(actor: Actor) -> QuerySet[Process]:
    """Return the processes that the actor may read, by name."""
    actor.require(Permission.PROCESS_READ)
    mine = Q() if actor.account is None else Q(account__in=visible_accounts(actor))
    found = Process.objects.filter(mine, workspace=actor.workspace)
    return found.select_related("account", "owner", "workspace")


def with_pictures(processes: QuerySet[Process]) -> QuerySet[Process]:
    """Return the processes with what was found, without its large parts."""
    light = KeptPicture.objects.defer("numbers")
    return processes.prefetch_related(Prefetch("picture", queryset=light))


def processes_with_pictures(actor: Actor) -> list[Process]:
    """Return the processes that the actor may read with what was found."""
    return list(with_pictures(visible_processes(actor)))


def access_process(actor: Actor, key: int) -> Process:
    """Return one process, or say that there is none."""
    found = visible_processes(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such process for you; see the list of processes.")
    return found


def access_version(actor: Actor, key: int) -> IntendedVersion:
    """Return one version of the intended way of a process that the actor may read."""
    rows = IntendedVersion.objects.filter(process__in=visible_processes(actor))
    found = rows.select_related("process__workspace").filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such version for you; see the page of its process.")
    return found


def versions_of(process: Process) -> list[IntendedVersion]:
    """Return every version of the intended way, the newest first."""
    return list(process.versions.order_by("-number"))


def version_in_force(process: Process, number: int = 0) -> IntendedVersion | None:
    """Return the version with a number, or without one that which holds today.

    Of several the newest; where none holds today, the newest that a person confirmed.
    """
    versions = versions_of(process)
    if number:
        return next((each for each in versions if each.number == number), None)
    confirmed = [each for each in versions if each.is_confirmed]
    today = localdate()
    holding = [each for each in confirmed if each.holds_on(today)]
    return next(iter([*holding, *confirmed]), None)


def kept_picture(process: Process) -> KeptPicture | None:
    """Return what was found last; what may be shown no more is not."""
    fewest = process.workspace.minimum_group
    return KeptPicture.objects.filter(process=process, minimum_people__gte=fewest).first()


def doing_now(process: Process) -> str:
    """Return what the worker is at with a process; empty where it is at nothing."""
    row = KeptPicture.objects.filter(process=process).only("doing").first()
    return "" if row is None else row.doing


def newest_delivery(process: Process) -> LogDelivery | None:
    """Return the delivery whose cases are measured."""
    return process.deliveries.filter(state=DeliveryState.TAKEN).order_by("-pk").first()
