"""One run of an import: open, map, show, read, hand over, and say what happened."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from uptake.capabilities.customers import imports as customers
from uptake.cli.terminal import progress_bar
from uptake.config import load_settings
from uptake.formats import (
    EventFile,
    Mapping,
    RecordKind,
    RecordMapping,
    Role,
    TableSource,
    load_mapping,
    load_record_mapping,
    open_table,
    propose_mapping,
    propose_record_mapping,
    read_events,
    read_records,
)
from uptake.formats.record_fields import FIELDS
from uptake.formats.records import ImportCounts, RejectedRow
from uptake.formats.rehearsal import rehearse
from uptake.formats.rejects import write_rejects
from uptake.formats.spoken import file_and_pairs, spoken_pairs
from uptake.foundation.actor import Actor
from uptake.foundation.lake import open_lake
from uptake.foundation.migration import require_migrated
from uptake.foundation.queries import system_actor

if TYPE_CHECKING:
    from uptake.cli.imports import ImportChoices
    from uptake.store import Lake, LoadReport

WITHOUT_LAKE: dict[RecordKind, Callable[..., ImportCounts]] = {
    RecordKind.ACCOUNTS: customers.import_accounts,
    RecordKind.CONTRACTS: customers.import_contracts,
    RecordKind.PRODUCTS: customers.import_products,
}


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did, or would do; ``rejects`` is the file of rejected rows, if there are."""

    kind: str
    dry_run: bool
    rows: int
    new: int
    changed: int
    unchanged: int
    rejected: int
    reasons: dict[str, int]
    rejects: Path | None
    mapping: dict[str, str]
    remarks: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        """The outcome for machines."""
        return {**asdict(self), "rejects": str(self.rejects) if self.rejects else None}

    @property
    def in_words(self) -> str:
        """The outcome for people."""
        verb = "Would import" if self.dry_run else "Imported"
        lines = [self._counts_in_words(verb)]
        repeated = self.rows - self.new - self.changed - self.unchanged - self.rejected
        if repeated > 0:
            lines.append(f"  {repeated:,} rows only repeat an earlier row.")
        lines += [f"  {count:,} rejected: {reason}" for reason, count in self.reasons.items()]
        if self.rejects:
            lines.append(f"Rejected rows are in {self.rejects}.")
        return "\n".join(lines)

    def _counts_in_words(self, verb: str) -> str:
        return (
            f"{verb} {self.kind}: {self.new:,} new, {self.changed:,} changed, {self.unchanged:,} "
            f"unchanged, {self.rejected:,} rejected of {self.rows:,} rows."
        )


def import_events(
    choices: ImportChoices, source: str, timezone: str | None, origin: date | None
) -> ImportOutcome:
    """Load a file of events into the lake."""
    require_migrated()
    path, pairs = file_and_pairs(choices.words, "uptake import events")
    workspace = choices.workspace or load_settings().workspace
    system_actor(workspace)
    rejects = choices.rejects or Path(f"{path.name}.rejects.csv")
    roles = spoken_pairs([*choices.pairs, *pairs], list(Role))
    with progress_bar() as progress, open_table(path, progress, encoding=choices.encoding) as table:
        saved = choices.mapping
        mapping = load_mapping(saved, table) if saved else propose_mapping(table)
        mapping = mapping.override(roles, origin=origin)
        _show_events(mapping, table)
        file = read_events(
            table, mapping, source_id=source, rejects=rejects, timezone=timezone, progress=progress
        )
        if choices.save_mapping:
            file.mapping.dump_yaml(choices.save_mapping)
        with open_lake() as lake:
            new, known = _load(lake, workspace, file, dry_run=choices.dry_run)
        return _events_outcome(file, new, known, choices)


def _load(lake: Lake, workspace: str, file: EventFile, *, dry_run: bool) -> tuple[int, int]:
    """How many events were new and how many were there already."""
    if dry_run:
        with lake.snapshot(workspace) as snapshot:
            rehearsal = rehearse(
                snapshot,
                lake.admitted(workspace, file.batches()),
                file.source_id,
                content_keyed=file.content_keyed,
            )
        return rehearsal.new, rehearsal.unchanged
    report: LoadReport = lake.bulk_load(
        workspace,
        file.batches(),
        import_key=f"{file.source_id}:{file.table.path.name}",
        content_keyed=file.content_keyed,
    )
    return report.stored, report.duplicates


