"""The worker's part: deliveries that wait are taken in, standards that are due are judged."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Max
from django.utils.timezone import localdate, now
from filelock import FileLock, Timeout

from uptake.capabilities.imports import files, uploading
from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.records import places
from uptake.capabilities.records.actions import write_proposal
from uptake.capabilities.records.figuring import Told, keep, keep_rows, keep_uses, told
from uptake.capabilities.records.forgetting import forget_draft_files
from uptake.capabilities.records.ground import Ground, earlier_of, ground
from uptake.capabilities.records.judging import Judged, judge
from uptake.capabilities.records.models import (
    DataStandard,
    Delivery,
    Judgement,
    Outcome,
    StandardVersion,
    Status,
)
from uptake.capabilities.records.picture import FileFacts, RecordPicture, picture_of
from uptake.capabilities.records.proposing import propose_standard
from uptake.capabilities.records.queries import (
    content_of,
    exempt_now,
    judgement_of,
    newest,
    taken_deliveries,
)
from uptake.capabilities.records.roles import propose_columns
from uptake.capabilities.records.standard import Standard
from uptake.capabilities.records.taking import take_in
from uptake.capabilities.records.writing import standard_yaml
from uptake.config import load_settings
from uptake.formats import TableSource, open_table, propose_mapping
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake
from uptake.store.errors import UptakeError
from uptake.store.stand import read_stand

log = structlog.get_logger(__name__)

FORM = 3
"""Version of what is kept; raised when pages or numbers change their making."""

LAKE = "lake "
"""What stands in a stamp before the version of the lake."""

EVENTS_AFTER = timedelta(hours=1)
"""So long what was judged of events stands while more arrive."""


def carry_on() -> int:
    """Do whatever is due; returns how much it was. One process at a time does."""
    try:
        with FileLock(load_settings().data_dir / "records.lock", timeout=0):
            return _take_all() + _judge_all()
    except Timeout:
        return 0


def _take_all() -> int:
    done = 0
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING).order_by("pk")
    for delivery in waiting.select_related("standard__workspace"):
        take(delivery)
        done += 1
    return done


def _judge_all() -> int:
    standards = DataStandard.objects.exclude(status=Status.ENDED).select_related("workspace")
    return sum(judge_if_due(standard) for standard in standards)


def take(delivery: Delivery) -> Delivery:
    """Take a delivery in; what is wrong with its file is written in it."""
    system = Actor.system(delivery.standard.workspace)
    forget_draft_files(delivery.standard)
    try:
        upload = uploading.access_upload(system, delivery.upload or "")
        with open_table(files.upload_path(upload)) as table:
            _take_table(delivery, table)
    except UptakeError as problem:
        log.warning("records.delivery_failed", problem=str(problem))
        delivery.state, delivery.problem = DeliveryState.FAILED, str(problem)
        delivery.finished_at = now()
        delivery.save()
    else:
        files.remove_upload(upload)
    return delivery


def _take_table(delivery: Delivery, table: TableSource) -> None:
    standard = delivery.standard
    version = newest(standard) or _propose(standard, table)
    found = take_in(
        table,
        earlier_of(standard, content_of(version)),
        rows=places.rows_path(delivery),
        rejects=places.rejects_path(delivery),
    )
    delivery.rows, delivery.new = found.rows, found.new
    delivery.known, delivery.rejected = found.known, found.rejected
    delivery.state, delivery.problem = DeliveryState.TAKEN, ""
    delivery.finished_at = now()
    delivery.save()


def _propose(standard: DataStandard, table: TableSource) -> StandardVersion:
    """Write down the standard that a file suggests."""
    mapping = propose_mapping(table)
    said = propose_standard(table, mapping.columns, propose_columns(mapping), name=standard.name)
    return write_proposal(standard, standard_yaml(replace(said, owner=standard.answers)))


def stamp_of(standard: DataStandard) -> str:
    """Return what judging the standard rests on, as of now."""
    exempt = exempt_now(standard)
    counted = taken_deliveries(standard).aggregate(last=Max("pk"), many=Count("pk"))
    lake = read_stand(shared_lake(), standard.workspace.slug)
    parts = (
        FORM,
        standard.status,
        standard.workspace.minimum_group,
        counted["last"],
        counted["many"],
        hash_of_exempt(exempt),
        localdate() if exempt else "",
        f"{LAKE}{lake.version if standard.is_of_events else ''}",
    )
    return " ".join(map(str, parts))


def hash_of_exempt(exempt: tuple[object, ...]) -> str:
    """Return a short text that changes with the exceptions in force."""
    return f"{zlib.crc32(repr(exempt).encode()):08x}" if exempt else ""


def judge_if_due(standard: DataStandard) -> bool:
    """Judge by the newest version if anything changed since; says whether it did."""
    version = newest(standard)
    if version is None:
        return False
    before, current = judgement_of(version), stamp_of(standard)
    if before is not None and before.minimum_people < standard.workspace.minimum_group:
        before = None  # it is shown no more
    if before is not None and before.stamp == current:
        return False
    if before is not None and _waits(before, current):
        return False
    judge_now(version, stamp=current)
    return True


def _waits(before: Judgement, current: str) -> bool:
    """Whether nothing but more events came, and what was judged of them is new enough."""
    same = before.stamp.partition(LAKE)[0] == current.partition(LAKE)[0]
    return same and before.outcome == Outcome.JUDGED and now() - before.computed_at < EVENTS_AFTER


@transaction.atomic
def judge_now(version: StandardVersion, *, stamp: str) -> Judgement:
    """Judge by a version and keep what came of it."""
    try:
        found = _told(version)
    except UptakeError as problem:
        found = Told(Outcome.FAILED, str(problem))
    return keep(version, found, stamp=stamp)


def _told(version: StandardVersion) -> Told:
    standard, content = version.standard, content_of(version)
    with ground(standard, content) as found:
        if isinstance(found, str):
            return Told(Outcome.NO_DATA, found)
        judged, picture = judged_picture(standard, content, found)
        keep_rows(version, judged)
        fewest = standard.workspace.minimum_group
        uses = keep_uses(version, judged, found.versions, fewest=fewest)
        return replace(told(judged, picture, fewest=fewest), dependence=uses)


def judged_picture(
    standard: DataStandard, content: Standard, found: Ground
) -> tuple[Judged, RecordPicture]:
    """Judge records and count them."""
    judged = judge(found.connection, found.versions, content, exempt=exempt_now(standard))
    rejected = sum(standard.deliveries.values_list("rejected", flat=True))
    facts = FileFacts(standard.name, 0, rejected, ())
    fewest = standard.workspace.minimum_group
    return judged, picture_of(judged, found.versions, facts, fewest=fewest)
