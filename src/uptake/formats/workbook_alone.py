"""Workbooks are opened in a process of their own, with a bound on its memory and its time.

The parser holds every cell between the first filled one and the last: one forgotten cell at the
far end of a sheet asks for more memory than any machine has, and ends the process that asks.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Final

from uptake.formats.errors import UnusableFileError
from uptake.formats.sources import ParquetFile
from uptake.formats.workbook import read_workbook

MOST_MEMORY: Final = 4 << 30
"""Bytes that may be asked for; a cell takes 32 of them and its text, filled in or not."""

MOST_SECONDS: Final = 900
"""Of processor time."""


def read_workbook_alone(path: Path, target: Path, *, name: str) -> tuple[ParquetFile, list[str]]:
    """Write the first sheet with a table to ``target``; say which sheets were left out.

    Raises:
        UnusableFileError: it is no workbook, holds no table, or takes more than the bounds.
    """
    done = subprocess.run(
        [sys.executable, "-m", __name__, path, target, name],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise UnusableFileError(
            f"{name} takes more than {MOST_MEMORY >> 30} GiB or {MOST_SECONDS // 60} minutes to "
            "open, perhaps for one cell far outside the table: delete the rows and columns around "
            "the table, or save it as CSV."
        )
    told = json.loads(done.stdout)
    if "refused" in told:
        raise UnusableFileError(told["refused"])
    columns = tuple(told["columns"])
    types = ("VARCHAR",) * len(columns)
    return ParquetFile(target, columns, types, first_line=told["first_line"]), told["notes"]


def main(path: str, target: str, name: str) -> None:
    """Read a workbook within the bounds, and tell on standard output what became of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        source, notes = read_workbook(Path(path), Path(target), name=name)
    except UnusableFileError as problem:
        json.dump({"refused": str(problem)}, sys.stdout)
        return
    found = {"columns": source.columns, "first_line": source.first_line, "notes": notes}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
