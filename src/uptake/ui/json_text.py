"""JSON that people can read down and machines take as it is.

Python indents with an encoder of its own that takes four times as long, and puts every number on a
line; here a row of a list stays on one.
"""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder

DEEPEST = 2
"""Levels that are laid out on lines: members of what is said, and their rows or members."""


def json_text(said: Mapping[str, object]) -> str:
    """Return an object as text, with a line for each member and for each row of a list."""
    return _laid_out(said, JSONEncoder(ensure_ascii=False), 1)


def _laid_out(value: object, encoder: JSONEncoder, level: int) -> str:
    if not value or level > DEEPEST:
        return encoder.encode(value)
    if isinstance(value, Mapping):
        members = (
            f"{encoder.encode(key)}: {_laid_out(each, encoder, level + 1)}"
            for key, each in value.items()
        )
        return _on_lines("{}", list(members), level)
    if isinstance(value, list | tuple):
        return _on_lines("[]", [_laid_out(each, encoder, level + 1) for each in value], level)
    return encoder.encode(value)


def _on_lines(ends: str, items: list[str], level: int) -> str:
    indent = "\n" + " " * level
    return ends[0] + indent + f",{indent}".join(items) + indent[:-1] + ends[1]
