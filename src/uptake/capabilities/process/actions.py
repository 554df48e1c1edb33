"""What can be done to processes, to how they are meant to run, and to the logs they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Obstacle
from uptake.capabilities.customers.queries import chosen_account
from uptake.capabilities.imports import uploading
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.process import jobs, places
from uptake.capabilities.process.intended_files import read_intended
from uptake.capabilities.process.models import (
    IntendedVersion,
    Level,
    LogDelivery,
    Origin,
    Process,
    ReportedBarrier,
)
from uptake.capabilities.process.queries import access_process, access_version, visible_processes
from uptake.capabilities.process.working_hours import checked_hours
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound
from uptake.foundation.models import User
from uptake.store.errors import UptakeError

LARGEST_MODEL = 2_000_000
"""Characters of a model: the largest that people draw have a tenth of it."""

LONGEST_REPORT = 2_000


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """What a process is called, which events belong to it, and who answers for it.

    ``is_brought``: its cases come from a log that somebody brings. ``account``: external id.
    ``hours``: when work is done, as 09:00-17:00; on the working days of ``country`` and by the
    clocks of ``timezone``, those of the workspace if left empty.
    """

    name: str
    description: str = ""
    account: str = ""
    is_brought: bool = False
    product: str = ""
    module: str = ""
    actions: tuple[str, ...] = ()
    level: str = Level.GROUP.value
    hours: str = ""
    country: str = ""
    timezone: str = ""
    owner: User | None = None
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class IntendedFacts:
    """How work is meant to run: a file's content, and on which days cases begin that it holds for.

    ``file_name`` says by its ending what the content is.
    """

    text: str
    file_name: str = "intended.yaml"
    name: str = ""
    note: str = ""
    begins: date | None = None
    ends: date | None = None
    is_proposal: bool = False


@dataclass(frozen=True, slots=True)
class BarrierFacts:
    """What stops people: the deviation it explains, one of ``Obstacle``, and words of one's own."""

    deviation: str
    sentence: str
    kind: str
    text: str = ""


@transaction.atomic
def found_process(actor: Actor, facts: ProcessFacts) -> Process:
    """Write down which work is looked at.

    Raises:
        Conflict: there is a process of this name.
        Invalid: something that it needs is missing.
        NotFound: the account is none that the actor sees.
    """
    actor.require(Permission.PROCESS_WRITE)
    _refuse_unclear(facts)
    _refuse_taken(actor, facts.name.strip())
    process = Process.objects.create(
        workspace=actor.workspace, account=chosen_account(actor, facts.account), **_columns(facts)
    )
    activity.record(actor, "process.founded", process)
    transaction.on_commit(jobs.wake)
    return process


@transaction.atomic
def change_process(actor: Actor, key: int, facts: ProcessFacts) -> Process:
    """Change what a process is called, which events belong to it, or who answers for it.

    Raises:
        Conflict: it has ended, or another one has this name.
        Invalid: something that it needs is missing.
    """
    actor.require(Permission.PROCESS_WRITE)
    process = lock_running(actor, key)
    _refuse_unclear(facts)
    if facts.name.strip() != process.name:
        _refuse_taken(actor, facts.name.strip())
    for name, value in _columns(facts).items():
        if name != "origin":
            setattr(process, name, value)
    process.account = chosen_account(actor, facts.account)
    process.save()
    activity.record(actor, "process.changed", process)
    transaction.on_commit(jobs.wake)
    return process


@transaction.atomic
def end_process(actor: Actor, key: int) -> Process:
    """Measure it no longer; what was found stays to be read.

    Raises:
        Conflict: it has ended.
    """
    actor.require(Permission.PROCESS_WRITE)
    process = lock_running(actor, key)
    process.ended_at = now()
    process.save(update_fields=["ended_at"])
    activity.record(actor, "process.ended", process)
    return process


