"""Erasing a person reaches the files of imports, too."""

from __future__ import annotations

from pathlib import Path

from uptake.capabilities.customers.erasure import also_erases
from uptake.capabilities.imports import files
from uptake.capabilities.imports.models import Import, State
from uptake.foundation.models import Workspace

NOT_RUN = (State.DRAFT, State.DRY_RUN, State.FAILED)
REMOVED = "The file was removed because somebody in this workspace was erased; upload it again."


@also_erases
def erase_from_imports(workspace: Workspace, person: str) -> int:
    """Remove rejects and remarks that name the person, and every file that waits to be imported.

    Who is in an uploaded file cannot be told for sure before it is read, so all of them go.
    """
    gone = 0
    for job in Import.objects.filter(workspace=workspace).select_related("upload"):
        gone += _forget(job, person)
    return gone


def _forget(job: Import, person: str) -> int:
    if job.state in NOT_RUN and job.upload is not None:
        files.remove_upload(job.upload)
        files.remove_sample(job)
        files.rejects_path(job).unlink(missing_ok=True)
        job.state, job.problem, job.has_rejects = State.FAILED, REMOVED, False
        job.proposal, job.rehearsal = {}, None
        job.save()
        return 1
    named = [line for line in job.remarks if person in line]
    kept = [line for line in job.kept if person in line]
    if named or kept:
        job.remarks = [line for line in job.remarks if line not in named]
        job.kept = [line for line in job.kept if line not in kept]
        job.save(update_fields=["remarks", "kept"])
    rejects = files.rejects_path(job)
    if job.has_rejects and _names(rejects, person):
        rejects.unlink(missing_ok=True)
        job.has_rejects = False
        job.save(update_fields=["has_rejects"])
        return 1
    return 0


def _names(path: Path, person: str) -> bool:
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        return any(person in line for line in file)
