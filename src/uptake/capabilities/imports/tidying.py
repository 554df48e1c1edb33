"""What imports leave behind goes after a while: unfinished uploads, rejects, means to undo."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.utils.timezone import now

from uptake.capabilities.customers.models import RecordChange
from uptake.capabilities.imports import files
from uptake.capabilities.imports.models import Import, State, Upload

log = structlog.get_logger(__name__)

UPLOADS_KEPT = timedelta(days=7)
REJECTS_KEPT = timedelta(days=90)
UNDOABLE_FOR = timedelta(days=90)
"""How long it is remembered what records were before an import; events can be undone longer."""

NOT_RUN = (State.DRAFT, State.DRY_RUN, State.FAILED)


def tidy() -> int:
    """Remove what is older than it is kept; returns how many things went."""
    gone = _old_uploads() + _old_rejects() + _old_changes()
    _remove_locks()
    if gone:
        log.info("imports.tidied", gone=gone)
    return gone


def _old_uploads() -> int:
    old = Upload.objects.filter(touched_at__lt=now() - UPLOADS_KEPT, is_removed=False)
    count = 0
    for upload in old.exclude(imports__state__in=(State.QUEUED, State.RUNNING)):
        for job in upload.imports.filter(state__in=NOT_RUN):
            files.remove_sample(job)
            job.delete()
        files.remove_upload(upload)
        count += 1
    return count


def _old_rejects() -> int:
    old = Import.objects.filter(has_rejects=True, finished_at__lt=now() - REJECTS_KEPT)
    for job in old:
        files.rejects_path(job).unlink(missing_ok=True)
    return old.update(has_rejects=False)


def _old_changes() -> int:
    numbers = Import.objects.filter(finished_at__lt=now() - UNDOABLE_FOR).values("pk")
    gone, _ = RecordChange.objects.filter(number__in=numbers).delete()
    return gone


def _remove_locks() -> None:
    """Remove the lock files of imports with which nobody has anything to do any more."""
    over = Import.objects.filter(state__in=(State.DONE, State.FAILED, State.UNDONE))
    numbers = {str(pk) for pk in over.values_list("pk", flat=True)}
    for path in files.folder().glob("*.lock"):
        if path.stem in numbers:
            path.unlink(missing_ok=True)