@transaction.atomic
def remove_process(actor: Actor, key: int) -> None:
    """Remove a process with everything that was brought and found; it cannot be brought back."""
    actor.require(Permission.PROCESS_WRITE)
    process = _lock(actor, key)
    activity.record(actor, "process.removed", process)
    folder = places.folder_of(process)
    process.delete()
    transaction.on_commit(partial(places.forget_folder, folder))


@transaction.atomic
def write_intended(actor: Actor, key: int, facts: IntendedFacts) -> IntendedVersion:
    """Say how work is meant to run, as the next version; earlier ones stay.

    What a person writes is confirmed by them; a proposal counts once somebody confirms it.

    Raises:
        Conflict: the process has ended.
        Invalid: the content cannot be read, or it would end before it begins.
    """
    actor.require(Permission.PROCESS_WRITE)
    process = lock_running(actor, key)
    read_text(facts.text, facts.file_name)
    _refuse_backwards(facts.begins, facts.ends)
    version = IntendedVersion.objects.create(
        process=process,
        number=_next_number(process),
        name=facts.name.strip(),
        file_name=facts.file_name,
        text=facts.text,
        note=facts.note.strip(),
        begins=facts.begins,
        ends=facts.ends,
        written_by=actor.name,
        confirmed_by="" if facts.is_proposal else actor.name,
        confirmed_at=None if facts.is_proposal else now(),
    )
    if not facts.is_proposal:
        _end_those_before(version)
    activity.record(
        actor, "process.intended", process, version=version.number, proposal=facts.is_proposal
    )
    transaction.on_commit(jobs.wake)
    return version


@transaction.atomic
def confirm_intended(actor: Actor, key: int) -> IntendedVersion:
    """Stand behind a proposal: from now on cases are measured by it.

    Raises:
        Conflict: somebody confirmed it already, or the process has ended.
    """
    actor.require(Permission.PROCESS_WRITE)
    version = access_version(actor, key)
    lock_running(actor, version.process_id)
    if version.is_confirmed:
        raise Conflict("This version was confirmed already.")
    version.confirmed_by, version.confirmed_at = actor.name, now()
    version.save(update_fields=["confirmed_by", "confirmed_at"])
    _end_those_before(version)
    activity.record(actor, "process.confirmed", version.process, version=version.number)
    transaction.on_commit(jobs.wake)
    return version


@transaction.atomic
def set_validity(
    actor: Actor, key: int, *, begins: date | None, ends: date | None
) -> IntendedVersion:
    """Say on which days cases begin that a version holds for.

    Raises:
        Invalid: it would end before it begins.
    """
    actor.require(Permission.PROCESS_WRITE)
    version = access_version(actor, key)
    lock_running(actor, version.process_id)
    _refuse_backwards(begins, ends)
    version.begins, version.ends = begins, ends
    version.save(update_fields=["begins", "ends"])
    activity.record(
        actor, "process.dated", version.process, version=version.number, begins=begins, ends=ends
    )
    transaction.on_commit(jobs.wake)
    return version


@transaction.atomic
def deliver_log(
    actor: Actor, key: int, upload: UUID | str, *, choices: Mapping[str, object] | None = None
) -> LogDelivery:
    """Bring a log of cases in place of what was brought before; the same file changes nothing.

    ``choices``: how to read it, by the names of ``formats.case_choices.CaseChoices``.

    Raises:
        Conflict: the process takes its cases from events or has ended, or the file is not whole.
        NotFound: there is no such upload.
    """
    actor.require(Permission.PROCESS_WRITE)
    process = lock_running(actor, key)
    if process.is_of_events:
        raise Conflict("This process is made of events; found another one for a log of its own.")
    brought = uploading.access_upload(actor, upload)
    if not brought.is_whole:
        raise Conflict("The file is not complete; finish its upload first.")
    chosen = dict(choices or {})
    before = process.deliveries.exclude(state=DeliveryState.FAILED).order_by("-pk").first()
    if before is not None and (before.sha256, before.choices) == (brought.sha256, chosen):
        return before
    delivery = LogDelivery.objects.create(
        process=process,
        upload=brought.pk,
        file_name=brought.name,
        size=brought.size,
        sha256=brought.sha256,
        choices=chosen,
        actor_name=actor.name,
    )
    activity.record(actor, "process.log_delivered", delivery, process=process.name)
    transaction.on_commit(jobs.wake)
    return delivery


