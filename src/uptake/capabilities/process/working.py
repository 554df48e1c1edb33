"""The worker's part: logs that wait are taken in, processes that are due are measured."""

from __future__ import annotations

import zlib
from datetime import timedelta

import structlog
from django.utils.timezone import now
from filelock import FileLock, Timeout

from uptake.capabilities.imports import files, uploading
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.process.comparing_due import compare_due
from uptake.capabilities.process.figuring import measure_now, say
from uptake.capabilities.process.kept_log import write_log
from uptake.capabilities.process.models import (
    KeptPicture,
    LogDelivery,
    Origin,
    Outcome,
    Process,
)
from uptake.capabilities.process.places import folder_of, name_of_delivery
from uptake.capabilities.process.queries import newest_delivery, versions_of
from uptake.capabilities.process.working_hours import terms_of
from uptake.config import load_settings
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_logs import open_case_log
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.store.errors import UptakeError
from uptake.store.stand import read_stand

log = structlog.get_logger(__name__)

FORM = 2
"""Version of what is kept; raised when pictures change their making."""

LAKE = " lake "
"""What stands in a stamp before the version of the lake."""

EVENTS_AFTER = timedelta(hours=1)
"""So long what was found in events stands while more arrive."""


def carry_on() -> int:
    """Do whatever is due; returns how much it was. One process at a time does."""
    try:
        with FileLock(load_settings().data_dir / "process.lock", timeout=0):
            return _take_all() + _measure_all() + _compare_all()
    except Timeout:
        return 0


def _take_all() -> int:
    waiting = LogDelivery.objects.filter(state=DeliveryState.WAITING).order_by("pk")
    taken = [take(delivery) for delivery in waiting.select_related("process__workspace")]
    return len(taken)


def _measure_all() -> int:
    running = Process.objects.filter(ended_at=None).select_related("workspace", "account")
    return sum(measure_if_due(process) for process in running)


def _compare_all() -> int:
    running = Process.objects.filter(ended_at=None).select_related("workspace")
    return sum(compare_due(process) for process in running)


def take(delivery: LogDelivery) -> LogDelivery:
    """Take a log in; what is wrong with its file is written in the delivery."""
    process = delivery.process
    say(process, f"Reading {delivery.file_name}")
    try:
        upload = uploading.access_upload(Actor.system(process.workspace), delivery.upload or "")
        read = open_case_log(files.upload_path(upload), CaseChoices(**delivery.choices))
        write_log(read, folder_of(process), name_of_delivery(delivery))
    except UptakeError as problem:
        log.warning("process.delivery_failed", problem=str(problem))
        delivery.state, delivery.problem = DeliveryState.FAILED, str(problem)
    else:
        files.remove_upload(upload)
        delivery.state, delivery.problem = DeliveryState.TAKEN, ""
        delivery.cases, delivery.events = read.cases, read.events
        delivery.warnings = list(read.warnings)
    delivery.finished_at = now()
    delivery.save()
    say(process, "")
    return delivery


def stamp_of(process: Process) -> str:
    """Return what measuring the process rests on, as of now."""
    facts = (
        *(process.product, process.module, tuple(process.actions), process.account_id),
        process.workspace.kind,
        terms_of(process),
    )
    versions = [
        (each.number, each.is_confirmed, each.begins, each.ends) for each in versions_of(process)
    ]
    delivery = newest_delivery(process)
    stand = read_stand(shared_lake(), process.workspace.slug)
    head = (
        FORM,
        process.workspace.minimum_group,
        f"{zlib.crc32(repr((facts, versions)).encode()):08x}",
        delivery.pk if delivery else 0,
        zlib.crc32(stand.erasures.encode()),
    )
    return " ".join(map(str, head)) + f"{LAKE}{stand.version if process.is_of_events else ''}"


def measure_if_due(process: Process) -> bool:
    """Measure if anything changed since it was done last; says whether it did."""
    if process.origin == Origin.FILE and newest_delivery(process) is None:
        return False
    before = KeptPicture.objects.filter(process=process).first()
    current = stamp_of(process)
    if before is not None and (before.stamp == current or _waits(before, current)):
        return False
    measure_now(process, stamp=current)
    return True


def _waits(before: KeptPicture, current: str) -> bool:
    """Whether nothing but more events came, and what was found in them is new enough."""
    same = before.stamp.partition(LAKE)[0] == current.partition(LAKE)[0]
    if not same or before.outcome != Outcome.DRAWN or before.computed_at is None:
        return False
    return now() - before.computed_at < EVENTS_AFTER
