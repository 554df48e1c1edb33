"""Files that are there whole or not at all, whatever ends the process that writes them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Yield a draft beside ``path``, which takes its place once everything is written.

    Until then the former file stands; when something goes wrong it stays. What is no file, such
    as a terminal, and a file in a folder that takes no other, are written as they are. Where
    nothing is written, no file is left.
    """
    is_special = path.exists() and not path.is_file()
    final = path if is_special else path.resolve()
    if is_special or not os.access(final.parent, os.W_OK):
        yield path
        return
    draft = final.with_name(f".part-{os.getpid()}-{os.urandom(4).hex()}{final.suffix}")
    try:
        yield draft
        if not draft.exists():
            final.unlink(missing_ok=True)
            return
        if final.exists():
            shutil.copymode(final, draft)
        draft.replace(final)
    finally:
        draft.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a text, in UTF-8, or bytes."""
    with whole(path) as draft:
        draft.write_bytes(content.encode() if isinstance(content, str) else content)
