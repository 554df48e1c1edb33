"""What can be done to data standards and the records they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate, now

from uptake.capabilities.customers.queries import chosen_account
from uptake.capabilities.imports import uploading
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.records import jobs, places
from uptake.capabilities.records.models import (
    DataStandard,
    Delivery,
    Judgement,
    Origin,
    StandardException,
    StandardVersion,
    Status,
)
from uptake.capabilities.records.queries import (
    access_delivery,
    access_exception,
    access_standard,
    content_of,
    newest,
    visible_standards,
)
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.standard import Standard
from uptake.capabilities.records.writing import standard_yaml
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound
from uptake.foundation.models import User
from uptake.store.errors import UptakeError


@dataclass(frozen=True, slots=True)
class StandardFacts:
    """What a standard is called, whose records it is about, and who answers for it.

    ``object_type``: of the events that are judged; empty where files are delivered.
    """

    name: str
    account: str = ""
    object_type: str = ""
    owner: User | None = None
    owner_name: str = ""


@transaction.atomic
def found_standard(actor: Actor, facts: StandardFacts, *, text: str = "") -> DataStandard:
    """Write down a standard; without a text it is proposed from the first file that comes.

    Raises:
        Conflict: there is one of this name.
        Invalid: the text cannot be read, or there is none although nothing will be delivered.
        NotFound: the account is none that the actor sees.
    """
    actor.require(Permission.RECORDS_WRITE)
    name = facts.name.strip()
    if not name:
        raise Invalid("A standard needs a name; write what people call these records.")
    if facts.object_type and not text.strip():
        raise Invalid(
            "Begin from a sample: records that come as events are not looked through for a "
            "proposal. To have one proposed from a file, leave the type of record empty."
        )
    _refuse_taken(actor, name)
    standard = DataStandard.objects.create(
        workspace=actor.workspace,
        name=name,
        account=chosen_account(actor, facts.account),
        origin=Origin.EVENTS if facts.object_type else Origin.FILES,
        object_type=facts.object_type,
        owner=facts.owner,
        owner_name=facts.owner_name,
    )
    activity.record(actor, "standard.founded", standard)
    if text.strip():
        read_text(text)
        _write(actor, standard, text)
    return standard


@transaction.atomic
def revise_standard(actor: Actor, key: int, *, text: str, note: str = "") -> StandardVersion | None:
    """Change what records must hold, as a new version; what was judged before stays.

    None where the text says the same.

    Raises:
        Conflict: the standard has ended.
        Invalid: the text cannot be read; the sentence names the line.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = _lock(actor, key)
    if standard.status == Status.ENDED:
        raise Conflict("This standard has ended; write down a new one.")
    said = read_text(text)
    before = newest(standard)
    if before is not None and replace(content_of(before), version=1) == replace(said, version=1):
        return None
    version = _write(actor, standard, text, note=note)
    activity.record(actor, "standard.revised", standard, version=version.number)
    return version


@transaction.atomic
def agree_on_standard(actor: Actor, key: int) -> DataStandard:
    """Say that people agreed on it: from now on it can be met or missed.

    Raises:
        Conflict: it was agreed on already, has ended, or says nothing yet.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = _lock(actor, key)
    version = newest(standard)
    if standard.status != Status.PROPOSED:
        raise Conflict("Only a proposal can be agreed on; change this standard instead.")
    if version is None:
        raise Conflict("It says nothing yet; deliver a file or write it down first.")
    said = content_of(version)
    if said.is_proposed:
        _write(actor, standard, standard_yaml(replace(said, is_proposed=False)), note="Agreed on")
    standard.status = Status.AGREED
    standard.save(update_fields=["status"])
    Judgement.objects.filter(version=version).update(stamp="")
    activity.record(actor, "standard.agreed", standard)
    return standard


@transaction.atomic
def end_standard(actor: Actor, key: int) -> DataStandard:
    """Judge by it no longer; what was judged stays to be read.

    Raises:
        Conflict: it has ended.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = _lock(actor, key)
    if standard.status == Status.ENDED:
        raise Conflict("This standard has ended already.")
    standard.status = Status.ENDED
    standard.save(update_fields=["status"])
    activity.record(actor, "standard.ended", standard)
    return standard


