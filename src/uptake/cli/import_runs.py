"""One import from the command line: the same actions as in the browser, worked off at once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from uptake.capabilities.imports import actions, files, mappings, queries
from uptake.capabilities.imports.models import Import, Origin, State
from uptake.capabilities.imports.outcome import (
    Task,
    hand_over_events,
    hand_over_records,
    take_over,
)
from uptake.capabilities.imports.working import work_off
from uptake.cli.settings import load_settings
from uptake.cli.terminal import Progress, progress_bar
from uptake.formats import (
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
)
from uptake.formats.record_fields import FIELDS
from uptake.formats.spoken import file_and_pairs, spoken_pairs
from uptake.foundation.actor import Actor
from uptake.foundation.lake import open_lake
from uptake.foundation.migration import require_migrated
from uptake.foundation.queries import system_actor

if TYPE_CHECKING:
    from uptake.cli.imports import ImportChoices
    from uptake.store import Lake

BY_COMMAND = "command line"
hand_over = take_over


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did, or would do; ``rejects`` is the file of rejected rows, if there are.

    ``number`` is that of the history; a dry run has none.
    """

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
    number: int | None = None

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
    path, pairs = file_and_pairs(choices.words, "uptake import events")
    roles = spoken_pairs([*choices.pairs, *pairs], list(Role))
    actor = _actor(choices.workspace)
    with progress_bar() as told, open_table(path, told, encoding=choices.encoding) as table:
        saved = choices.mapping
        mapping = load_mapping(saved, table) if saved else propose_mapping(table)
        mapping = mapping.override(roles, origin=origin)
        mapping = replace(mapping, timezone=timezone or mapping.timezone)
        _show_events(mapping, table)
        mapping.checked()
        spelled = {mapped.role.value: mapped.spelled for mapped in mapping.roles}
        shown = (*table.warnings, *mapping.warnings)
        run = _Run(actor, "events", path, choices, told, source)
        outcome = run.carry_out(table, mapping, spelled)
    for remark in outcome.remarks:
        if remark not in shown:
            typer.echo(f"  ! {remark}", err=True)
    return outcome


def import_records(kind: RecordKind, choices: ImportChoices) -> ImportOutcome:
    """Take a file of accounts, people, contracts or products over."""
    path, pairs = file_and_pairs(choices.words, f"uptake import {kind}")
    fields = spoken_pairs([*choices.pairs, *pairs], [field.name for field in FIELDS[kind]])
    actor = _actor(choices.workspace)
    with progress_bar() as told, open_table(path, told, encoding=choices.encoding) as table:
        mapping = _record_mapping(table, kind, choices.mapping).override(fields)
        _show_records(mapping, table)
        mapping.checked()
        spelled = {mapped.field.name: mapped.column.name for mapped in mapping.fields}
        outcome = _Run(actor, kind.value, path, choices, told).carry_out(table, mapping, spelled)
    for remark in outcome.remarks:
        typer.echo(f"  ! {remark}", err=True)
    return outcome


def history(workspace: str | None) -> list[Import]:
    """Return the imports of a workspace, newest first."""
    return list(queries.visible_imports(_actor(workspace)))


def undo(number: int, workspace: str | None) -> Import:
    """Take a whole import back, now and not by the worker."""
    actor = _actor(workspace)
    job = actions.ask_for_undo(actor, number)
    with open_lake() as lake:
        return work_off(job, lake)


def _actor(workspace: str | None) -> Actor:
    require_migrated()
    return system_actor(workspace or load_settings().workspace, name=BY_COMMAND)


@dataclass(frozen=True, slots=True)
class _Run:
    """One file that a command names."""

    actor: Actor
    kind: str
    path: Path
    choices: ImportChoices
    told: Progress | None
    source: str = "file"

    @property
    def _rejects(self) -> Path:
        return self.choices.rejects or Path(f"{self.path.name}.rejects.csv")

    def carry_out(
        self, table: TableSource, mapping: mappings.AnyMapping, spelled: dict[str, str]
    ) -> ImportOutcome:
        """Rehearse or do it."""
        if self.choices.save_mapping:
            mapping.dump_yaml(self.choices.save_mapping)
        with open_lake() as lake:
            if self.choices.dry_run:
                return self._rehearse(lake, table, mapping, spelled)
            return self._do(lake, table, mapping, spelled)

    def _rehearse(
        self,
        lake: Lake,
        table: TableSource,
        mapping: mappings.AnyMapping,
        spelled: dict[str, str],
    ) -> ImportOutcome:
        task = Task(table, mapping, self.source, self._rejects, dry_run=True)
        hand = hand_over_events if isinstance(mapping, Mapping) else hand_over_records
        found = hand(self.actor, task, lake)
        return ImportOutcome(
            kind=self.kind,
            dry_run=True,
            rows=found.rows,
            new=found.new,
            changed=found.changed,
            unchanged=found.unchanged,
            rejected=found.rejected,
            reasons=found.reasons,
            rejects=self._rejects if found.has_rejects else None,
            mapping=spelled,
            remarks=(*found.remarks, *(f"line {n.line}: {n.reason}" for n in found.notes[:10])),
        )

    def _do(
        self,
        lake: Lake,
        table: TableSource,
        mapping: mappings.AnyMapping,
        spelled: dict[str, str],
    ) -> ImportOutcome:
        job = actions.import_from_disk(
            self.actor,
            self.path,
            kind=self.kind,
            mapping=mappings.as_text(mapping),
            origin=Origin.COMMAND,
            source=self.source,
            encoding=self.choices.encoding or "",
        )
        with self._kept_rejects(job):
            work_off(job, lake, table=table, told=self.told)
        return ImportOutcome(
            kind=self.kind,
            dry_run=False,
            rows=job.rows,
            new=job.new,
            changed=job.changed,
            unchanged=job.unchanged,
            rejected=job.rejected,
            reasons=job.reasons,
            rejects=self._rejects if job.has_rejects else None,
            mapping=spelled,
            remarks=tuple(job.remarks),
            number=job.pk,
        )

    @contextmanager
    def _kept_rejects(self, job: Import) -> Iterator[None]:
        """Leave the rejects where the person at the command line expects them, whatever happens."""
        try:
            yield
        finally:
            if files.rejects_path(job).is_file():
                self._rejects.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(files.rejects_path(job), self._rejects)


def described(job: Import) -> dict[str, Any]:  # Any: JSON
    """Return an import as machines read it."""
    return {
        "number": job.pk,
        "kind": job.kind,
        "state": job.state,
        "file": job.file_name,
        "origin": job.origin,
        "by": job.actor_name,
        "rows": job.rows,
        "new": job.new,
        "changed": job.changed,
        "unchanged": job.unchanged,
        "rejected": job.rejected,
        "duplicates": job.duplicates,
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        "undone_at": job.undone_at.isoformat() if job.undone_at else None,
        "problem": job.problem,
        "kept": job.kept,
    }


def in_words(job: Import) -> str:
    """Return an import as a line of the history."""
    when = f"{job.created_at:%Y-%m-%d %H:%M}"
    counts = f"{job.new:,} new, {job.changed:,} changed, {job.rejected:,} rejected"
    said = counts if job.state in (State.DONE, State.UNDONE) else job.problem
    return f"{job.pk:>5}  {when}  {job.kind:<9}  {job.state:<8}  {job.file_name}  {said}"


def _record_mapping(table: TableSource, kind: RecordKind, saved: Path | None) -> RecordMapping:
    if saved:
        return load_record_mapping(saved, table, kind)
    return propose_record_mapping(table, kind)


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
