"""Reads a file by its mapping and hands it over, or says what handing it over would do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uptake.capabilities.customers import imports as customers
from uptake.capabilities.imports.mappings import AnyMapping
from uptake.formats import (
    EventFile,
    RecordKind,
    RecordMapping,
    TableSource,
    read_events,
    read_records,
)
from uptake.formats import Mapping as EventMapping
from uptake.formats.records import ImportCounts, RejectedRow
from uptake.formats.rehearsal import rehearse
from uptake.formats.rejects import write_rejects
from uptake.formats.streams import Progress
from uptake.foundation.actor import Actor

if TYPE_CHECKING:
    from uptake.store import Lake, LoadReport

NOT_ADMITTED = "of a person who was erased, or older than what is kept"
SHOWN_REASONS = 5
WITHOUT_LAKE: dict[RecordKind, Callable[..., ImportCounts]] = {
    RecordKind.ACCOUNTS: customers.import_accounts,
    RecordKind.CONTRACTS: customers.import_contracts,
    RecordKind.PRODUCTS: customers.import_products,
}


@dataclass(frozen=True, slots=True)
class Task:
    """One file to be handed over, or rehearsed with ``dry_run``.

    ``received_at`` marks the events of this import, ``number`` the changes to records. Rejected
    rows go to ``rejects``.
    """

    table: TableSource
    mapping: AnyMapping
    source: str
    rejects: Path
    dry_run: bool = False
    received_at: datetime | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows of a file; ``notes`` are on rows that were taken, but not whole."""

    rows: int
    new: int
    changed: int
    unchanged: int
    rejected: int
    reasons: dict[str, int]
    remarks: tuple[str, ...]
    notes: tuple[RejectedRow, ...]
    has_rejects: bool

    @property
    def duplicates(self) -> int:
        """Rows that only repeat an earlier row of the file."""
        return max(0, self.rows - self.new - self.changed - self.unchanged - self.rejected)


def hand_over_events(
    actor: Actor, task: Task, lake: Lake, *, told: Progress | None = None
) -> Outcome:
    """Load events into the lake; what a run before this one has stored is counted as new, too."""
    file = _event_file(task, told if task.dry_run else None)
    workspace = actor.workspace.slug
    if task.dry_run:
        with lake.snapshot(workspace) as snapshot:
            counted = rehearse(
                snapshot,
                lake.admitted(workspace, file.batches()),
                file.source_id,
                content_keyed=file.content_keyed,
            )
        refused = file.counts.good - counted.new - counted.unchanged
        return _events_outcome(file, counted.new, refused)
    report = lake.bulk_load(
        workspace,
        file.batches(),
        import_key=f"{file.source_id}:{file.table.path.name}",
        content_keyed=file.content_keyed,
        progress=_telling(file, told),
    )
    new = lake.events_of(workspace, file.source_id, file.received_at)
    return _events_outcome(file, new, report.rejected)


def _event_file(task: Task, told: Progress | None) -> EventFile:
    if not isinstance(task.mapping, EventMapping):
        raise TypeError("events need a mapping of events")
    file = read_events(
        task.table, task.mapping, source_id=task.source, rejects=task.rejects, progress=told
    )
    if task.received_at is not None:
        file.received_at = task.received_at
    return file


def _telling(file: EventFile, told: Progress | None) -> Callable[[LoadReport], None]:
    def tell(report: LoadReport) -> None:
        if told:
            share = min(0.99, file.counts.rows / max(file.table.rows_expected, 1))
            told(f"{report.stored + report.duplicates:,} events stored", share)

    return tell


def _events_outcome(file: EventFile, new: int, refused: int) -> Outcome:
    reasons = dict(file.counts.rejected)
    if refused:
        reasons[NOT_ADMITTED] = refused
    return Outcome(
        rows=file.counts.rows,
        new=new,
        changed=0,
        unchanged=file.counts.good - refused - new,
        rejected=sum(reasons.values()),
        reasons=reasons,
        remarks=file.warnings,
        notes=(),
        has_rejects=bool(file.counts.rejected_rows),
    )


def hand_over_records(actor: Actor, task: Task, lake: Lake) -> Outcome:
    """Take accounts, people, contracts or products over; all of it or nothing."""
    if not isinstance(task.mapping, RecordMapping):
        raise TypeError("records need a mapping of records")
    kind = task.mapping.kind
    file = read_records(task.table, kind, task.mapping)
    counts = take_over(
        actor, kind, file.records, lake=lake, dry_run=task.dry_run, number=task.number
    )
    refused = sorted((*file.rejects, *counts.refused), key=lambda row: row.line)
    written = write_rejects(task.rejects, refused)
    return Outcome(
        rows=file.rows,
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        rejected=len(file.rejects) + counts.rejected,
        reasons=_commonest(refused),
        remarks=file.remarks,
        notes=counts.remarks,
        has_rejects=bool(written),
    )


def take_over(
    actor: Actor,
    kind: RecordKind,
    records: Iterable[Any],  # Any: the kind says of which class
    *,
    lake: Lake,
    dry_run: bool = False,
    number: int | None = None,
) -> ImportCounts:
    """Have the action that the kind calls for take records over."""
    if kind is RecordKind.PEOPLE:
        return customers.import_people(actor, records, lake=lake, dry_run=dry_run, number=number)
    return WITHOUT_LAKE[kind](actor, records, dry_run=dry_run, number=number)


def _commonest(refused: list[RejectedRow]) -> dict[str, int]:
    """The commonest reasons, without the values that differ from row to row."""
    counts = Counter(re.sub(r"'[^']*'", "...", row.reason) for row in refused)
    return dict(counts.most_common(SHOWN_REASONS))
