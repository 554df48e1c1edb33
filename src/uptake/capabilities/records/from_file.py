"""From a file of records to a picture of their quality, with no set-up."""
# ruff: noqa: S608  (SQL is composed from quoted names and texts of our own making)

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from uptake.capabilities.records.conditions import nearest
from uptake.capabilities.records.judging import JUDGED, RULES_A_WORD, Judged, judge
from uptake.capabilities.records.picture import FileFacts, RecordPicture, picture_of
from uptake.capabilities.records.proposing import propose_standard
from uptake.capabilities.records.roles import propose_columns
from uptake.capabilities.records.samples import named_standard
from uptake.capabilities.records.standard import RecordRole, Standard
from uptake.capabilities.records.versions import versions_of_table
from uptake.capabilities.records.writing import standard_yaml
from uptake.formats import MappingError, TableSource, open_table, propose_mapping
from uptake.formats.streams import Progress
from uptake.formats.whole_files import whole, write_whole

MOST_REJECTS = 100_000
"""Unfit records that are listed; the report counts them all."""


@dataclass(frozen=True, slots=True)
class RecordChoices:
    """What a person says about a file of records; everything left out is guessed.

    ``standard``: a file, or the name of one that comes with the product. ``columns``: roles and
    columns, nothing unmaps a role. ``rejects``: where unfit records and rows that cannot be read
    are listed.
    """

    standard: str | None = None
    save_standard: Path | None = None
    columns: Pairs[str, str] = field(default_factory=dict)
    rejects: Path | None = None


def records_of_file(
    path: Path,
    choices: RecordChoices,
    *,
    show: Callable[[Standard], None],
    progress: Progress | None = None,
) -> RecordPicture:
    """Judge the records in a file; ``show`` gets the standard used, with its columns."""
    with open_table(path, progress) as table:
        _tell(progress, "Looking at the columns")
        mapping = propose_mapping(table)
        columns = _columns(table, propose_columns(mapping), choices)
        if choices.standard:
            said = named_standard(choices.standard)
            kept = columns | said.columns | _spoken(table, choices.columns)
            standard = replace(said, columns={r: kept[r] for r in RecordRole if kept.get(r)})
        else:
            _tell(progress, "Proposing a standard")
            name = f"Proposed from {path.name}"
            standard = propose_standard(table, mapping.columns, columns, name=name)
        if choices.save_standard:
            write_whole(choices.save_standard, standard_yaml(standard))
        show(standard)
        _tell(progress, "Judging")
        broken = table.next_broken_table()
        versions = versions_of_table(table, mapping.columns, standard, broken)
        judged = judge(table.connection, versions, standard)
        unread = list(_unread(table, broken))
        if choices.rejects:
            _write_rejects(choices.rejects, judged, unread)
        rows = int(table.connection.execute(f"SELECT count(*) FROM {JUDGED}").fetchall()[0][0])
        facts = FileFacts(path.name, rows + len(unread), len(unread), tuple(table.warnings))
        _tell(progress, "Counting")
        again = replace(versions, relation=table.source.relation())
        return picture_of(judged, again, facts)


def _tell(progress: Progress | None, what: str) -> None:
    if progress:
        progress(what, None)


def _columns(
    table: TableSource, proposed: dict[RecordRole, str], choices: RecordChoices
) -> dict[RecordRole, str]:
    said = proposed | _spoken(table, choices.columns)
    return {role: column for role, column in said.items() if column}


def _spoken(table: TableSource, pairs: Pairs[str, str]) -> dict[RecordRole, str]:
    said = {}
    for name, spelled in pairs.items():
        if name.lower() not in list(RecordRole):
            raise MappingError(f"{name!r} is not a role: {nearest(name, list(RecordRole))}")
        column = spelled.strip()
        if column and column not in table.columns:
            raise MappingError(
                f"{table.path.name} has no column {column!r}: {nearest(column, table.columns)}"
            )
        said[RecordRole(name.lower())] = column
    return said


def _unread(table: TableSource, broken: str) -> Iterator[tuple[int, str, str]]:
    """Rows that could not be taken apart, with their line."""
    nothing = np.empty(0, dtype=np.int64)
    for row in table.source.find(table.connection, nothing, broken):
        yield row.line, f"broken row: {row.reason}", row.raw


def _write_rejects(path: Path, judged: Judged, unread: list[tuple[int, str, str]]) -> None:
    """List unfit records with the rules they fail; without any there is no file."""
    words = range(-(-len(judged.book.rules) // RULES_A_WORD) or 1)
    failed = ", ".join(f"applies_{word} & ~passed_{word}" for word in words)
    rows = judged.connection.execute(
        f"SELECT record, {failed} FROM {JUDGED} WHERE is_last AND fit = 0 "
        f"ORDER BY ordinal LIMIT {MOST_REJECTS}"
    ).fetchall()
    if not rows and not unread:
        path.unlink(missing_ok=True)
        return
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("record", "line", "does not hold"))
        writer.writerows(("", line, f"{reason}: {raw}") for line, reason, raw in unread)
        for record, *bits in rows:
            writer.writerow((record, "", "; ".join(_failed(judged, bits))))


def _failed(judged: Judged, bits: list[int]) -> Iterator[str]:
    for place, rule in enumerate(judged.book.rules):
        if bits[place // RULES_A_WORD] >> (place % RULES_A_WORD) & 1:
            yield rule.sentence