def _events_outcome(file: EventFile, new: int, known: int, choices: ImportChoices) -> ImportOutcome:
    refused = file.counts.good - new - known
    reasons = dict(file.counts.rejected)
    if refused:
        reasons["of a person who was erased, or older than what is kept"] = refused
    return ImportOutcome(
        kind="events",
        dry_run=choices.dry_run,
        rows=file.counts.rows,
        new=new,
        changed=0,
        unchanged=known,
        rejected=sum(reasons.values()),
        reasons=reasons,
        rejects=file.rejects if file.counts.rejected_rows else None,
        mapping={mapped.role.value: mapped.spelled for mapped in file.mapping.roles},
        remarks=file.warnings,
    )


def import_records(kind: RecordKind, choices: ImportChoices) -> ImportOutcome:
    """Take a file of accounts, people, contracts or products over."""
    require_migrated()
    path, pairs = file_and_pairs(choices.words, f"uptake import {kind}")
    actor = system_actor(choices.workspace or load_settings().workspace, name="command line")
    fields = spoken_pairs([*choices.pairs, *pairs], [field.name for field in FIELDS[kind]])
    with progress_bar() as progress, open_table(path, progress, encoding=choices.encoding) as table:
        mapping = _record_mapping(table, kind, choices.mapping).override(fields)
        _show_records(mapping, table)
        if choices.save_mapping:
            mapping.dump_yaml(choices.save_mapping)
        file = read_records(table, kind, mapping)
    for remark in file.remarks:
        typer.echo(f"  ! {remark}", err=True)
    with open_lake() as lake:
        counts = hand_over(actor, kind, file.records, lake=lake, dry_run=choices.dry_run)
    refused = sorted((*file.rejects, *counts.refused), key=lambda row: row.line)
    rejects = choices.rejects or Path(f"{path.name}.rejects.csv")
    written = write_rejects(rejects, refused)
    for row in counts.remarks[:10]:
        typer.echo(f"  ! line {row.line}: {row.reason}", err=True)
    return ImportOutcome(
        kind=kind.value,
        dry_run=choices.dry_run,
        rows=file.rows,
        new=counts.new,
        changed=counts.changed,
        unchanged=counts.unchanged,
        rejected=len(file.rejects) + counts.rejected,
        reasons=_commonest(refused),
        rejects=rejects if written else None,
        mapping={mapped.field.name: mapped.column.name for mapped in mapping.fields},
        remarks=file.remarks,
    )


def hand_over(
    actor: Actor,
    kind: RecordKind,
    records: Iterable[Any],  # Any: the kind says of which class
    *,
    lake: Lake,
    dry_run: bool = False,
) -> ImportCounts:
    """Have the action that the kind calls for take records over."""
    if kind is RecordKind.PEOPLE:
        return customers.import_people(actor, records, lake=lake, dry_run=dry_run)
    return WITHOUT_LAKE[kind](actor, records, dry_run=dry_run)


def _record_mapping(table: TableSource, kind: RecordKind, saved: Path | None) -> RecordMapping:
    if saved:
        return load_record_mapping(saved, table, kind)
    return propose_record_mapping(table, kind)


def _commonest(refused: list[RejectedRow]) -> dict[str, int]:
    """The five commonest reasons, without the values that differ from row to row."""
    counts = Counter(re.sub(r"'[^']*'", "...", row.reason) for row in refused)
    return dict(counts.most_common(5))


def _show_events(mapping: Mapping, table: TableSource) -> None:
    lines = [
        (mapped.role.value, mapped.spelled, mapped.samples, mapped.confidence, mapped.reason)
        for mapped in mapping.roles
    ]
    _show(table, lines, (*table.warnings, *mapping.warnings))


def _show_records(mapping: RecordMapping, table: TableSource) -> None:
    lines = [
        (m.field.name, m.column.name, m.column.samples, m.confidence, m.reason)
        for m in mapping.fields
    ]
    _show(table, lines, ())


def _show(
    table: TableSource,
    lines: list[tuple[str, str, tuple[str, ...], float, str]],
    warnings: tuple[str, ...],
) -> None:
    """Print on stderr what each column was taken for, with values of it and why."""
    typer.echo(f"{table.path.name}: {table.description}. Columns are read as:", err=True)
    for name, column, samples, confidence, reason in lines:
        shown = ", ".join(sample[:24] for sample in samples[:3])
        typer.echo(f"  {name:<15} {column:<24} {shown}", err=True)
        typer.echo(f"  {'':<15} {confidence:.0%} sure: {reason}", err=True)
    for warning in warnings:
        typer.echo(f"  ! {warning}", err=True)
