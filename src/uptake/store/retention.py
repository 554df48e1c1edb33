"""Retention: whole months older than a workspace's policy are dropped, and not let in again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from uptake.store import engine
from uptake.store.aliases import without_anybody
from uptake.store.database import Session, now_ms
from uptake.store.errors import UptakeError
from uptake.store.localtime import month_of, months_from
from uptake.store.manifest import EVENTS, FileEntry, day_number
from uptake.store.rewrite import Rewriter
from uptake.store.schema import ROLLUPS, TermKind
from uptake.store.writer import WorkspaceWriter

if TYPE_CHECKING:
    from uptake.store.lake import Lake


class InvalidRetention(UptakeError):
    """A policy must keep at least the present month."""

    def __init__(self) -> None:
        super().__init__("Retention keeps at least one month: give a number of months from 1 up.")


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What went: events, files and people without any event left; ``first_day`` is kept."""

    workspace: str
    first_day: date
    months: tuple[date, ...]
    events: int
    files: int
    people_forgotten: int


def apply_retention(lake: Lake, workspace: str, *, months: int, today: date) -> RetentionReport:
    """Keep the month of ``today`` and the ``months`` - 1 before it; drop the rest physically.

    Events of dropped months that come later are refused. People and identifiers are forgotten with
    their last event. Applying the same policy again changes nothing.
    """
    if months < 1:
        raise InvalidRetention
    first = months_from(today, 1 - months)
    with lake.writing(workspace) as writer, engine.connect(lake.scratch) as connection:
        writer.collect_orphans()
        rewriter = Rewriter(connection, writer)
        dropped = [f for f in writer.manifest.of_kind(EVENTS) if _is_before(f, first)]
        rollups, replacing = _rollups_from(writer, rewriter, first)
        kept = [f for f in writer.manifest.of_kind(EVENTS) if f not in dropped]
        present = rewriter.people(kept)
        forgotten: list[int] = []
        writer.commit(
            add=replacing,
            retire=[*dropped, *rollups],
            also=partial(_record, workspace, first, present, forgotten),
        )
        writer.collect_retired()
    if forgotten:
        lake.database.scrub()
    return RetentionReport(
        workspace=workspace,
        first_day=first,
        months=tuple(sorted({month_of(f.first_day) for f in dropped if f.first_day})),
        events=sum(file.rows for file in dropped),
        files=len(dropped) + len(rollups),
        people_forgotten=len(forgotten),
    )


def _rollups_from(
    writer: WorkspaceWriter, rewriter: Rewriter, first: date
) -> tuple[list[FileEntry], list[FileEntry]]:
    """Rollup files to retire, and those that take the place of files on both sides of the day."""
    retired: list[FileEntry] = []
    replacing: list[FileEntry] = []
    for name in ROLLUPS:
        for file in writer.manifest.of_kind(name):
            if file.first_day is None or file.first_day >= first:
                continue
            retired.append(file)
            if not _is_before(file, first):
                replacing += rewriter.merge_rollup(name, [file], level=file.level, first=first)
    return retired, replacing


def _is_before(file: FileEntry, first: date) -> bool:
    return file.last_day is not None and file.last_day < first


def _record(
    workspace: str,
    first: date,
    present: Sequence[int],
    forgotten: list[int],
    session: Session,
    version: int,
) -> None:
    """The first day from now on, and the people whose last event went."""
    session.execute("DELETE FROM lake_retention WHERE workspace = ?", (workspace,))
    session.execute(
        "INSERT INTO lake_retention (workspace, first_day, applied_at) VALUES (?, ?, ?)",
        (workspace, day_number(first), now_ms()),
    )
    named = session.query(
        "SELECT code FROM lake_term WHERE workspace = ? AND kind = ? AND text IS NOT NULL",
        (workspace, TermKind.PERSON.value),
    )
    absent = {int(code) for (code,) in named} - set(present)
    forgotten += without_anybody(session, workspace, absent, present=present)
    session.execute_many(
        "UPDATE lake_term SET text = NULL, version = ? "
        "WHERE workspace = ? AND kind = ? AND code = ?",
        [(version, workspace, TermKind.PERSON.value, code) for code in forgotten],
    )
