"""The names of what a disk can do to us."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from uptake.store.errors import LakeFull, LakeReadOnly

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


@contextmanager
def naming_disk_errors() -> Iterator[None]:
    """Raise LakeFull or LakeReadOnly for a disk that is."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise LakeFull from error
        if error.errno in READ_ONLY:
            raise LakeReadOnly from error
        raise
