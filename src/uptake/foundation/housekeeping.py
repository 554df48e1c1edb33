"""Chores that keep the lake in shape: retention by policy, and compaction.

A chore is due for a workspace when its last run is older than its interval, so a worker that was
off for a week catches up at once, and two workers at worst do the same chore twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.utils.timezone import now

from uptake.config import load_settings
from uptake.foundation.lake import open_lake
from uptake.foundation.models import JobRun, Workspace
from uptake.store import Lake
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something done to each workspace again and again; ``run`` says what it did."""

    name: str
    every: timedelta
    run: Callable[[Lake, Workspace, date], str]


def chores() -> tuple[Chore, ...]:
    """Return every chore; retention first, so that compaction need not touch what goes."""
    settings = load_settings()
    return (
        Chore("retention", timedelta(hours=settings.retention_interval_hours), _apply_retention),
        Chore("compaction", timedelta(hours=settings.compaction_interval_hours), _compact),
    )


def due_chores(moment: datetime) -> Iterator[tuple[Workspace, Chore]]:
    """Return what is to be done now, by workspace."""
    last = {
        (workspace, job): finished
        for workspace, job, finished in JobRun.objects.values_list(
            "workspace_id", "job", "finished_at"
        )
    }
    for workspace in Workspace.objects.all():
        for chore in chores():
            finished = last.get((workspace.pk, chore.name))
            if finished is None or moment - finished >= chore.every:
                yield workspace, chore


def keep_house() -> int:
    """Do every chore that is due; returns how many were done. One that fails is tried next time."""
    done = 0
    with open_lake() as lake:
        for workspace, chore in tuple(due_chores(now())):
            with structlog.contextvars.bound_contextvars(workspace=workspace.slug):
                done += _do(lake, workspace, chore)
    return done


def _do(lake: Lake, workspace: Workspace, chore: Chore) -> bool:
    today = now().astimezone(ZoneInfo(workspace.timezone)).date()
    try:
        said = chore.run(lake, workspace, today)
    except UptakeError as problem:
        log.warning("chore.failed", chore=chore.name, problem=str(problem))
        return False
    JobRun.objects.update_or_create(
        workspace=workspace, job=chore.name, defaults={"finished_at": now(), "said": said[:500]}
    )
    log.info("chore.done", chore=chore.name, said=said)
    return True


def _apply_retention(lake: Lake, workspace: Workspace, today: date) -> str:
    if workspace.retention_months is None:
        return "everything is kept"
    report = lake.apply_retention(workspace.slug, workspace.retention_months, today)
    return f"{report.events} events before {report.first_day} dropped"


def _compact(lake: Lake, workspace: Workspace, _today: date) -> str:
    report = lake.compact(workspace.slug)
    return f"{report.files_before} files became {report.files_after}"
