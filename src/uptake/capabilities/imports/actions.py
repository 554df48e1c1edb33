"""What can be done to imports. What takes long is only asked for here; the worker does it.

Owners and editors of the whole workspace may import. Whoever is limited to one account may not, not
even for that account: a file may name any account, and undoing one takes back all of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.timezone import now

from uptake.capabilities.imports import files, mappings, queries
from uptake.capabilities.imports.errors import WrongState
from uptake.capabilities.imports.models import (
    NAME,
    Import,
    Kind,
    Origin,
    SavedMapping,
    State,
    Upload,
    WatchedFolder,
)
from uptake.config import load_settings
from uptake.formats import Mapping as EventMapping
from uptake.formats import open_table
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid

SMALL_BYTES = 4 << 20
"""A file of this size is looked at and rehearsed while the person waits."""

UNDOABLE = (State.DONE,)


@transaction.atomic
def create_import(
    actor: Actor, upload: Upload, *, kind: str, source: str = "file", encoding: str = ""
) -> Import:
    """Begin an import of an uploaded file; the worker or ``look`` reads its columns next."""
    actor.require(Permission.IMPORTS_RUN)
    if not upload.is_whole:
        raise Conflict("The file is not complete yet; finish the upload first.")
    return Import.objects.create(
        workspace=actor.workspace,
        kind=_kind(kind),
        origin=Origin.UPLOAD,
        upload=upload,
        file_name=upload.name,
        path=str(files.upload_path(upload)),
        size=upload.size,
        sha256=upload.sha256,
        source=_source(source),
        encoding=encoding,
        user=actor.user,
        actor_name=actor.name,
    )


@transaction.atomic
def import_from_disk(
    actor: Actor,
    path: Path,
    *,
    kind: str,
    mapping: str,
    origin: Origin,
    source: str = "file",
    encoding: str = "",
    folder: WatchedFolder | None = None,
    sha256: str = "",
    mapping_name: str = "",
) -> Import:
    """Have a file imported that lies on the server; an empty mapping is proposed when it runs."""
    actor.require(Permission.IMPORTS_RUN)
    return Import.objects.create(
        workspace=actor.workspace,
        kind=_kind(kind),
        state=State.QUEUED if mapping else State.DRAFT,
        origin=origin,
        folder=folder,
        file_name=path.name[:NAME],
        path=str(path.absolute()),
        size=path.stat().st_size,
        sha256=sha256,
        mapping=mapping,
        mapping_name=mapping_name,
        source=_source(source),
        encoding=encoding,
        user=actor.user,
        actor_name=actor.name,
    )


@transaction.atomic
def set_mapping(
    actor: Actor, number: int, *, columns: Mapping[str, str], timezone: str = ""
) -> dict[str, str]:
    """Say which column is what; returns what is wrong, by role, and changes nothing then."""
    job = queries.lock_import(actor, number)
    _require_state(job, State.DRAFT, State.DRY_RUN)
    if not job.is_looked_at:
        raise WrongState("The file is still being read; wait a moment.")
    if not files.sample_path(job).exists():
        raise Conflict("The file is no longer there; upload it again.")
    with open_table(files.sample_path(job)) as sample:
        mapping = mappings.from_text(job.mapping, sample, job.kind)
        stands = {line.role: line.column for line in mappings.describe(sample, mapping).lines}
        pairs = {role: name for role, name in columns.items() if stands.get(role) != name}
        mapping, wrong = mappings.changed(mapping, pairs)
        if timezone and timezone not in available_timezones():
            wrong["timezone"] = "This is no time zone; write a name such as Europe/Berlin."
        if wrong:
            return wrong
        if isinstance(mapping, EventMapping):
            mapping = replace(mapping, timezone=timezone or None)
        kept = mappings.proposal_of(job)
        shown = mappings.describe(sample, mapping, kept.rows_expected if kept else None)
    job.proposal = mappings.keeping(shown, kept).as_json()
    job.mapping = mappings.as_text(mapping)
    job.mapping_name = job.mapping_name if not pairs else ""
    job.rehearsal, job.problem, job.state = None, "", State.DRAFT
    job.save()
    return {}


@transaction.atomic
def change_kind(actor: Actor, number: int, *, kind: str, source: str = "") -> Import:
    """Say that the rows of a file are of another kind; its columns are looked at anew."""
    job = queries.lock_import(actor, number)
    _require_state(job, State.DRAFT, State.DRY_RUN)
    job.source = _source(source or job.source)
    if _kind(kind) != job.kind:
        job.kind = kind
        job.mapping, job.mapping_name, job.proposal = "", "", {}
    job.rehearsal, job.problem, job.state = None, "", State.DRAFT
    job.save()
    return job


@transaction.atomic
def ask_for_dry_run(actor: Actor, number: int) -> Import:
    """Have it worked out what an import would change."""
    job = queries.lock_import(actor, number)
    _require_state(job, State.DRAFT, State.DRY_RUN)
    _require_mapping(job)
    job.state, job.rehearsal, job.problem = State.DRY_RUN, None, ""
    job.save()
    _wake_worker()
    return job


@transaction.atomic
def ask_for_run(actor: Actor, number: int) -> Import:
    """Have an import done; the worker takes it up."""
    job = queries.lock_import(actor, number)
    _require_state(job, State.DRAFT, State.DRY_RUN)
    _require_mapping(job)
    job.state, job.problem, job.attempts = State.QUEUED, "", 0
    job.user, job.actor_name = actor.user, actor.name
    job.save()
    activity.record(actor, "import.started", job)
    _wake_worker()
    return job


@transaction.atomic
def ask_for_undo(actor: Actor, number: int) -> Import:
    """Have a whole import taken back; the worker does it."""
    job = queries.lock_import(actor, number)
    _require_state(job, *UNDOABLE)
    job.state, job.problem, job.attempts = State.UNDOING, "", 0
    job.undone_by = actor.name
    job.save()
    _wake_worker()
    return job


@transaction.atomic
def discard(actor: Actor, number: int) -> None:
    """Drop an import that has not been run, with its file."""
    job = queries.lock_import(actor, number)
    _require_state(job, State.DRAFT, State.DRY_RUN, State.FAILED)
    activity.record(actor, "import.discarded", job)
    upload = job.upload
    files.remove_sample(job)
    files.rejects_path(job).unlink(missing_ok=True)
    job.delete()
    transaction.on_commit(lambda: files.remove_upload(upload))


@transaction.atomic
def try_again(actor: Actor, number: int) -> Import:
    """Take a failed import back to its columns, as long as its file is there."""
    job = queries.lock_import(actor, number)
    _require_state(job, State.FAILED)
    if not files.path_of(job).is_file():
        raise Conflict("The file is no longer there; upload it again.")
    job.state, job.problem, job.attempts = State.DRAFT, "", 0
    job.mapping, job.proposal = "", {}
    job.save()
    _wake_worker()
    return job


# --- mappings and folders ------------------------------------------------------------------------


@transaction.atomic
def save_mapping(actor: Actor, number: int, *, name: str) -> SavedMapping:
    """Keep the mapping of an import under a name; files with the same columns get it proposed."""
    job = queries.lock_import(actor, number)
    _require_mapping(job)
    called = name.strip()[:NAME]
    if not called:
        raise Invalid("Give the mapping a name, such as the system that the file comes from.")
    columns = [column for column, _ in job.proposal.get("columns", [])]
    kept, _ = SavedMapping.objects.update_or_create(
        workspace=actor.workspace,
        kind=job.kind,
        name=called,
        defaults={
            "signature": job.signature,
            "columns": columns,
            "text": job.mapping,
            "used_at": now(),
        },
    )
    job.mapping_name = called
    job.save(update_fields=["mapping_name"])
    activity.record(actor, "mapping.saved", kept)
    return kept


@transaction.atomic
def delete_mapping(actor: Actor, mapping_id: int) -> None:
    """Forget a saved mapping; one that a folder uses stays."""
    actor.require(Permission.IMPORTS_RUN)
    mapping = queries.access_mapping(actor, mapping_id)
    if mapping.folders.exists():
        raise Conflict("A watched folder uses this mapping; remove the folder first.")
    activity.record(actor, "mapping.deleted", mapping)
    mapping.delete()


@transaction.atomic
def watch_folder(
    actor: Actor,
    path: str,
    *,
    pattern: str,
    kind: str,
    mapping_id: int | None,
    source: str = "file",
) -> WatchedFolder:
    """Have new files of a folder on the server imported as they come."""
    actor.require(Permission.IMPORTS_RUN)
    place = allowed_folder(path)
    if not pattern.strip() or "/" in pattern or "\\" in pattern:
        raise Invalid("Write a pattern of file names in that folder, such as usage-*.csv.")
    mapping = queries.access_mapping(actor, mapping_id) if mapping_id else None
    if mapping is not None and mapping.kind != kind:
        raise Invalid(f"That mapping is for {mapping.kind}; choose one for {kind}.")
    if WatchedFolder.objects.filter(
        workspace=actor.workspace, path=str(place), pattern=pattern.strip()
    ).exists():
        raise Conflict("This folder is watched for this pattern already.")
    folder = WatchedFolder.objects.create(
        workspace=actor.workspace,
        path=str(place),
        pattern=pattern.strip()[:100],
        kind=_kind(kind),
        mapping=mapping,
        source=_source(source),
        user=actor.user,
        actor_name=actor.name,
    )
    activity.record(actor, "folder.watched", folder)
    return folder


@transaction.atomic
def pause_folder(actor: Actor, folder_id: int, *, is_active: bool) -> WatchedFolder:
    """Stop looking into a folder, or begin again."""
    actor.require(Permission.IMPORTS_RUN)
    folder = queries.access_folder(actor, folder_id)
    folder.is_active, folder.problem = is_active, ""
    folder.save(update_fields=["is_active", "problem"])
    activity.record(actor, "folder.watched" if is_active else "folder.paused", folder)
    return folder


@transaction.atomic
def forget_folder(actor: Actor, folder_id: int) -> None:
    """Stop watching a folder for good; what was imported from it stays."""
    actor.require(Permission.IMPORTS_RUN)
    folder = queries.access_folder(actor, folder_id)
    activity.record(actor, "folder.forgotten", folder)
    folder.delete()


def allowed_folder(path: str) -> Path:
    """Return a folder that the settings allow to be watched, wherever its name leads."""
    roots = load_settings().import_roots
    if not roots:
        raise Invalid(
            "No folder may be watched on this server: whoever runs it names the allowed ones in "
            "UPTAKE_IMPORT_ROOTS."
        )
    place = Path(path.strip()).resolve()
    if not any(place.is_relative_to(root) for root in roots):
        listed = ", ".join(map(str, roots))
        raise Invalid(f"Only folders in {listed} may be watched; name one of them.")
    if not place.is_dir():
        raise Invalid(f"There is no folder {place}; make it first.")
    return place


def _kind(kind: str) -> str:
    if kind not in Kind.values:
        raise Invalid(f"Say what the rows are: {', '.join(Kind.values)}.")
    return kind


def _source(source: str) -> str:
    return source.strip()[:200] or "file"


def _require_state(job: Import, *states: State) -> None:
    if job.state not in states:
        shown = State(job.state).label.lower()
        raise WrongState(f"This import is {shown}; look at it again.")


def _require_mapping(job: Import) -> None:
    if not job.mapping:
        raise WrongState("The columns have not been read yet; wait a moment.")


def _wake_worker() -> None:
    """Tell the worker after the commit; should it not hear, it looks by itself every minute."""
    from uptake.capabilities.imports.jobs import wake

    transaction.on_commit(wake)
