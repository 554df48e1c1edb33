"""What a disk can do to us, by name, and how to wait for it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uptake.store.errors import DiskFailed, LakeFull, LakeReadOnly

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def naming_disk_errors() -> Iterator[None]:
    """Raise LakeFull, LakeReadOnly or DiskFailed for a disk that is full, read-only or broken."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise LakeFull from error
        if error.errno in READ_ONLY:
            raise LakeReadOnly from error
        if error.errno == errno.EIO:
            raise DiskFailed(error.strerror or "input/output error") from error
        raise


def sync_path(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
