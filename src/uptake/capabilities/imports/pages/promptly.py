"""What takes no time is done while the person waits; anything else is left to the worker."""

from __future__ import annotations

from contextlib import suppress

from filelock import Timeout

from uptake.capabilities.imports import actions, jobs
from uptake.capabilities.imports.models import Import, State
from uptake.capabilities.imports.working import work_off
from uptake.foundation.lake import open_lake
from uptake.store.errors import UptakeError


def do_promptly(job: Import) -> Import:
    """Look at a small file or rehearse it now; what goes wrong is written in the import."""
    is_small = job.size <= actions.SMALL_BYTES and job.state in (State.DRAFT, State.DRY_RUN)
    if not is_small:
        jobs.wake()
        return job
    with suppress(UptakeError, Timeout), open_lake() as lake:
        work_off(job, lake, wait=False)
    return job
