"""Batches that an earlier release left as rows of the database go on waiting in segments."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from pathlib import Path

from uptake.store.database import Database, Session
from uptake.store.segment_writer import SegmentWriter
from uptake.store.segments import FOLDER, Content

_ROWS_AT_ONCE = 200
_TAKE = (
    "DELETE FROM lake_inbox WHERE id IN (SELECT id FROM lake_inbox ORDER BY id LIMIT ?) "
    "RETURNING id, workspace, received_at, events, blob"
)


def move_rows(database: Database, root: Path) -> None:
    """Move what waits in the table ``lake_inbox`` into the inboxes of ``root``.

    Dying between the files and the commit leaves batches in both, which the loader stores once.
    """
    with database.reading() as session:
        left = session.query("SELECT 1 FROM lake_inbox LIMIT 1")
    while left:
        with database.transaction() as session:
            left = session.query(_TAKE, (_ROWS_AT_ONCE,))
            _write(sorted(left), root)


def rows_left(session: Session) -> int:
    """How many batches wait as rows."""
    return int(session.query("SELECT COUNT(*) FROM lake_inbox")[0][0])


def _write(rows: list[tuple], root: Path) -> None:  # type: ignore[type-arg]  # rows of _TAKE
    contents: dict[str, list[Content]] = defaultdict(list)
    for _, workspace, received_at_ms, events, blob in rows:
        contents[workspace].append(Content(received_at_ms, events, bytes(blob)))
    for workspace, batches in contents.items():
        with closing(SegmentWriter(root / workspace / FOLDER)) as writer:
            writer.append(batches)
