"""From a file to an adoption picture, with no set-up: open, guess, read, measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from uptake.capabilities.measure.build import build_picture
from uptake.capabilities.measure.picture import AdoptionPicture, Source
from uptake.formats import (
    EventFile,
    Mapping,
    Role,
    TableSource,
    load_mapping,
    open_table,
    propose_mapping,
    read_events,
)
from uptake.formats.streams import Progress
from uptake.formats.times import DEFAULT_ORIGIN
from uptake.store.memory import snapshot_of


@dataclass(frozen=True, slots=True)
class FileChoices:
    """What a person says about a file; everything left out is guessed.

    ``roles`` are roles and columns, ``mapping`` a saved mapping, ``save_mapping`` where to keep the
    one that was used, ``rejects`` where rows that cannot be used are listed.
    """

    roles: Pairs[str, str] = field(default_factory=dict)
    mapping: Path | None = None
    save_mapping: Path | None = None
    rejects: Path | None = None
    timezone: str | None = None
    origin: date | None = None


def picture_of_file(
    path: Path,
    choices: FileChoices,
    *,
    show: Callable[[Mapping], None],
    progress: Progress | None = None,
) -> AdoptionPicture:
    """Read a file of events and return its adoption picture; ``show`` gets the mapping used."""
    with open_table(path, progress) as table:
        mapping = _mapping(table, choices)
        show(mapping)
        file = read_events(
            table,
            mapping,
            source_id=path.name,
            rejects=choices.rejects,
            timezone=choices.timezone,
            progress=progress,
        )
        with snapshot_of(_counted(file), timezone=choices.timezone or "UTC") as snapshot:
            if progress:
                progress("Measuring", None)
            return build_picture(snapshot, source=_source(path, file))


def _mapping(table: TableSource, choices: FileChoices) -> Mapping:
    known = load_mapping(choices.mapping, table) if choices.mapping else propose_mapping(table)
    mapping = known.override(choices.roles, origin=choices.origin).checked()
    if choices.save_mapping:
        mapping.dump_yaml(choices.save_mapping)
    return mapping


def _counted(file: EventFile) -> Iterator[pa.RecordBatch]:
    yield from file.batches()


def _origin(mapping: Mapping) -> date | None:
    """Day 0 of a file that counts days, unless somebody said which date it is."""
    time = mapping.get(Role.TIME)
    if not (time and time.time and time.time.is_day_number) or mapping.origin:
        return None
    return DEFAULT_ORIGIN


def _source(path: Path, file: EventFile) -> Source:
    mapping, counts = file.mapping, file.counts
    group = mapping.get(Role.ACCOUNT) or mapping.get(Role.TEAM)
    return Source(
        name=path.name,
        rows=counts.rows,
        rejected=counts.rejected_rows,
        reasons=tuple(sorted(counts.rejected.items(), key=lambda reason: -reason[1])),
        mapping=tuple((role.role.value, role.spelled) for role in mapping.roles),
        group_word=group.spelled if group else "group",
        origin=_origin(mapping),
        notes=file.warnings,
    )
