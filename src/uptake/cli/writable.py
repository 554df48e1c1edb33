"""Places that commands write to."""

from __future__ import annotations

import os
from pathlib import Path

from uptake.store.errors import UptakeError


def check_writable(target: Path, *, example: str) -> None:
    """Say before the work, not after it, that its outcome has no place."""
    if target.is_dir():
        raise UptakeError(f"{target} is a folder: name a file in it, such as {target / example}.")
    if not target.parent.is_dir():
        raise UptakeError(f"There is no folder {target.parent}: make it, or name another place.")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise UptakeError(f"{target} may not be written: name another place.")


def check_writable_folder(target: Path) -> None:
    """Say the same of a folder, which may have to be made."""
    if target.exists() and not target.is_dir():
        raise UptakeError(f"{target} is a file: name a folder.")
    check_writable(target / "ways.csv" if target.is_dir() else target, example="tables")
