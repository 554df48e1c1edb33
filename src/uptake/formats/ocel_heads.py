"""Whether a file is an object-centric log, and in which syntax, by how it begins."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from uptake.formats.errors import UnusableFileError


class Syntax(StrEnum):
    """The three of OCEL 2.0."""

    JSON = "json"
    XML = "xml"
    SQLITE = "sqlite"


_JSON: Final = re.compile(
    rb'\A(\xef\xbb\xbf)?\s*\{\s*"(objectTypes|eventTypes|objects|events)"\s*:'
)
_XML: Final = re.compile(rb"<([A-Za-z_][\w.-]*:)?(object-types|event-types|objects|events)[\s/>]")
_FORMER: Final = re.compile(rb'\A(\xef\xbb\xbf)?\s*\{\s*"ocel:')
_SQLITE: Final = b"SQLite format 3\x00"


def ocel_syntax(head: bytes, name: str) -> Syntax | None:
    """The syntax of a file that begins so; ``None`` if it is no object-centric log.

    Raises:
        UnusableFileError: it is one of OCEL 1.0, which says too little.
    """
    if head.startswith(_SQLITE):
        return Syntax.SQLITE
    if _FORMER.match(head):
        raise UnusableFileError(f"{name} is OCEL 1.0: export it as OCEL 2.0.")
    if _JSON.match(head):
        return Syntax.JSON
    return Syntax.XML if head.lstrip()[:1] == b"<" and _XML.search(head) else None
