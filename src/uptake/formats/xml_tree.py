"""Small XML files as trees that remember their lines: drawings of processes and the like.

A file with a document type is refused, because that is how XML is made to grow without bound or to
read other files. Size, depth and number of elements are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.parsers import expat

from uptake.formats.errors import UnusableFileError
from uptake.formats.streams import plain_bytes

MOST_BYTES: Final = 64 << 20
MOST_ELEMENTS: Final = 400_000
DEEPEST: Final = 200
BLOCK: Final = 1 << 16


@dataclass(slots=True)
class Element:
    """One element; names of elements and attributes come without their prefixes."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def get(self, attribute: str) -> str:
        """An attribute, empty where it is not said; runs of blanks become one."""
        return " ".join(self.attributes.get(attribute, "").split())

    def all(self, *names: str) -> Iterator[Element]:
        """The children of these names."""
        return (child for child in self.children if child.name in names)

    def first(self, name: str) -> Element | None:
        """The first child of a name."""
        return next(self.all(name), None)

    def said(self, *path: str) -> str:
        """The text under children of these names, empty where there is none."""
        at: Element | None = self
        for name in path:
            at = at.first(name) if at else None
        return " ".join(at.text.split()) if at else ""


def read_tree(path: Path, *, what: str) -> Element:
    """Read a file; ``what`` it is meant to be is said where it is none.

    Raises:
        UnusableFileError: it is no whole XML, has a document type, or is too large.
    """
    with plain_bytes(path) as file:
        return tree_of(iter(lambda: file.read(BLOCK), b""), name=path.name, what=what)


def tree_of(blocks: Iterator[bytes], *, name: str, what: str) -> Element:
    """Read the bytes of a file called ``name``; the same refusals."""
    builder = _Builder(name)
    try:
        builder.read(blocks)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code)
        raise UnusableFileError(
            f"{name} is no whole XML file ({said}, line {error.lineno}): export the {what} again."
        ) from error
    except (ValueError, LookupError) as error:
        raise UnusableFileError(
            f"{name} cannot be read as XML ({error}): export the {what} again as UTF-8."
        ) from error
    if builder.root is None:  # pragma: no cover  (expat refuses a file without an element)
        raise UnusableFileError(f"{name} is empty: export the {what} again.")
    return builder.root


class _Builder:
    """The tree so far, and the elements that are still open."""

    def __init__(self, name: str) -> None:
        self.root: Element | None = None
        self._name = name
        self._open: list[Element] = []
        self._texts: list[list[str]] = []
        self._elements = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def read(self, blocks: Iterator[bytes]) -> None:
        """Take in all of it."""
        size = 0
        for block in blocks:
            size += len(block)
            if size > MOST_BYTES:
                raise self._refused(f"is larger than {MOST_BYTES >> 20} MiB: name a smaller model.")
            self._parser.Parse(block)
        self._parser.Parse(b"", True)

    def _refused(self, why: str) -> UnusableFileError:
        return UnusableFileError(f"{self._name} {why}")

    def _refuse_doctype(self, *_said: object) -> None:
        raise self._refused("has a document type: export it without one.")

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise self._refused(f"has more than {MOST_ELEMENTS:,} elements: name a smaller model.")
        if len(self._open) == DEEPEST:
            raise self._refused(f"nests elements more than {DEEPEST} deep: export it again.")
        bare = {_bare(key): value for key, value in attributes.items()}
        element = Element(_bare(tag), self._parser.CurrentLineNumber, bare)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _tag: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def _text(self, text: str) -> None:
        self._texts[-1].append(text)


def _bare(name: str) -> str:
    return name.rpartition(":")[2]
