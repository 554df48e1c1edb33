"""Uploads in pieces: each piece says where it begins, so that it may be sent again or later."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import PurePosixPath, PureWindowsPath
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from uptake.capabilities.imports import files
from uptake.capabilities.imports.errors import NotTheSameFile, OutOfStep
from uptake.capabilities.imports.models import NAME, Upload
from uptake.config import load_settings
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotFound

CHUNK_BYTES = 4 << 20
"""What senders are told to send at once."""

MOST_AT_ONCE = 16 << 20
READ_AT_ONCE = 1 << 20
MIB = 1 << 20


@transaction.atomic
def start_upload(actor: Actor, name: str, *, size: int, fingerprint: str = "") -> Upload:
    """Announce a file; the upload of the same file that was interrupted is taken up again."""
    actor.require(Permission.IMPORTS_RUN)
    plain = _plain_name(name)
    _check_size(size)
    if fingerprint:
        unfinished = Upload.objects.filter(
            workspace=actor.workspace,
            user=actor.user,
            name=plain,
            size=size,
            fingerprint=fingerprint,
            sha256="",
            is_removed=False,
        ).last()
        if unfinished is not None and files.upload_path(unfinished).is_file():
            return unfinished
    upload = Upload.objects.create(
        workspace=actor.workspace,
        name=plain,
        size=size,
        fingerprint=fingerprint[:200],
        user=actor.user,
    )
    files.upload_path(upload).touch(mode=0o600)
    return upload


def append_chunk(
    actor: Actor, upload_id: UUID | str, *, offset: int, data: bytes, sha256: str = ""
) -> Upload:
    """Store a piece; it counts once it is on the disk. What is there already is passed over.

    Raises:
        OutOfStep: the piece begins behind what is there; the sender goes on from ``offset``.
        NotTheSameFile: the piece is not what its hash says, or goes beyond the size announced.
    """
    actor.require(Permission.IMPORTS_RUN)
    if len(data) > MOST_AT_ONCE:
        raise Invalid(f"Send at most {MOST_AT_ONCE // MIB} MiB at once.")
    if sha256 and hashlib.sha256(data).hexdigest() != sha256.lower():
        raise NotTheSameFile("A piece was damaged on its way; send it again.")
    with transaction.atomic():
        upload = _lock(actor, upload_id)
        if upload.is_whole or offset + len(data) <= upload.offset:
            return upload
        if offset > upload.offset:
            raise OutOfStep(f"The next piece begins at byte {upload.offset}; send that one first.")
        if offset + len(data) > upload.size:
            raise NotTheSameFile(
                f"The file is longer than the {upload.size:,} bytes it was announced with; "
                "upload it anew."
            )
        _write(upload, data[upload.offset - offset :])
        upload.offset = offset + len(data)
        upload.touched_at = now()
        upload.save(update_fields=["offset", "touched_at"])
    return upload


@transaction.atomic
def finish_upload(actor: Actor, upload_id: UUID | str, *, sha256: str = "") -> Upload:
    """Check that the file is whole; a second time changes nothing.

    Raises:
        OutOfStep: bytes are missing.
        NotTheSameFile: the whole is not what the sender's hash says.
    """
    actor.require(Permission.IMPORTS_RUN)
    upload = _lock(actor, upload_id)
    if upload.is_whole:
        return upload
    if upload.offset != upload.size:
        raise OutOfStep(f"The file is not complete; go on at byte {upload.offset}.")
    found = hash_of(files.upload_path(upload))
    if sha256 and found != sha256.lower():
        raise NotTheSameFile("The file was damaged on its way; upload it again.")
    upload.sha256 = found
    upload.save(update_fields=["sha256"])
    activity.record(actor, "import.uploaded", upload, bytes=upload.size)
    return upload


def take_whole(actor: Actor, sent: object) -> Upload:
    """Take a file that came at once, as a field of a form, where no script sends it in pieces.

    Raises:
        Invalid: nobody chose a file, or it cannot be taken.
    """
    if not isinstance(sent, UploadedFile):
        raise Invalid("Choose a file first.")
    upload = start_upload(actor, sent.name or "", size=sent.size or 0)
    offset = 0
    for piece in sent.chunks(CHUNK_BYTES):
        append_chunk(actor, upload.pk, offset=offset, data=piece)
        offset += len(piece)
    return finish_upload(actor, upload.pk)


def access_upload(actor: Actor, upload_id: UUID | str) -> Upload:
    """Return an upload of the actor's workspace, or say that there is none."""
    actor.require(Permission.IMPORTS_RUN)
    return _found(Upload.objects.filter(workspace=actor.workspace), upload_id)


def hash_of(path: os.PathLike[str]) -> str:
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:  # noqa: PTH123 - any path
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lock(actor: Actor, upload_id: UUID | str) -> Upload:
    return _found(Upload.objects.select_for_update().filter(workspace=actor.workspace), upload_id)


def _found(uploads: QuerySet[Upload], upload_id: UUID | str) -> Upload:
    try:
        upload = uploads.filter(pk=upload_id, is_removed=False).first()
    except (ValidationError, ValueError):
        upload = None
    if upload is None or not files.upload_path(upload).is_file():  # a backup holds no uploads
        raise NotFound("There is no such upload, or it was removed; upload the file again.")
    return upload


def _write(upload: Upload, data: bytes) -> None:
    with files.upload_path(upload).open("r+b") as file:
        file.seek(upload.offset)
        file.write(data)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _plain_name(name: str) -> str:
    """The last part of whatever a browser calls the file."""
    plain = PurePosixPath(PureWindowsPath(name).name).name.replace("\0", "").strip()
    if plain in ("", ".", ".."):
        raise Invalid("The file has no name; give it one and upload it again.")
    return plain[-NAME // 2 :]


def _check_size(size: int) -> None:
    if size <= 0:
        raise Invalid("The file is empty; export it again with data in it.")
    settings = load_settings()
    free = shutil.disk_usage(files.folder()).free - settings.minimum_free_mib * MIB
    if size > free:
        raise Invalid(
            f"There is no room for {size / 1e9:,.1f} GB on the server; make room or compress "
            "the file."
        )