@transaction.atomic
def deliver_records(actor: Actor, key: int, upload: UUID | str) -> Delivery:
    """Bring a file of records; the same file a second time changes nothing.

    Raises:
        Conflict: the standard has ended, or takes its records from events.
        NotFound: there is no such upload.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = _lock(actor, key)
    if standard.is_of_events:
        raise Conflict("These records come as events; send them to a source instead.")
    if standard.status == Status.ENDED:
        raise Conflict("This standard has ended; found a new one for these records.")
    brought = uploading.access_upload(actor, upload)
    if not brought.is_whole:
        raise Conflict("The file is not complete; finish its upload first.")
    same = standard.deliveries.exclude(state=DeliveryState.FAILED)
    known = same.filter(sha256=brought.sha256).first()
    if known is not None:
        return known
    delivery = Delivery.objects.create(
        standard=standard,
        upload=brought.pk,
        file_name=brought.name,
        size=brought.size,
        sha256=brought.sha256,
        actor_name=actor.name,
    )
    activity.record(actor, "records.delivered", delivery, standard=standard.name)
    transaction.on_commit(jobs.wake)
    return delivery


@transaction.atomic
def take_back_delivery(actor: Actor, key: int) -> None:
    """Remove the rows that a delivery brought; what is left is judged anew."""
    actor.require(Permission.RECORDS_WRITE)
    delivery = access_delivery(actor, key)
    _lock(actor, delivery.standard_id)
    activity.record(actor, "records.taken_back", delivery, standard=delivery.standard.name)
    paths = places.rows_path(delivery), places.rejects_path(delivery)
    delivery.delete()
    transaction.on_commit(partial(_remove, paths))
    transaction.on_commit(jobs.wake)


def _remove(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class ExceptionFacts:
    """Which rules leave out whose records until when, why, and who agreed to it."""

    field: str
    group: str
    reason: str
    until: date
    agreed_by: str


@transaction.atomic
def log_exception(actor: Actor, key: int, facts: ExceptionFacts) -> StandardException:
    """Leave records out of the rules about a field for a while; they are exempt, not fit.

    Raises:
        Invalid: the standard has no such field, something is missing, or the day lies behind us.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = _lock(actor, key)
    version = newest(standard)
    if version is None or facts.field not in content_of(version).field_names:
        raise Invalid(f"The standard asks nothing of {facts.field!r}; choose one of its fields.")
    if not (facts.reason.strip() and facts.agreed_by.strip()):
        raise Invalid("Say why, and who agreed to it.")
    if facts.until < localdate():
        raise Invalid("An exception ends on a day to come; choose a later one.")
    row = StandardException.objects.create(
        standard=standard,
        field=facts.field,
        group=facts.group.strip(),
        reason=facts.reason.strip(),
        until=facts.until,
        agreed_by=facts.agreed_by.strip(),
        written_by=actor.name,
    )
    activity.record(
        actor, "standard.excepted", standard, field=row.field, group=row.group, until=row.until
    )
    transaction.on_commit(jobs.wake)
    return row


@transaction.atomic
def withdraw_exception(actor: Actor, key: int) -> StandardException:
    """Judge the records by these rules again.

    Raises:
        Conflict: it was withdrawn already.
    """
    actor.require(Permission.RECORDS_WRITE)
    row = access_exception(actor, key)
    standard = _lock(actor, row.standard_id)
    if row.withdrawn_at is not None:
        raise Conflict("This exception was withdrawn already.")
    row.withdrawn_at = now()
    row.save(update_fields=["withdrawn_at"])
    activity.record(actor, "standard.exception_withdrawn", standard, field=row.field)
    transaction.on_commit(jobs.wake)
    return row


def read_text(text: str) -> Standard:
    """Read a standard that somebody typed.

    Raises:
        Invalid: it cannot be read; the sentence names the line and how to write it.
    """
    try:
        return read_standard(text, name="The standard")
    except UptakeError as problem:
        raise Invalid(str(problem)) from problem


def _write(actor: Actor, standard: DataStandard, text: str, *, note: str = "") -> StandardVersion:
    version = StandardVersion.objects.create(
        standard=standard,
        number=standard.versions.count() + 1,
        text=text,
        note=note.strip(),
        written_by=actor.name,
    )
    transaction.on_commit(jobs.wake)
    return version


def write_proposal(standard: DataStandard, text: str) -> StandardVersion:
    """Write down what was read off the first file; nobody agreed on it."""
    return _write(Actor.system(standard.workspace, name="proposal"), standard, text)


def _refuse_taken(actor: Actor, name: str) -> None:
    if DataStandard.objects.filter(workspace=actor.workspace, name=name).exists():
        raise Conflict(f"There is a standard {name!r} already; choose another name.")


def _lock(actor: Actor, key: int) -> DataStandard:
    found = access_standard(actor, key)
    row = visible_standards(actor).select_related(None).select_for_update().filter(pk=found.pk)
    locked = row.first()
    if locked is None:
        raise NotFound("There is no such standard any more; see the list of standards.")
    return locked
