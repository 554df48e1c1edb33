"""Uploads, imports with their rejects, saved mappings and watched folders, over the API."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from ninja import Query

from uptake.capabilities.imports import actions, files, queries, uploading
from uptake.capabilities.imports.api_shapes import (
    ColumnsWanted,
    FolderShape,
    ImportAsked,
    ImportDetail,
    ImportShape,
    MappingShape,
    NewImport,
    NewUpload,
    PieceQuery,
    RejectShape,
    UploadShape,
    Whole,
)
from uptake.capabilities.imports.models import Import
from uptake.capabilities.imports.pages.promptly import do_promptly
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.errors import Invalid

READ, RUN = Permission.SOURCES_READ, Permission.IMPORTS_RUN
MOST_REJECTS = 10_000
"""Rejects that can be read here; all of them are in the file that the page offers."""

BYTES = {
    "required": True,
    "content": {
        "application/octet-stream": {
            "schema": {"type": "string", "format": "binary"},
            "example": "user,time,event",
        }
    },
}
"""How the description says that a body is bytes."""

imports = Endpoints("Imports")


# --- uploads -----------------------------------------------------------------------------------


@imports.post("/uploads", answers=UploadShape, needs=RUN, status=201)
def start_upload(request: ApiRequest, body: NewUpload) -> UploadShape:
    """Announce a file; one that was broken off is taken up again by its fingerprint."""
    started = uploading.start_upload(
        request.actor, body.name, size=body.size, fingerprint=body.fingerprint
    )
    return UploadShape.of(started)


@imports.get("/uploads/{upload}", answers=UploadShape, needs=RUN)
def get_upload(request: ApiRequest, upload: UUID) -> UploadShape:
    """Show how far an upload is; go on at its offset."""
    return UploadShape.of(uploading.access_upload(request.actor, upload))


@imports.put("/uploads/{upload}", answers=UploadShape, needs=RUN, body=BYTES)
def append_to_upload(request: ApiRequest, upload: UUID, asked: Query[PieceQuery]) -> UploadShape:
    """Send the next piece of a file as bytes, 16 MiB at most; sent twice it counts once."""
    data = request.read(uploading.MOST_AT_ONCE + 1)
    appended = uploading.append_chunk(
        request.actor, upload, offset=asked.offset, data=data, sha256=asked.sha256
    )
    return UploadShape.of(appended)


@imports.post("/uploads/{upload}/finish", answers=UploadShape, needs=RUN)
def finish_upload(request: ApiRequest, upload: UUID, body: Whole) -> UploadShape:
    """Check that the file is whole."""
    return UploadShape.of(uploading.finish_upload(request.actor, upload, sha256=body.sha256))


# --- imports -----------------------------------------------------------------------------------


@imports.get("/imports", answers=Listed[ImportShape], needs=READ)
def list_imports(request: ApiRequest, asked: Query[ImportAsked]) -> Listed[ImportShape]:
    """List the imports, the newest first."""
    rows = queries.visible_imports(request.actor)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.state:
        rows = rows.filter(state=asked.state)
    return page_of_rows(rows, asked, order=("-id",), show=ImportShape.of)


@imports.post("/imports", answers=ImportDetail, needs=RUN, status=201)
def create_import(request: ApiRequest, body: NewImport) -> ImportDetail:
    """Begin an import of an uploaded file: its columns are read, a mapping is proposed.

    A small file is read at once; of a large one the worker reads the columns next.
    """
    upload = uploading.access_upload(request.actor, body.upload)
    job = actions.create_import(request.actor, upload, kind=body.kind, source=body.source)
    return ImportDetail.of(do_promptly(job))


@imports.get("/imports/{number}", answers=ImportDetail, needs=READ)
def get_import(request: ApiRequest, number: int) -> ImportDetail:
    """Show an import: how far it is, what its columns mean, what came of it."""
    return ImportDetail.of(queries.access_import(request.actor, number))


@imports.put("/imports/{number}/columns", answers=ImportDetail, needs=RUN)
def set_columns(request: ApiRequest, number: int, body: ColumnsWanted) -> ImportDetail:
    """Say which column is what, before the import runs."""
    wrong = actions.set_mapping(request.actor, number, columns=body.columns, timezone=body.timezone)
    if wrong:
        role, problem = next(iter(wrong.items()))
        raise Invalid(f"{role}: {problem}")
    return get_import(request, number)


@imports.post("/imports/{number}/dry-run", answers=ImportDetail, needs=RUN)
def rehearse_import(request: ApiRequest, number: int) -> ImportDetail:
    """Have it worked out what the import would change; ask again until `rehearsal` is there."""
    return ImportDetail.of(do_promptly(actions.ask_for_dry_run(request.actor, number)))


@imports.post("/imports/{number}/run", answers=ImportDetail, needs=RUN, status=202)
def run_import(request: ApiRequest, number: int) -> ImportDetail:
    """Have the import done; the worker takes it up. Ask again until its state is `done`."""
    return ImportDetail.of(actions.ask_for_run(request.actor, number))


@imports.post("/imports/{number}/undo", answers=ImportDetail, needs=RUN, status=202)
def undo_import(request: ApiRequest, number: int) -> ImportDetail:
    """Have the whole import taken back; the worker does it."""
    return ImportDetail.of(actions.ask_for_undo(request.actor, number))


@imports.post("/imports/{number}/retry", answers=ImportDetail, needs=RUN)
def retry_import(request: ApiRequest, number: int) -> ImportDetail:
    """Take a failed import back to its columns, as long as its file is there."""
    return ImportDetail.of(do_promptly(actions.try_again(request.actor, number)))


@imports.delete("/imports/{number}", needs=RUN)
def discard_import(request: ApiRequest, number: int) -> None:
    """Drop an import that has not run, with its file."""
    actions.discard(request.actor, number)


@imports.get("/imports/{number}/rejects", answers=Listed[RejectShape], needs=READ)
def list_rejects(request: ApiRequest, number: int, asked: Query[Paging]) -> Listed[RejectShape]:
    """List the rows that were refused, in the order of the file."""
    job = queries.access_import(request.actor, number)
    found = list(_rejects(job))
    return page_of(found, asked, key=lambda row: str(row.line), show=lambda row: row)


def _rejects(job: Import) -> Iterator[RejectShape]:
    path = files.rejects_path(job)
    if not job.has_rejects or not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        for row in islice(csv.DictReader(file), MOST_REJECTS):
            yield RejectShape(line=int(row["line"]), reason=row["reason"], row=row["row"])


# --- mappings and folders ----------------------------------------------------------------------


@imports.get("/mappings", answers=Listed[MappingShape], needs=READ)
def list_mappings(request: ApiRequest, asked: Query[Paging]) -> Listed[MappingShape]:
    """List the saved mappings, in the order in which they were saved."""
    rows = queries.visible_mappings(request.actor)
    return page_of_rows(rows, asked, order=("id",), show=MappingShape.of)


@imports.get("/folders", answers=Listed[FolderShape], needs=READ)
def list_folders(request: ApiRequest, asked: Query[Paging]) -> Listed[FolderShape]:
    """List the folders on the server from which new files are taken."""
    rows = queries.visible_folders(request.actor)
    return page_of_rows(rows, asked, order=("id",), show=FolderShape.of)


ROUTERS = (imports.router,)
