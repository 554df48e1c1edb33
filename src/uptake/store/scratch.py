"""Folders for what queries spill: one per engine, for engines must not share; the dead's are swept.

A process holds the lock of its folder for as long as it lives.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from uptake.store.locks import open_locked

LOCK = "lock"

_mine: dict[tuple[int, Path], Path] = {}


def new_path(scratch: Path) -> Path:
    """Where one engine may create its folder; nothing is there yet."""
    return _process_folder(scratch) / uuid4().hex


@contextmanager
def temporary_folder(scratch: Path) -> Iterator[Path]:
    """An empty folder that is gone afterwards."""
    folder = new_path(scratch)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(scratch: Path) -> int:
    """Remove what processes left that died; how many there were."""
    swept = 0
    for folder in scratch.glob("*/"):
        if folder in _mine.values():
            continue
        descriptor = open_locked(folder / LOCK, wait=False)
        if descriptor is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(descriptor)
            swept += 1
    return swept


def _process_folder(scratch: Path) -> Path:
    """The locked folder of this process; its descriptor stays open, and the kernel closes it."""
    key = (os.getpid(), scratch)
    known = _mine.get(key)
    if known is not None and known.exists():
        return known
    folder = scratch / f"{os.getpid()}-{uuid4().hex}"
    folder.mkdir(parents=True)
    open_locked(folder / LOCK)
    _mine[key] = folder
    return folder
