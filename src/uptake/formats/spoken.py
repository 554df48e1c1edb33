"""Words of a command line that say which column is which: ``person=user_id time=when``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from uptake.formats.errors import MappingError


def spoken_pairs(texts: Iterable[str], names: Collection[str]) -> dict[str, str]:
    """Return name and column from texts such as "person=user" or "person=user time=when".

    Columns may hold blanks: a text is only cut before a known name and its equals sign.
    """
    known = "|".join(map(re.escape, names))
    boundary = re.compile(rf"(?:^|\s+)(?=(?:{known})=)", re.IGNORECASE)
    pairs: dict[str, str] = {}
    for text in texts:
        for piece in filter(None, map(str.strip, boundary.split(text))):
            name, equals, column = piece.partition("=")
            if not equals:
                raise MappingError(
                    f"{piece!r} does not say which column it means: write name=column, for "
                    f"example {next(iter(names))}=id."
                )
            if (key := _plain(name)) in map(_plain, pairs):
                raise MappingError(f"{key} is mapped twice: say it once, with the column you mean.")
            pairs[name.strip()] = column
    return pairs


def _plain(name: str) -> str:
    return name.strip().lower().replace("-", "_")


def file_and_pairs(words: Iterable[str], command: str) -> tuple[Path, list[str]]:
    """Tell the one file of a command line from the pairs that follow ``--map``."""
    words = list(words)
    pairs = [word for word in words if "=" in word and not Path(word).exists()]
    files = [word for word in words if word not in pairs]
    if len(files) != 1:
        raise MappingError(f"Name exactly one file: {command} FILE.")
    return Path(files[0]), pairs