def read_text(text: str, file_name: str) -> None:
    """Read what somebody wrote or brought, to see whether it can be.

    Raises:
        Invalid: it cannot be read; the sentence says where, and how to write it.
    """
    if len(text) > LARGEST_MODEL:
        raise Invalid(f"A model has {LARGEST_MODEL:,} characters at most; bring a smaller one.")
    try:
        read_intended(text, name=file_name)
    except UptakeError as problem:
        raise Invalid(str(problem)) from problem


def _next_number(process: Process) -> int:
    """The number after the highest: a proposal that was thrown away leaves a gap."""
    return (process.versions.aggregate(Max("number"))["number__max"] or 0) + 1


def _end_those_before(version: IntendedVersion) -> None:
    """Let versions without an end, that began before this one, end on the day before it."""
    if version.begins is None:
        return
    last = version.begins - timedelta(days=1)
    others = version.process.versions.exclude(pk=version.pk).filter(
        ends=None, confirmed_at__isnull=False
    )
    for other in others:
        if other.begins is None or other.begins <= last:
            other.ends = last
            other.save(update_fields=["ends"])


def _columns(facts: ProcessFacts) -> dict[str, object]:
    hours, country, timezone = checked_hours(
        facts.hours, country=facts.country, timezone=facts.timezone
    )
    return {
        "name": facts.name.strip(),
        "description": facts.description.strip(),
        "origin": Origin.FILE if facts.is_brought else Origin.EVENTS,
        "product": facts.product,
        "module": facts.module,
        "actions": list(facts.actions),
        "level": facts.level,
        "hours": hours,
        "country": country,
        "timezone": timezone,
        "owner": facts.owner,
        "owner_name": facts.owner_name.strip(),
    }


def _refuse_unclear(facts: ProcessFacts) -> None:
    if not facts.name.strip():
        raise Invalid("A process needs a name; write what people call this work.")
    if facts.level not in Level.values:
        raise Invalid(f"Choose whose hands are shown: {', '.join(Level.values)}.")


def _refuse_backwards(begins: date | None, ends: date | None) -> None:
    if begins is not None and ends is not None and ends < begins:
        raise Invalid("It would end before it begins; choose a later last day.")


def _refuse_taken(actor: Actor, name: str) -> None:
    if Process.objects.filter(workspace=actor.workspace, name=name).exists():
        raise Conflict(f"There is a process {name!r} already; choose another name.")


def _lock(actor: Actor, key: int) -> Process:
    found = access_process(actor, key)
    row = visible_processes(actor).select_related(None).select_for_update().filter(pk=found.pk)
    locked = row.first()
    if locked is None:
        raise NotFound("There is no such process any more; see the list of processes.")
    return locked


def lock_running(actor: Actor, key: int) -> Process:
    """Return a process that is measured still, for the rest of the transaction.

    Raises:
        Conflict: it has ended.
        NotFound: there is none for the actor.
    """
    process = _lock(actor, key)
    if process.ended_at is not None:
        raise Conflict("This process has ended; found a new one.")
    return process


@transaction.atomic
def report_barrier(actor: Actor, key: int, report: BarrierFacts) -> ReportedBarrier:
    """Say what stops people from working as intended; whoever reads the process may.

    Raises:
        Invalid: it is not said what stops them.
    """
    actor.require(Permission.PROCESS_READ)
    process = access_process(actor, key)
    if report.kind not in Obstacle.values:
        raise Invalid("Choose what stops people.")
    row = ReportedBarrier.objects.create(
        process=process,
        deviation=report.deviation,
        sentence=report.sentence,
        kind=report.kind,
        text=report.text.strip()[:LONGEST_REPORT],
        reported_by=actor.name,
    )
    activity.record(
        actor, "process.barrier_reported", process, kind=row.kind, deviation=row.sentence
    )
    return row
