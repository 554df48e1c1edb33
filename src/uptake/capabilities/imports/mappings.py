"""Mappings as people see and keep them: proposed, changed, written as YAML, recognised again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from uptake.capabilities.imports.models import Import, Kind
from uptake.formats import Mapping as EventMapping
from uptake.formats import (
    RecordKind,
    RecordMapping,
    Role,
    TableSource,
    load_mapping,
    load_record_mapping,
    propose_mapping,
    propose_record_mapping,
)
from uptake.formats.record_fields import FIELDS
from uptake.formats.values import text_sql
from uptake.formats.whole_files import whole
from uptake.store.errors import UptakeError

AnyMapping = EventMapping | RecordMapping
REQUIRED_ROLES = frozenset({Role.TIME, Role.PERSON})
SAMPLE_ROWS = 20_000
SHOWN_SAMPLES = 3
LONGEST_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class MappedLine:
    """What one role or field is read from; without ``column`` it is read from nothing."""

    role: str
    column: str
    samples: tuple[str, ...]
    confidence: float
    reason: str
    required: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a page shows of a file's mapping."""

    description: str
    rows_expected: int
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    lines: tuple[MappedLine, ...]
    warnings: tuple[str, ...]
    timezone: str = ""

    def as_json(self) -> dict[str, Any]:  # Any: JSON
        """The proposal as it is kept."""
        return asdict(self)


def propose(table: TableSource, kind: str) -> AnyMapping:
    """Guess what the columns of a file mean."""
    if kind == Kind.EVENTS:
        return propose_mapping(table)
    return propose_record_mapping(table, RecordKind(kind))


def as_text(mapping: AnyMapping) -> str:
    """Write a mapping as the YAML that ``--mapping`` takes."""
    with tempfile.TemporaryDirectory(prefix="uptake-") as folder:
        path = Path(folder) / "mapping.yaml"
        mapping.dump_yaml(path)
        return path.read_text(encoding="utf-8")


def from_text(text: str, table: TableSource, kind: str) -> AnyMapping:
    """Fit a mapping written as YAML to a file."""
    with tempfile.TemporaryDirectory(prefix="uptake-") as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text(text, encoding="utf-8")
        if kind == Kind.EVENTS:
            return load_mapping(path, table)
        return load_record_mapping(path, table, RecordKind(kind))


def signature_of(columns: Iterable[str]) -> str:
    """Return what files with the same columns have in common, in whatever order they come."""
    return sha256(json.dumps(sorted(columns)).encode()).hexdigest()


def describe(table: TableSource, mapping: AnyMapping, rows_expected: int | None = None) -> Proposal:
    """Return what a page shows of a mapping: every role, and every column with values of it."""
    if isinstance(mapping, EventMapping):
        found, names = _event_lines(mapping), [role.value for role in Role]
        timezone = mapping.timezone or ""
    else:
        found, names = _record_lines(mapping), [field.name for field in FIELDS[mapping.kind]]
        timezone = ""
    return Proposal(
        description=table.description,
        rows_expected=table.rows_expected if rows_expected is None else rows_expected,
        columns=tuple((column.name, _short(column.samples)) for column in mapping.columns),
        lines=tuple(found.get(name) or _unmapped(name, mapping) for name in names),
        warnings=(*table.warnings, *mapping.warnings),
        timezone=timezone,
    )


def changed(mapping: AnyMapping, pairs: Mapping[str, str]) -> tuple[AnyMapping, dict[str, str]]:
    """Change roles one by one; return the mapping and what is wrong, by role."""
    wrong: dict[str, str] = {}
    for role, column in pairs.items():
        try:
            mapping = mapping.override({role: column})
        except UptakeError as problem:
            wrong[role] = str(problem)
    for role in _missing(mapping):
        wrong.setdefault(role, "Choose the column that says this; without it no row can be used.")
    return mapping, wrong


def keep_sample(table: TableSource, path: Path) -> None:
    """Keep rows of the file, so that changing the mapping need not read all of it again."""
    with whole(path) as draft:
        table.connection.execute(
            f"COPY (SELECT * FROM {table.sample} LIMIT {SAMPLE_ROWS}) "  # noqa: S608 - our own names
            f"TO {text_sql(str(draft))} (FORMAT parquet)"
        )


def proposal_of(job: Import) -> Proposal | None:
    """Return what was kept of an import's mapping to show."""
    kept = job.proposal
    if not kept:
        return None
    lines = (MappedLine(**{**line, "samples": tuple(line["samples"])}) for line in kept["lines"])
    columns = ((name, tuple(samples)) for name, samples in kept["columns"])
    return Proposal(
        description=kept["description"],
        rows_expected=kept["rows_expected"],
        columns=tuple(columns),
        lines=tuple(lines),
        warnings=tuple(kept["warnings"]),
        timezone=kept["timezone"],
    )


def keeping(shown: Proposal, before: Proposal | None) -> Proposal:
    """Return a changed proposal that says of unchanged lines what they rested on."""
    if before is None:
        return shown
    stood = {line.role: line for line in before.lines}
    lines = (stood[n.role] if stood[n.role].column == n.column else n for n in shown.lines)
    return replace(shown, lines=tuple(lines), description=before.description)


def _event_lines(mapping: EventMapping) -> dict[str, MappedLine]:
    return {
        m.role.value: MappedLine(
            role=m.role.value,
            column=m.spelled,
            samples=_short(m.samples),
            confidence=m.confidence,
            reason=m.reason,
            required=m.role in REQUIRED_ROLES,
        )
        for m in mapping.roles
    }


def _record_lines(mapping: RecordMapping) -> dict[str, MappedLine]:
    return {
        m.field.name: MappedLine(
            role=m.field.name,
            column=m.column.name,
            samples=_short(m.column.samples),
            confidence=m.confidence,
            reason=m.reason,
            required=m.field.required,
        )
        for m in mapping.fields
    }


def _unmapped(name: str, mapping: AnyMapping) -> MappedLine:
    return MappedLine(name, "", (), 0.0, "", name in _required(mapping))


def _required(mapping: AnyMapping) -> frozenset[str]:
    if isinstance(mapping, RecordMapping):
        return frozenset(field.name for field in FIELDS[mapping.kind] if field.required)
    return frozenset(role.value for role in REQUIRED_ROLES)


def _missing(mapping: AnyMapping) -> list[str]:
    if isinstance(mapping, RecordMapping):
        return [name for name in sorted(_required(mapping)) if mapping.get(name) is None]
    return [role.value for role in sorted(REQUIRED_ROLES) if mapping.get(role) is None]


def _short(samples: Iterable[str]) -> tuple[str, ...]:
    shown = list(samples)[:SHOWN_SAMPLES]
    return tuple(text if len(text) <= LONGEST_SAMPLE else text[:59] + "…" for text in shown)
