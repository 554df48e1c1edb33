"""The only doors to imports, saved mappings and watched folders."""

from __future__ import annotations

from django.db.models import QuerySet

from uptake.capabilities.imports.models import Import, Kind, SavedMapping, State, WatchedFolder
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def visible_imports(actor: Actor) -> QuerySet[Import]:
    """Return every import of the workspace, newest first."""
    actor.require(Permission.SOURCES_READ)
    return Import.objects.filter(workspace=actor.workspace)


def access_import(actor: Actor, number: int) -> Import:
    """Return one import, or say that there is none."""
    found = visible_imports(actor).select_related("workspace", "upload", "user").filter(pk=number)
    return _or_not_found(found.first(), number)


def lock_import(actor: Actor, number: int) -> Import:
    """Return one import that nobody else changes until the transaction ends."""
    actor.require(Permission.IMPORTS_RUN)
    found = visible_imports(actor).select_for_update().filter(pk=number)
    return _or_not_found(found.first(), number)


def visible_mappings(actor: Actor) -> QuerySet[SavedMapping]:
    """Return the saved mappings of the workspace."""
    actor.require(Permission.SOURCES_READ)
    return SavedMapping.objects.filter(workspace=actor.workspace)


def access_mapping(actor: Actor, mapping_id: int) -> SavedMapping:
    """Return one saved mapping, or say that there is none."""
    found = visible_mappings(actor).filter(pk=mapping_id).first()
    if found is None:
        raise NotFound("There is no such mapping; it may have been deleted.")
    return found


def visible_folders(actor: Actor) -> QuerySet[WatchedFolder]:
    """Return the watched folders of the workspace."""
    actor.require(Permission.SOURCES_READ)
    return WatchedFolder.objects.filter(workspace=actor.workspace).select_related("mapping")


def access_folder(actor: Actor, folder_id: int) -> WatchedFolder:
    """Return one watched folder, or say that there is none."""
    found = visible_folders(actor).filter(pk=folder_id).first()
    if found is None:
        raise NotFound("There is no such folder; it may have been forgotten.")
    return found


def imported_before(actor: Actor, job: Import) -> Import | None:
    """Return the import that brought the same bytes before, unless it was undone."""
    same = visible_imports(actor).filter(sha256=job.sha256, kind=job.kind, state=State.DONE)
    return same.exclude(pk=job.pk).first() if job.sha256 else None


def imported_over(actor: Actor, job: Import) -> list[Import]:
    """Return later imports that found events there which may have been this import's.

    Undoing this one takes those events away; importing the later files again brings them back.
    """
    if job.kind != Kind.EVENTS:
        return []
    later = visible_imports(actor).filter(
        pk__gt=job.pk, kind=Kind.EVENTS, source=job.source, state=State.DONE, unchanged__gt=0
    )
    return list(later[:10])


def due_imports() -> list[int]:
    """Return the numbers of imports that the worker has something to do for, oldest first."""
    waiting = (State.DRAFT, State.DRY_RUN, State.QUEUED, State.RUNNING, State.UNDOING)
    rows = Import.objects.filter(state__in=waiting, problem="").order_by("pk")
    return [job.pk for job in rows if job.is_due]


def _or_not_found(found: Import | None, number: int) -> Import:
    if found is None:
        raise NotFound(f"There is no import {number}; look into the history.")
    return found
