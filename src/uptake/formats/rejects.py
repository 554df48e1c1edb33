"""The rejects file: every row that was not taken, with its line number and the reason."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from uptake.formats.records import RejectedRow
from uptake.formats.whole_files import whole

HEADER = ("line", "reason", "row")


def write_rejects(path: Path, rows: Iterable[RejectedRow]) -> int:
    """Write the rows as CSV; return how many there were. Without rows there is no file."""
    count = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as draft:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            for row in rows:
                writer.writerow((row.line, row.reason, row.raw))
                count += 1
        if count == 0:
            draft.unlink()
    return count
