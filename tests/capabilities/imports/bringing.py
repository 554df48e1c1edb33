"""Files and imports to test with."""

from __future__ import annotations

from uptake.capabilities.imports import actions, uploading
from uptake.capabilities.imports.models import Import, Upload
from uptake.capabilities.imports.working import work_off
from uptake.foundation.actor import Actor
from uptake.store import Lake

EVENTS = (
    "user,time,event,team\n"
    "ann,25/02/2026 08:00,opened,Sales\n"
    "ann,25/02/2026 08:00,opened,Sales\n"
    "bob,26/02/2026 09:30,closed,Sales\n"
    "cem,yesterday,opened,Service\n"
)


def uploaded(actor: Actor, text: str | bytes, name: str = "usage.csv") -> Upload:
    data = text.encode() if isinstance(text, str) else text
    upload = uploading.start_upload(actor, name, size=len(data))
    uploading.append_chunk(actor, upload.pk, offset=0, data=data)
    return uploading.finish_upload(actor, upload.pk)


def looked_at(
    actor: Actor, lake: Lake, text: str | bytes, *, kind: str = "events", name: str = "usage.csv"
) -> Import:
    job = actions.create_import(actor, uploaded(actor, text, name), kind=kind)
    return work_off(job, lake)


def imported(
    actor: Actor, lake: Lake, text: str | bytes, *, kind: str = "events", name: str = "usage.csv"
) -> Import:
    job = looked_at(actor, lake, text, kind=kind, name=name)
    return work_off(actions.ask_for_run(actor, job.pk), lake)


def undone(actor: Actor, lake: Lake, job: Import) -> Import:
    return work_off(actions.ask_for_undo(actor, job.pk), lake)


def stored(lake: Lake, workspace: str = "acme") -> list[tuple[object, ...]]:
    with lake.snapshot(workspace) as snapshot:
        return snapshot.connection.execute(
            "SELECT person, occurred_at, action, message_id FROM events_text ORDER BY ALL"
        ).fetchall()


def counts(job: Import) -> tuple[int, int, int, int, int]:
    return job.new, job.changed, job.unchanged, job.rejected, job.duplicates
