"""Object-centric logs, OCEL 2.0, in whichever of its three syntaxes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from uptake.formats.errors import UnusableFileError
from uptake.formats.object_log import ObjectLog
from uptake.formats.ocel_heads import Syntax, ocel_syntax
from uptake.formats.ocel_json import read_ocel_json, write_ocel_json
from uptake.formats.ocel_sqlite import read_ocel_sqlite, write_ocel_sqlite
from uptake.formats.ocel_xml import read_ocel_xml, write_ocel_xml
from uptake.formats.whole_files import whole

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
READERS: Final[dict[Syntax, Reader]] = {
    Syntax.JSON: read_ocel_json,
    Syntax.XML: read_ocel_xml,
    Syntax.SQLITE: read_ocel_sqlite,
}


def ocel_reader(head: bytes, name: str) -> Reader | None:
    """What reads a file that begins so; ``None`` if it is no object-centric log.

    Raises:
        UnusableFileError: it is one of OCEL 1.0, which says too little.
    """
    syntax = ocel_syntax(head, name)
    return None if syntax is None else READERS[syntax]


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
    with whole(path) as draft:
        writer(log, draft)
