"""Does what is due for an import: look at the file, rehearse, run, undo.

Whoever works on an import holds its lock, which the system lets go of when they die, so that the
next one carries on. Everything can run twice: events are known by their identity, records and the
import's own row change in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from threading import get_ident
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.timezone import now

from uptake.capabilities.customers import undo as records
from uptake.capabilities.imports import files, mappings
from uptake.capabilities.imports.models import Import, Kind, SavedMapping, State
from uptake.capabilities.imports.outcome import (
    Outcome,
    Task,
    hand_over_events,
    hand_over_records,
)
from uptake.formats import TableSource, open_table
from uptake.formats.streams import Progress
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.store.errors import LakeBusy, LakeFull, LakeReadOnly, LakeUnavailable, UptakeError

if TYPE_CHECKING:
    from uptake.store import Lake

log = structlog.get_logger(__name__)

MOST_ATTEMPTS = 5
SECONDS_BETWEEN_NEWS = 0.5
BEFORE_NOW = timedelta(minutes=1)
"""Events are marked as received a minute ago: no other sender still uses that moment."""

ONE_MOMENT = timedelta(milliseconds=1)
WAITED_OUT = (LakeFull, LakeReadOnly, LakeUnavailable, LakeBusy)


def work_off(
    job: Import,
    lake: Lake,
    *,
    table: TableSource | None = None,
    told: Progress | None = None,
    wait: bool = True,
) -> Import:
    """Do what is due for an import, if anything is; waits for whoever is at it already.

    ``table`` is the file if it is open already. Raises what went wrong, once it is written down,
    and ``filelock.Timeout`` instead of waiting if it may not.
    """
    with files.lock_of(job).acquire(blocking=wait):
        job.refresh_from_db()
        if job.is_due:
            with _failing(job, lake):
                _DEEDS[State(job.state)](job, lake, table, told or _Told(job))
    return job


class _Told:
    """Writes news of the progress into the row, not too often.

    What reads ahead tells of it in a thread of its own, with a connection of its own; that its news
    cannot be written is no reason to fail.
    """

    def __init__(self, job: Import) -> None:
        self._job = job
        self._last = 0.0
        self._thread = get_ident()

    def __call__(self, what: str, share: float | None) -> None:
        if monotonic() - self._last < SECONDS_BETWEEN_NEWS:
            return
        self._last = monotonic()
        row = Import.objects.filter(pk=self._job.pk)
        if get_ident() == self._thread:
            row.update(step=what[:200], progress=share)
            return
        try:
            row.update(step=what[:200], progress=share)
        except OperationalError:
            log.info("import.news_left_out", number=self._job.pk)
        finally:
            connection.close()


@contextmanager
def _failing(job: Import, lake: Lake) -> Iterator[None]:
    """Write down what goes wrong; what may pass by itself is left to be tried again."""
    job.attempts += 1
    job.save(update_fields=["attempts"])
    try:
        if job.attempts > MOST_ATTEMPTS:
            raise UptakeError("It was broken off again and again; look into the worker's log.")
        yield
    except WAITED_OUT as problem:
        _save(job, step=f"Waiting: {problem}"[:200], attempts=0)
        raise
    except UptakeError as problem:
        _fail(job, lake, str(problem))
        raise
    except Exception:
        log.exception("import.crashed", number=job.pk, attempts=job.attempts)
        if job.attempts >= MOST_ATTEMPTS:
            _fail(job, lake, "Uptake itself failed over this file; look into the worker's log.")
        raise


def _fail(job: Import, lake: Lake, problem: str) -> None:
    """An import that fails leaves nothing behind; a rehearsal goes back to its mapping."""
    if job.state == State.UNDOING:
        _save(job, state=State.DONE, problem=problem, step="", progress=None)
        return
    if job.state == State.DRY_RUN:
        _save(job, state=State.DRAFT, problem=problem, step="", progress=None)
        return
    if job.received_at is not None:
        lake.undo(job.workspace.slug, job.source, job.received_at)
    _save(job, state=State.FAILED, problem=problem, step="", progress=None, finished_at=now())
    activity.record(_actor(job), "import.failed", job)


def _actor(job: Import) -> Actor:
    """Whoever asked for the import, with the rights they have now."""
    if job.user is None:
        return Actor.system(job.workspace, name=job.actor_name)
    return Actor.of(job.user, job.workspace)


def _save(job: Import, **facts: object) -> None:
    for name, value in facts.items():
        setattr(job, name, value)
    job.save(update_fields=list(facts))


@contextmanager
def _opened(job: Import, table: TableSource | None, told: Progress) -> Iterator[TableSource]:
    if table is not None:
        yield table
        return
    with open_table(files.path_of(job), told, encoding=job.encoding or None) as opened:
        yield opened


# --- look ------------------------------------------------------------------------------------


def _look(job: Import, _lake: Lake, table: TableSource | None, told: Progress) -> None:
    """Read the columns, propose what they mean, keep rows to change the proposal by."""
    with _opened(job, table, told) as opened:
        signature = mappings.signature_of(opened.columns)
        saved = saved_mapping(job, signature)
        if saved is not None:
            mapping = mappings.from_text(saved.text, opened, job.kind)
        else:
            mapping = mappings.propose(opened, job.kind)
        proposal = mappings.describe(opened, mapping).as_json()
        mappings.keep_sample(opened, files.sample_path(job))
    _save(
        job,
        signature=signature,
        mapping=mappings.as_text(mapping),
        mapping_name=saved.name if saved else "",
        proposal=proposal,
        attempts=0,
        step="",
        progress=None,
    )


def saved_mapping(job: Import, signature: str) -> SavedMapping | None:
    """Return the mapping last used for files with the same columns."""
    kept = SavedMapping.objects.filter(
        workspace=job.workspace, kind=job.kind, signature=signature
    ).order_by("-used_at", "-pk")
    return kept.first()


# --- rehearse and run --------------------------------------------------------------------------


def _rehearse(job: Import, lake: Lake, table: TableSource | None, told: Progress) -> None:
    told("Comparing with what is known", None)
    with _opened(job, table, told) as opened:
        outcome = _hand_over(job, lake, opened, told, dry_run=True)
    rehearsal = {
        "rows": outcome.rows,
        "new": outcome.new,
        "changed": outcome.changed,
        "unchanged": outcome.unchanged,
        "rejected": outcome.rejected,
        "duplicates": outcome.duplicates,
        "reasons": outcome.reasons,
        "remarks": list(outcome.remarks),
    }
    _save(
        job,
        rehearsal=rehearsal,
        has_rejects=outcome.has_rejects,
        attempts=0,
        step="",
        progress=None,
    )


def _run(job: Import, lake: Lake, table: TableSource | None, told: Progress) -> None:
    """Hand the file over; a second time goes on where the first one stopped."""
    _save(job, state=State.RUNNING, started_at=job.started_at or now())
    if job.kind == Kind.EVENTS and job.received_at is None:
        _reserve_moment(job, lake)
    as_one = nullcontext() if job.kind == Kind.EVENTS else transaction.atomic()
    with _opened(job, table, told) as opened, as_one:
        outcome = _hand_over(job, lake, opened, told, dry_run=False)
        _finish(job, outcome)
    files.remove_upload(job.upload)
    files.remove_sample(job)


def _hand_over(
    job: Import, lake: Lake, table: TableSource, told: Progress, *, dry_run: bool
) -> Outcome:
    actor = _actor(job)
    actor.require(Permission.IMPORTS_RUN)
    task = Task(
        table=table,
        mapping=mappings.from_text(job.mapping, table, job.kind),
        source=job.source,
        rejects=files.rejects_path(job),
        dry_run=dry_run,
        received_at=job.received_at,
        number=None if dry_run else job.pk,
    )
    if job.kind == Kind.EVENTS:
        return hand_over_events(actor, task, lake, told=told)
    return hand_over_records(actor, task, lake)


@transaction.atomic
def _finish(job: Import, outcome: Outcome) -> None:
    _save(
        job,
        state=State.DONE,
        rows=outcome.rows,
        new=outcome.new,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        rejected=outcome.rejected,
        duplicates=outcome.duplicates,
        reasons=outcome.reasons,
        remarks=[*outcome.remarks, *(f"line {n.line}: {n.reason}" for n in outcome.notes[:10])],
        has_rejects=outcome.has_rejects,
        proposal={},
        rehearsal=None,
        finished_at=now(),
        step="",
        progress=1.0,
        attempts=0,
    )
    SavedMapping.objects.filter(
        workspace=job.workspace, kind=job.kind, name=job.mapping_name
    ).update(used_at=now())
    if job.kind == Kind.EVENTS and outcome.new:
        counts = {"new": outcome.new, "unchanged": outcome.unchanged, "rejected": outcome.rejected}
        activity.record(_actor(job), "events.imported", job, **counts)


def _reserve_moment(job: Import, lake: Lake) -> None:
    """Give the import a moment that nothing else of its source was received at."""
    moment = _whole_milliseconds(now() - BEFORE_NOW)
    while not _is_reserved(job, lake, moment):
        moment -= ONE_MOMENT


def _is_reserved(job: Import, lake: Lake, moment: datetime) -> bool:
    if lake.events_of(job.workspace.slug, job.source, moment):
        return False
    try:
        with transaction.atomic():
            _save(job, received_at=moment)
    except IntegrityError:
        return False
    return True


def _whole_milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# --- undo --------------------------------------------------------------------------------------


def _undo(job: Import, lake: Lake, _table: TableSource | None, told: Progress) -> None:
    """Take the import back: its events are gone, its records are as they were."""
    told("Taking it back", None)
    actor = Actor.system(job.workspace, name=job.undone_by)
    if job.kind == Kind.EVENTS:
        events = 0
        if job.received_at is not None:
            events = lake.undo(job.workspace.slug, job.source, job.received_at).events
        _undone(job, actor, events=events)
        return
    with transaction.atomic():
        undone = records.undo_import(actor, job.pk)
        job.kept = [[kept.kind, kept.key, kept.reason] for kept in undone.kept]
        _undone(job, actor, restored=undone.restored, removed=undone.removed, kept=len(job.kept))


@transaction.atomic
def _undone(job: Import, actor: Actor, **facts: int) -> None:
    files.rejects_path(job).unlink(missing_ok=True)
    _save(
        job,
        state=State.UNDONE,
        kept=job.kept,
        has_rejects=False,
        undone_at=now(),
        attempts=0,
        step="",
        progress=None,
    )
    activity.record(actor, "import.undone", job, **facts)


_DEEDS: dict[State, Callable[[Import, Lake, TableSource | None, Progress], None]] = {
    State.DRAFT: _look,
    State.DRY_RUN: _rehearse,
    State.QUEUED: _run,
    State.RUNNING: _run,
    State.UNDOING: _undo,
}
