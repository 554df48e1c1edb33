"""YAML that remembers its lines: what people write by hand is refused with the place to mend."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import Final

import yaml

from uptake.formats.errors import UnusableFileError

MOST_PARTS = 50_000
"""Values, lists and named parts of one document, those of aliases wherever they are used."""

LONGEST: Final = 4 << 20
"""Characters of one document; taking them apart is slow."""


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


def text_of(data: bytes, *, name: str) -> str:
    """The text of a file that people wrote: UTF-8, or UTF-16 where a mark says so.

    Raises:
        UnusableFileError: it is neither.
    """
    is_wide = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFileError(f"{name} is not UTF-8 text: save it as UTF-8.") from None


def read_marked(text: str, *, name: str, what: str = "a standard") -> Marked:
    """Read one YAML document: ``what`` is meant to be in the file ``name``."""
    if len(text) > LONGEST:
        raise UnusableFileError(f"{name} is longer than {LONGEST >> 20} MiB: split the file.")
    try:
        node = yaml.compose(text, Loader=_Bounded)
    except _TooManyPartsError as many:
        raise _Marking(name).too_many(many.line) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise UnusableFileError(
            f"{name}{place}: this is not YAML ({problem}); check indents, quotes and colons there."
        ) from None
    except RecursionError:
        raise UnusableFileError(f"{name} nests lists too deep: write it flat.") from None
    if node is None:
        raise UnusableFileError(f"{name} is empty: write {what} into it.")
    return _Marking(name).marked(node, frozenset())


class _TooManyPartsError(Exception):
    """A document says more than anyone writes by hand."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Bounded(yaml.SafeLoader):
    """Stops at so many parts, before all of a large file is taken apart."""

    _parts = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose the next part."""
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise _TooManyPartsError(self.line + 1)
        return super().compose_node(parent, index)


@dataclass(slots=True)
class _Marking:
    """How much of a document was taken in so far; aliases count wherever they are used."""

    name: str
    parts: int = 0

    def marked(self, node: yaml.Node, above: frozenset[int]) -> Marked:
        line = node.start_mark.line + 1
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise self.too_many(line)
        if id(node) in above:
            raise self._refused(line, "an alias names itself; write it out.")
        if isinstance(node, yaml.ScalarNode):
            is_null = node.tag == "tag:yaml.org,2002:null" and node.style is None
            return Marked(line, text="" if is_null else node.value)
        above = above | {id(node)}
        if isinstance(node, yaml.SequenceNode):
            return Marked(line, items=tuple(self.marked(item, above) for item in node.value))
        parts: dict[str, Marked] = {}
        lines: dict[str, int] = {}
        for key, value in node.value:
            at = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise self._refused(at, "a name is missing before the colon.")
            word = key.value
            if word in parts:
                problem = f"{word} is said twice, first in line {lines[word]}; keep one."
                raise self._refused(at, problem)
            parts[word], lines[word] = self.marked(value, above), at
        return Marked(line, parts=parts, names=lines)

    def too_many(self, line: int) -> UnusableFileError:
        """The refusal of a document of which a line is one part too many."""
        return self._refused(line, f"there are more than {MOST_PARTS:,} parts; split the file.")

    def _refused(self, line: int, problem: str) -> UnusableFileError:
        return UnusableFileError(f"{self.name}, line {line}: {problem}")
