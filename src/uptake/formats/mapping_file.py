"""Mappings as people keep them in YAML: what cannot be read is named with its line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from uptake.formats.columns import profile_columns
from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.mapping import Mapping
from uptake.formats.marked_places import MarkedPlace
from uptake.formats.marked_yaml import Marked, read_marked, text_of
from uptake.formats.record_mapping import RecordMapping
from uptake.formats.records import RecordKind
from uptake.formats.table import TableSource
from uptake.formats.times import TimeFormat, TimeParser

OF_EVENTS: Final = ("roles", "origin", "timezone")
OF_RECORDS: Final = ("kind", "fields")
OF_A_ROLE: Final = ("column", "formats")


def load_mapping(path: Path, table: TableSource) -> Mapping:
    """Read a saved mapping of events and fit it to a table; its time formats are taken as they are.

    Raises:
        MappingError: it is no mapping, or does not fit the table.
    """
    with _said_of_mappings():
        place, parts = _parts(path, OF_EVENTS, "it needs roles, such as person: user_id")
        said = {name: _role(place, at) for name, at in place.named(parts["roles"]).items()}
        origin, zone = parts.get("origin"), parts.get("timezone")
        blank = Mapping((), profile_columns(table))
        mapping = blank.override({name: role.column for name, role in said.items()})
        known = {_plain(name): role.formats for name, role in said.items()}
        with_formats = tuple(
            replace(mapped, time=_format(place, formats, table))
            if (formats := known.get(mapped.role.value))
            else mapped
            for mapped in mapping.roles
        )
        return replace(
            mapping,
            roles=with_formats,
            origin=place.day(origin) if origin and not origin.is_nothing else None,
            timezone=place.text(zone) or None if zone else None,
        )


def load_record_mapping(path: Path, table: TableSource, kind: RecordKind) -> RecordMapping:
    """Read a saved mapping of records and fit it to a table.

    Raises:
        MappingError: it is no mapping, one of another kind, or does not fit the table.
    """
    with _said_of_mappings():
        place, parts = _parts(path, OF_RECORDS, "it needs fields, such as name: title")
        of_kind = place.text(parts["kind"]) if "kind" in parts else kind
        if of_kind != kind:
            raise MappingError(f"{path} maps {of_kind}, not {kind}: name another mapping.")
        fields = {name: place.text(at) for name, at in place.named(parts["fields"]).items()}
        return RecordMapping(kind, (), profile_columns(table)).override(fields)


@dataclass(frozen=True, slots=True)
class _Role:
    """What a mapping says of one role."""

    column: str
    formats: tuple[Marked, ...] = ()


def _plain(role: str) -> str:
    return role.strip().lower().replace("-", "_")


@contextmanager
def _said_of_mappings() -> Iterator[None]:
    try:
        yield
    except UnusableFileError as problem:
        raise MappingError(str(problem)) from None


def _parts(path: Path, known: tuple[str, ...], needs: str) -> tuple[MarkedPlace, dict[str, Marked]]:
    """The parts of a mapping, among them roles or fields."""
    if not path.is_file():
        raise MappingError(f"There is no mapping {path}: check the name.")
    text = text_of(path.read_bytes(), name=path.name)
    document = read_marked(text, name=path.name, what="a mapping")
    place = MarkedPlace(path.name, "")
    needed = next(name for name in known if name in ("roles", "fields"))
    found = (document.parts or {}).get(needed)
    if found is None or found.parts is None:
        raise MappingError(f"{path.name} is no mapping: {needs}.")
    return place, place.parts(document, known)


def _role(place: MarkedPlace, at: Marked) -> _Role:
    if at.parts is None:
        return _Role(place.text(at))
    parts = place.parts(at, OF_A_ROLE)
    formats = parts.get("formats", Marked(at.line, items=()))
    listed = (formats,) if formats.text is not None else place.items(formats)
    column = place.text(parts["column"]) if "column" in parts else ""
    return _Role(column, tuple(each for each in listed if not each.is_nothing))


def _format(place: MarkedPlace, formats: tuple[Marked, ...], table: TableSource) -> TimeFormat:
    """The parsers that are said, each of which has to be one."""
    parsers = [place.text(each) for each in formats]
    for at, parser in zip(formats, parsers, strict=True):
        if not (_is_pattern(parser, table) if "%" in parser else parser in list(TimeParser)):
            known = ", ".join(TimeParser)
            raise place.refuse(
                at, f"{parser!r} is no format of times: say one of {known}, or such as %d.%m.%Y."
            )
    return TimeFormat(tuple(parsers))


def _is_pattern(pattern: str, table: TableSource) -> bool:
    try:
        table.connection.execute("SELECT try_strptime('', ?)", [pattern])
    except duckdb.Error:
        return False
    return True
