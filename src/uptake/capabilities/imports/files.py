"""Where uploads, samples, rejects and locks of imports lie on the disk."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock

from uptake.capabilities.imports.models import Import, Upload
from uptake.config import load_settings


def folder() -> Path:
    """Return the folder of uploads, which only the server's own user may read."""
    place = load_settings().data_dir / "uploads"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def upload_path(upload: Upload) -> Path:
    """Return where the bytes of an upload lie, under the name that readers call the file by."""
    place = folder() / upload.id.hex
    place.mkdir(exist_ok=True, mode=0o700)
    return place / Path(upload.name).name


def path_of(job: Import) -> Path:
    """Return where the file of an import lies; uploads may have moved with the data folder."""
    return Path(job.path) if job.upload is None else upload_path(job.upload)


def sample_path(job: Import) -> Path:
    """Return where rows of the file are kept for changing the mapping."""
    return folder() / f"{job.pk}.sample.parquet"


def rejects_path(job: Import) -> Path:
    """Return where rejected rows go."""
    return folder() / f"{job.pk}.rejects.csv"


def lock_of(job: Import) -> FileLock:
    """Return the lock of whoever works on an import; the system lets go of it when they die."""
    return FileLock(folder() / f"{job.pk}.lock")


def remove_upload(upload: Upload | None) -> None:
    """Remove the bytes of an upload."""
    if upload is None:
        return
    shutil.rmtree(upload_path(upload).parent, ignore_errors=True)
    Upload.objects.filter(pk=upload.pk).update(is_removed=True)


def remove_sample(job: Import) -> None:
    """Remove what was kept for changing the mapping."""
    sample_path(job).unlink(missing_ok=True)
