"""YAML that remembers its lines: what people write by hand is refused with the place to mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from uptake.formats.errors import UnusableFileError


@dataclass(frozen=True, slots=True)
class Marked:
    """A value with the line it stands on: a text, a list or named parts; nothing is guessed.

    Texts are what was written, so ``no`` in a list of answers stays the answer "no".
    """

    line: int
    text: str | None = None
    items: tuple[Marked, ...] | None = None
    parts: dict[str, Marked] | None = None
    names: dict[str, int] = field(default_factory=dict)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was written."""
        return self.items is None and self.parts is None and not self.text


def read_marked(text: str, *, name: str) -> Marked:
    """Read one YAML document; ``name`` is the file that a sentence of refusal names."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise UnusableFileError(
            f"{name}{place}: this is not YAML ({problem}); check indents, quotes and colons there."
        ) from None
    if node is None:
        raise UnusableFileError(f"{name} is empty: write a standard into it.")
    return _marked(node, name, frozenset())


def _marked(node: yaml.Node, name: str, above: frozenset[int]) -> Marked:
    line = node.start_mark.line + 1
    if id(node) in above:
        raise UnusableFileError(f"{name}, line {line}: an alias names itself; write it out.")
    above = above | {id(node)}
    if isinstance(node, yaml.ScalarNode):
        is_null = node.tag == "tag:yaml.org,2002:null" and node.style is None
        return Marked(line, text="" if is_null else node.value)
    if isinstance(node, yaml.SequenceNode):
        return Marked(line, items=tuple(_marked(item, name, above) for item in node.value))
    parts: dict[str, Marked] = {}
    lines: dict[str, int] = {}
    for key, (at, value) in _pairs(node, name):
        if key in parts:
            raise UnusableFileError(
                f"{name}, line {at}: {key} is said twice, first in line {lines[key]}; keep one."
            )
        parts[key], lines[key] = _marked(value, name, above), at
    return Marked(line, parts=parts, names=lines)


def _pairs(node: yaml.Node, name: str) -> Iterator[tuple[str, tuple[int, yaml.Node]]]:
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise UnusableFileError(f"{name}, line {line}: a name is missing before the colon.")
        yield key.value, (line, value)
