"""Object-centric logs, OCEL 2.0, in whichever of its three syntaxes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from uptake.formats.errors import UnusableFileError
from uptake.formats.object_log import ObjectLog
from uptake.formats.ocel_json import read_ocel_json, write_ocel_json
from uptake.formats.ocel_sqlite import MAGIC, read_ocel_sqlite, write_ocel_sqlite
from uptake.formats.ocel_xml import read_ocel_xml, write_ocel_xml

_JSON: Final = re.compile(
    rb'\A(\xef\xbb\xbf)?\s*\{\s*"(objectTypes|eventTypes|objects|events)"\s*:'
)
_XML: Final = re.compile(rb"<([A-Za-z_][\w.-]*:)?(object-types|event-types|objects|events)[\s/>]")
_FORMER: Final = re.compile(rb'\A(\xef\xbb\xbf)?\s*\{\s*"ocel:')

Reader = Callable[[Path, str | None], ObjectLog]
Writer = Callable[[ObjectLog, Path], None]

WRITERS: Final[dict[str, Writer]] = {
    ".json": write_ocel_json,
    ".jsonocel": write_ocel_json,
    ".xml": write_ocel_xml,
    ".xmlocel": write_ocel_xml,
    ".sqlite": write_ocel_sqlite,
    ".sqlite3": write_ocel_sqlite,
    ".db": write_ocel_sqlite,
}


def ocel_reader(head: bytes, name: str) -> Reader | None:
    """What reads a file that begins so; ``None`` if it is no object-centric log.

    Raises:
        UnusableFileError: it is one of OCEL 1.0, which says too little.
    """
    if head.startswith(MAGIC):
        return read_ocel_sqlite
    if _FORMER.match(head):
        raise UnusableFileError(f"{name} is OCEL 1.0: export it as OCEL 2.0.")
    if _JSON.match(head):
        return read_ocel_json
    return read_ocel_xml if head.lstrip()[:1] == b"<" and _XML.search(head) else None


def write_object_log(log: ObjectLog, path: Path) -> None:
    """Write a log in the syntax that the name of the file asks for.

    Raises:
        UnusableFileError: the name asks for none.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UnusableFileError(
            f"{path.name} names no syntax of OCEL: end it in .json, .xml or .sqlite."
        )
    writer(log, path)
