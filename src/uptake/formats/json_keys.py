"""Which keys of JSON objects are columns of the table that they are read as."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from uptake.formats.dialect import MOST_COLUMNS

NO_NAME = re.compile("[\0\ud800-\udfff]")
"""What no column can be called by: the end of a text, and halves of characters."""

DEEPEST_KEY = 3
"""Objects within objects whose keys become columns; those further down are texts."""


def json_paths(text: str) -> tuple[tuple[str, ...], ...]:
    """Every way to a value in the sampled objects, in the order they were first seen.

    Where inner objects have names without end, such as ids, they stay whole.
    """
    paths: tuple[tuple[str, ...], ...] = ()
    for depth in range(DEEPEST_KEY, -1, -1):
        paths = _paths_down_to(depth, text)
        if len(paths) <= MOST_COLUMNS:
            break
    return paths


def key_of_rows(text: str) -> str | None:
    """The key under which one object holds all the rows, as answers of APIs do."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        held = json.loads(text).items()
    except (ValueError, RecursionError):
        return None
    lists = [key for key, rows in held if isinstance(rows, list) and _is_rows(rows)]
    return lists[0] if len(lists) == 1 else None


def _is_rows(rows: list[object]) -> bool:
    return len(rows) > 1 and all(isinstance(row, dict) for row in rows)


def _paths_down_to(depth: int, text: str) -> tuple[tuple[str, ...], ...]:
    paths: dict[tuple[str, ...], None] = {}
    for line in text.split("\n"):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            paths.update(dict.fromkeys(_paths_in(value, depth)))
    above = {path[:length] for path in paths for length in range(1, len(path))}
    return tuple(path for path in paths if path not in above)


def _paths_in(
    value: dict[str, object], depth: int, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    for key, inner in value.items():
        if NO_NAME.search(key):
            continue
        if isinstance(inner, dict) and inner and len(above) < depth:
            yield from _paths_in(inner, depth, (*above, key))
        else:
            yield (*above, key)
