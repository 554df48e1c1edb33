"""Undoing a whole import: exactly the events it stored, out of every answer and out of the files.

An import is known by its source and by the one moment at which all of its events were received.
Everything happens in one transaction: event files without these rows and rollups without their
counts take the place of those that are. A crash before it leaves the import as it was, so there is
nothing half undone, and nothing that readers, later loads or an erasure would have to know of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from uptake.store import engine
from uptake.store.aliases import without_anybody
from uptake.store.database import Session
from uptake.store.files import write_parquet
from uptake.store.localtime import month_after, month_of
from uptake.store.manifest import EVENTS, FileEntry
from uptake.store.rewrite import Rewriter
from uptake.store.rollups import rollup_tables
from uptake.store.schema import EVENT_FILE, ROLLUPS, TermKind
from uptake.store.scratch import temporary_folder
from uptake.store.views import parquet
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake

ROWS_AT_ONCE = 1 << 19
SUMMED = ("person_day_actions", "account_hours")
"""Rollups from which counts can be taken away; the masks of days are worked out again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """The events of one source that were received at one moment (in whole milliseconds)."""

    source_id: str
    received_at: datetime

    def condition(self, code: int) -> str:
        """The rows of event files that belong to it; ``code`` is the source's."""
        moment = self.received_at.astimezone(UTC).isoformat(" ", timespec="milliseconds")
        return f"source = {code} AND received_at = TIMESTAMPTZ '{moment}'"


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo took away; ``people_forgotten`` have no other events."""

    events: int = 0
    files: int = 0
    people_forgotten: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    """Event files that hold rows of a delivery, with how many; and the counts of these rows."""

    rows: dict[FileEntry, int]
    counts: dict[str, tuple[Path, ...]]
    people: frozenset[int]

    @property
    def whole(self) -> list[FileEntry]:
        return [file for file, rows in self.rows.items() if rows == file.rows]

    @property
    def partial(self) -> list[FileEntry]:
        return [file for file, rows in self.rows.items() if rows < file.rows]


def events_of(lake: Lake, workspace: str, delivery: Delivery) -> int:
    """How many events of a delivery are stored now."""
    with lake.snapshot(workspace) as snapshot:
        code = snapshot.codes(TermKind.SOURCE).get(delivery.source_id)
        if code is None:
            return 0
        sql = f"SELECT count(*) FROM events WHERE {delivery.condition(code)}"
        return int(snapshot.connection.execute(sql).fetchall()[0][0])


def undo(lake: Lake, workspace: str, delivery: Delivery) -> UndoReport:
    """Take the events of a delivery away; a second time there are none, which is no error."""
    with (
        lake.writing(workspace) as writer,
        engine.connect(lake.scratch) as connection,
        temporary_folder(lake.scratch) as folder,
    ):
        writer.collect_orphans()
        code = _code_of(lake, writer, delivery)
        found = _find(connection, writer, delivery.condition(code), folder)
        if not found.rows:
            return UndoReport()
        rewriter = Rewriter(connection, writer)
        forgotten = _take_away(writer, rewriter, found, delivery.condition(code))
        writer.collect_retired()
    if forgotten:
        lake.database.scrub()
    return UndoReport(sum(found.rows.values()), len(found.rows), len(forgotten))


def _code_of(lake: Lake, writer: WorkspaceWriter, delivery: Delivery) -> int:
    with lake.database.reading() as session:
        rows = session.query(
            "SELECT code FROM lake_term WHERE workspace = ? AND kind = ? AND text = ?",
            (writer.workspace, TermKind.SOURCE.value, delivery.source_id),
        )
    return int(rows[0][0]) if rows else -1


def _find(
    connection: duckdb.DuckDBPyConnection, writer: WorkspaceWriter, condition: str, folder: Path
) -> _Found:
    """Which files hold rows of the delivery, and what those rows count for in the rollups."""
    connection.execute("SET TimeZone = 'UTC'")
    files = writer.manifest.of_kind(EVENTS)
    source = parquet([writer.folder / file.path for file in files], EVENT_FILE)
    if not files:
        return _Found({}, {}, frozenset())
    named = source.removesuffix(")") + ", filename = true)"
    rows = connection.execute(
        f"SELECT filename, count(*) FROM {named} WHERE {condition} GROUP BY filename"
    ).fetchall()
    counted = {Path(name).name: int(number) for name, number in rows}
    people = connection.execute(f"SELECT DISTINCT person FROM {source} WHERE {condition}")
    return _Found(
        {file: counted[Path(file.path).name] for file in files if Path(file.path).name in counted},
        _counts(connection, writer, f"FROM {source} WHERE {condition}", folder),
        frozenset(int(person) for (person,) in people.fetchall()),
    )


def _counts(
    connection: duckdb.DuckDBPyConnection, writer: WorkspaceWriter, rows: str, folder: Path
) -> dict[str, tuple[Path, ...]]:
    """What rows count for, in files; those of erased people count for nothing any more."""
    erased = ", ".join(map(str, writer.manifest.erased)) or "NULL"
    sql = f"SELECT {', '.join(EVENT_FILE.names)} {rows} AND (person IN ({erased})) IS NOT TRUE"
    written: dict[str, list[Path]] = {name: [] for name in SUMMED}
    with closing(connection.cursor()) as cursor:
        reader = cursor.sql(sql).to_arrow_reader(ROWS_AT_ONCE)
        for at, batch in enumerate(filter(len, reader)):
            coded = pa.Table.from_batches([batch]).cast(EVENT_FILE)
            tables = rollup_tables(coded, timezone=writer.manifest.timezone)
            for name in SUMMED:
                written[name].append(folder / f"{name}-{at}.parquet")
                write_parquet(written[name][-1], tables[name])
    return {name: tuple(paths) for name, paths in written.items()}


def _take_away(
    writer: WorkspaceWriter, rewriter: Rewriter, found: _Found, condition: str
) -> list[int]:
    """Write what stays and swap it in; the people of whom no event is left."""
    rewritten = [
        entry
        for file in found.partial
        for entry in rewriter.merge_events([file], without=condition)
    ]
    rollups, replaced = _rollups_without(writer, rewriter, found)
    kept = [file for file in writer.manifest.of_kind(EVENTS) if file not in found.rows]
    present = rewriter.people([*kept, *rewritten])
    gone: list[int] = []
    writer.commit(
        add=[*rewritten, *rollups],
        retire=[*found.rows, *replaced],
        also=partial(_forget, writer.workspace, found.people - set(present), present, gone),
    )
    return gone


def _rollups_without(
    writer: WorkspaceWriter, rewriter: Rewriter, found: _Found
) -> tuple[list[FileEntry], list[FileEntry]]:
    """Rollups of the months concerned without the counts; files to add and files to retire."""
    fresh = {
        name: [file for file in writer.manifest.of_kind(name) if not file.level] for name in ROLLUPS
    }
    months = {month for files in fresh.values() for month in rewriter.months(files)}
    months |= {month_of(file.first_day) for file in found.rows if file.first_day}
    inputs = {name: [*fresh[name], *_settled(writer, name, months)] for name in ROLLUPS}
    add: list[FileEntry] = []
    for first, last in _spans(months):
        for name in SUMMED:
            merged = rewriter.merge_rollup(
                name, inputs[name], level=1, first=first, last=last, less=found.counts[name]
            )
            add += merged
            if name == "person_day_actions":
                add += rewriter.person_days(merged, level=1, first=first, last=last)
    return add, [file for files in inputs.values() for file in files]


def _settled(writer: WorkspaceWriter, name: str, months: set[date]) -> list[FileEntry]:
    """The files of a rollup that compaction has made of these months."""
    files = writer.manifest.of_kind(name)
    return [f for f in files if f.level and f.first_day and month_of(f.first_day) in months]


def _spans(months: set[date]) -> Iterator[tuple[date, date]]:
    for month in sorted(months):
        yield month, date.fromordinal(month_after(month).toordinal() - 1)


def _forget(
    workspace: str,
    absent: Collection[int],
    present: Collection[int],
    gone: list[int],
    session: Session,
    version: int,
) -> None:
    """Identifiers of people without any event go, as they do when retention takes the last one."""
    gone += without_anybody(session, workspace, absent, present=present)
    session.execute_many(
        "UPDATE lake_term SET text = NULL, version = ? "
        "WHERE workspace = ? AND kind = ? AND code = ?",
        [(version, workspace, TermKind.PERSON.value, code) for code in gone],
    )
