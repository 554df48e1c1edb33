"""One way in for logs of cases, whatever they are written in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import CaseLog
from uptake.formats.case_table import table_steps
from uptake.formats.errors import UnusableFileError
from uptake.formats.ocel import ocel_reader
from uptake.formats.ocel_steps import ocel_steps
from uptake.formats.steps import Steps, case_log_of
from uptake.formats.streams import plain_bytes
from uptake.formats.xes_steps import xes_steps

HEAD: Final = 1 << 16
_XML: Final = re.compile(rb"\A(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*\x00?<", re.DOTALL)


def open_case_log(path: Path, choices: CaseChoices | None = None) -> CaseLog:
    """Read a log of cases: XES, OCEL, CSV, TSV, JSON Lines, Parquet or Excel, compressed or not.

    What the file is shows in its bytes, not in its name.

    Raises:
        UnusableFileError: the file cannot be used as it is.
        MappingError: it is not clear what the columns of a table mean, or which objects are cases.
    """
    path, choices = Path(path), choices or CaseChoices()
    head = _head(path)
    return case_log_of(_steps(path, head, choices), today=choices.today)


def _steps(path: Path, head: bytes, choices: CaseChoices) -> Steps:
    if (reader := ocel_reader(head, path.name)) is not None:
        return ocel_steps(path, reader, choices)
    return xes_steps(path, choices) if _XML.match(head) else table_steps(path, choices)


def _head(path: Path) -> bytes:
    if not path.exists():
        raise UnusableFileError(f"There is no file {path}: check the name.")
    if path.is_dir():
        raise UnusableFileError(f"{path} is a folder: name one file in it.")
    try:
        with plain_bytes(path) as file:
            return file.read(HEAD)
    except PermissionError:
        raise UnusableFileError(
            f"{path} may not be read: change its permissions or copy it."
        ) from None
