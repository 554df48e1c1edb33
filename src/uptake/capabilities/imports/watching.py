"""Watched folders: new files are imported, then moved to ``done`` or ``failed`` beside them."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.utils.timezone import now

from uptake.capabilities.imports import actions
from uptake.capabilities.imports.models import Import, Origin, State, WatchedFolder
from uptake.capabilities.imports.uploading import hash_of
from uptake.foundation.actor import Actor
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

AT_REST_SECONDS = 10
"""A file that was written to more recently may still be growing."""

DONE = "done"
FAILED = "failed"
NOT_AGAIN = (State.DRAFT, State.QUEUED, State.RUNNING, State.DONE)


def look_into_folders() -> int:
    """Have every new file in a watched folder imported; returns how many there were."""
    taken = 0
    folders = WatchedFolder.objects.filter(is_active=True).select_related(
        "workspace", "mapping", "user"
    )
    for folder in folders:
        with structlog.contextvars.bound_contextvars(workspace=folder.workspace.slug):
            taken += _look_into(folder)
    return taken


def _look_into(folder: WatchedFolder) -> int:
    problem, taken = "", 0
    try:
        actor = _actor(folder)
        place = actions.allowed_folder(folder.path)
        for path in _files_at_rest(place, folder.pattern):
            taken += _take(actor, folder, path)
    except (UptakeError, OSError) as error:
        problem = str(error)
        log.warning("folder.unusable", folder=folder.pk, problem=problem)
    WatchedFolder.objects.filter(pk=folder.pk).update(looked_at=now(), problem=problem[:500])
    return taken


def _actor(folder: WatchedFolder) -> Actor:
    """Whoever set the folder up, with the rights they have now."""
    if folder.user is None:
        return Actor.system(folder.workspace, name=folder.actor_name)
    return Actor.of(folder.user, folder.workspace)


def _files_at_rest(place: Path, pattern: str) -> Iterator[Path]:
    """Plain files in the folder itself; links could lead out of what is allowed."""
    for path in sorted(place.iterdir()):
        if path.is_symlink() or not path.is_file() or not fnmatch.fnmatch(path.name, pattern):
            continue
        if time.time() - path.stat().st_mtime >= AT_REST_SECONDS:
            yield path


def _take(actor: Actor, folder: WatchedFolder, path: Path) -> bool:
    """Have a file imported unless the same bytes came before; say whether it was new."""
    known = Import.objects.filter(folder=folder, state__in=NOT_AGAIN)
    if known.filter(path=str(path)).exclude(state=State.DONE).exists():
        return False
    content = hash_of(path)
    if known.filter(sha256=content).exists():
        log.info("folder.file_known", folder=folder.pk)
        _move(path, DONE)
        return False
    mapping = folder.mapping
    actions.import_from_disk(
        actor,
        path,
        kind=folder.kind,
        mapping=mapping.text if mapping else "",
        mapping_name=mapping.name if mapping else "",
        origin=Origin.FOLDER,
        source=folder.source,
        folder=folder,
        sha256=content,
    )
    return True


def settle(job: Import) -> None:
    """Move the file of a finished import out of the way; have one that was just read run."""
    if job.origin != Origin.FOLDER:
        return
    if job.state == State.DRAFT and job.is_looked_at and not job.problem:
        Import.objects.filter(pk=job.pk, state=State.DRAFT).update(state=State.QUEUED)
    elif job.state == State.DONE:
        _move(Path(job.path), DONE)
    elif job.state == State.FAILED:
        _move(Path(job.path), FAILED)


def _move(path: Path, where: str) -> None:
    """Move a file into a folder beside it; a name that is taken there gets a number."""
    if not path.is_file():
        return
    target = path.parent / where
    target.mkdir(exist_ok=True)
    place, number = target / path.name, 1
    while place.exists():
        place = target / f"{path.stem}-{number}{path.suffix}"
        number += 1
    path.rename(place)
