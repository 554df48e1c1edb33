"""XML read piece by piece: what is refused, and how much is held at one time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from xml.parsers import expat

from uptake.formats.errors import UnusableFileError

LONGEST_TAG: Final = 16 << 20
"""Bytes of one tag with its values, or of one comment: the parser holds so much at one time."""


class XmlStream:
    """A parser of one file that refuses document types, and tags without end.

    ``lines_passed`` is how many lines of the file went past the parser.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._fed = 0
        self.lines_passed = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, block: bytes) -> None:
        """Read on.

        Raises:
            UnusableFileError: there is a document type, or a tag without end.
        """
        self._fed += len(block)
        self.parser.Parse(block)
        if self._fed - max(self.parser.CurrentByteIndex, 0) > LONGEST_TAG + len(block):
            raise UnusableFileError(
                f"{self._name} has a tag or a comment of more than {LONGEST_TAG >> 20} MiB: export "
                "it without."
            )

    def finish(self) -> None:
        """Nothing more comes."""
        self.parser.Parse(b"", True)

    @contextmanager
    def said_plainly(self) -> Iterator[None]:
        """Turn what the parser says into a sentence.

        Raises:
            UnusableFileError: the file is no whole XML, or in an encoding that is not known.
        """
        try:
            yield
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            line = error.lineno + self.lines_passed
            raise UnusableFileError(
                f"{self._name} is no whole XML file ({said}, line {line}): export it again."
            ) from error
        except (LookupError, ValueError) as error:
            if "encoding" not in str(error):
                raise
            raise UnusableFileError(
                f"{self._name} cannot be read as XML ({error}): export it again as UTF-8."
            ) from error

    def _refuse_doctype(self, *_said: object) -> None:
        raise UnusableFileError(
            f"{self._name} has a document type, by which XML grows without bound: export it "
            "without one."
        )
