"""Works imports off, oldest first: the rows that are due are the queue."""

from __future__ import annotations

import structlog
from filelock import FileLock, Timeout

from uptake.capabilities.imports import files, queries, watching
from uptake.capabilities.imports.models import Import
from uptake.capabilities.imports.working import work_off
from uptake.foundation.lake import open_lake
from uptake.store import Lake
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)


def carry_on() -> int:
    """Do whatever is due; returns for how many imports. One process at a time does."""
    try:
        with FileLock(files.folder() / "worker.lock", timeout=0), open_lake() as lake:
            return _work_all_off(lake)
    except Timeout:
        return 0


def _work_all_off(lake: Lake) -> int:
    """Go on until nothing is due; an import that has to wait is left for the next minute."""
    tried: set[int] = set()
    done = 0
    while left := [number for number in queries.due_imports() if number not in tried]:
        number = left[0]
        with structlog.contextvars.bound_contextvars(number=number):
            job = _work_off(number, lake)
        if job is None or job.is_due:
            tried.add(number)
        done += job is not None
        if job is not None:
            watching.settle(job)
    return done


def _work_off(number: int, lake: Lake) -> Import | None:
    """Work one import off; ``None`` if somebody else is at it or it is gone."""
    found = Import.objects.select_related("workspace", "upload", "user").filter(pk=number)
    job = found.first()
    if job is None:
        return None
    try:
        work_off(job, lake, wait=False)
    except Timeout:
        return None
    except UptakeError as problem:
        log.warning("import.stopped", problem=str(problem))
    except Exception:
        log.exception("import.crashed")
    else:
        log.info("import.worked_off", state=job.state)
    return found.first()
