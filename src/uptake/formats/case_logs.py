"""One way in for logs of cases, whatever they are written in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import CaseLog
from uptake.formats.errors import UnusableFileError
from uptake.formats.ocel_heads import ocel_syntax
from uptake.formats.steps import Steps, case_log_of
from uptake.formats.streams import plain_bytes

HEAD: Final = 1 << 16
_WEB_PAGE: Final = re.compile(rb"\A(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)\b", re.IGNORECASE)
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
    """Read it by what it is written in; readers of the others are not imported for it."""
    if (syntax := ocel_syntax(head, path.name)) is not None:
        from uptake.formats.ocel import READERS
        from uptake.formats.ocel_steps import ocel_steps

        return ocel_steps(path, READERS[syntax], choices)
    if _WEB_PAGE.match(head):
        raise UnusableFileError(
            f"{path.name} is a web page, not a log: sign in where it comes from, and export it "
            "again."
        )
    if _XML.match(head):
        from uptake.formats.xes_steps import xes_steps

        return xes_steps(path, choices)
    from uptake.formats.case_table import table_steps

    return table_steps(path, choices)


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
