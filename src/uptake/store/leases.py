"""Leases: a reader of an older version keeps the files of that version from being deleted.

A lease is a locked file named after the version; when its holder dies, the lock goes with it. The
order makes it safe: a reader locks the version it knows and reads the manifest after that, a
collector commits first and looks for leases after that. Whoever is second sees the first.
"""

from __future__ import annotations

import os
from pathlib import Path

from uptake.store.locks import open_locked

FOLDER = "leases"


class Lease:
    """Files that version ``version`` or a later one shows stay until this is closed."""

    __slots__ = ("_descriptor", "version")

    def __init__(self, folder: Path, version: int) -> None:
        leases = folder / FOLDER
        leases.mkdir(parents=True, exist_ok=True)
        self.version = version
        self._descriptor = open_locked(leases / f"{version}.lock", shared=True)

    def close(self) -> None:
        """Let the files go."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


def oldest_lease(folder: Path) -> int | None:
    """The lowest version that somebody reads; leases of the dead are removed."""
    alive: int | None = None
    for path in sorted((folder / FOLDER).glob("*.lock"), key=lambda lease: int(lease.stem)):
        descriptor = open_locked(path, wait=False)
        if descriptor is None:
            alive = int(path.stem) if alive is None else alive
            continue
        path.unlink(missing_ok=True)
        os.close(descriptor)
    return alive
