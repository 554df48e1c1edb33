"""From a file to an adoption picture, with no set-up: open, guess, read, measure."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from uptake.formats import (
    EventFile,
    Mapping,
    MappingError,
    Role,
    TableSource,
    load_mapping,
    open_table,
    propose_mapping,
    read_events,
)
from uptake.formats.streams import Progress
from uptake.formats.times import DEFAULT_ORIGIN

if TYPE_CHECKING:
    from uptake.capabilities.measure.picture import AdoptionPicture, Source


@dataclass(frozen=True, slots=True)
class FileChoices:
    """What a person says about a file; everything left out is guessed.

    ``roles`` are roles and columns, ``mapping`` a saved mapping, ``save_mapping`` where to keep the
    one that was used, ``rejects`` where rows that cannot be used are listed, ``country`` whose
    public holidays are free (``DE``, or ``DE-BY`` for a state).
    """

    roles: Pairs[str, str] = field(default_factory=dict)
    mapping: Path | None = None
    save_mapping: Path | None = None
    rejects: Path | None = None
    timezone: str | None = None
    origin: date | None = None
    country: str | None = None


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
        return _measured(file, choices, progress)


def _measured(file: EventFile, choices: FileChoices, progress: Progress | None) -> AdoptionPicture:
    from uptake.capabilities.measure.build import build_picture  # takes seconds to load
    from uptake.capabilities.measure.ground import Question
    from uptake.store.memory import snapshot_of

    with snapshot_of(file.batches(), timezone=file.mapping.timezone or "UTC") as snapshot:
        if progress:
            progress("Measuring", None)
        question = Question(place=choices.country)
        return build_picture(snapshot, source=_source(file), question=question)


def _mapping(table: TableSource, choices: FileChoices) -> Mapping:
    known = load_mapping(choices.mapping, table) if choices.mapping else propose_mapping(table)
    _refuse_unmapped(known, choices.roles)
    said = known.override(choices.roles, origin=choices.origin).checked()
    mapping = replace(said, timezone=choices.timezone or said.timezone)
    if choices.save_mapping:
        mapping.dump_yaml(choices.save_mapping)
    return mapping


def _refuse_unmapped(known: Mapping, roles: Pairs[str, str]) -> None:
    """Nothing can be reported without a person and a time."""
    for name, column in roles.items():
        if name.lower() in (Role.PERSON, Role.TIME) and not column.strip():
            columns = ", ".join(column.name for column in known.columns)
            raise MappingError(
                f"{name.lower()} cannot be left out of a report: name its column, one of {columns}."
            )


def _origin(mapping: Mapping) -> date | None:
    """Day 0 of a file that counts days, unless somebody said which date it is."""
    time = mapping.get(Role.TIME)
    if not (time and time.time and time.time.is_day_number) or mapping.origin:
        return None
    return DEFAULT_ORIGIN


def _source(file: EventFile) -> Source:
    from uptake.capabilities.measure.picture import Source  # loads what measures

    mapping, counts = file.mapping, file.counts
    group = mapping.get(Role.ACCOUNT) or mapping.get(Role.TEAM)
    return Source(
        name=file.table.path.name,
        rows=counts.rows,
        rejected=counts.rejected_rows,
        reasons=tuple(sorted(counts.rejected.items(), key=lambda reason: -reason[1])),
        mapping=tuple((role.role.value, role.spelled) for role in mapping.roles),
        group_word=group.spelled if group else "group",
        origin=_origin(mapping),
        notes=file.warnings,
    )
