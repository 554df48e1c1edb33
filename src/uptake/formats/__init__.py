"""Readers and writers of the files people bring."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uptake.formats.errors import MappingError as MappingError
    from uptake.formats.errors import UnusableFileError as UnusableFileError
    from uptake.formats.events import EventCounts as EventCounts
    from uptake.formats.events import EventFile as EventFile
    from uptake.formats.events import read_events as read_events
    from uptake.formats.mapping import MappedRole as MappedRole
    from uptake.formats.mapping import Mapping as Mapping
    from uptake.formats.mapping import propose_mapping as propose_mapping
    from uptake.formats.mapping_file import load_mapping as load_mapping
    from uptake.formats.mapping_file import load_record_mapping as load_record_mapping
    from uptake.formats.record_file import RecordFile as RecordFile
    from uptake.formats.record_file import read_records as read_records
    from uptake.formats.record_mapping import RecordMapping as RecordMapping
    from uptake.formats.record_mapping import propose_record_mapping as propose_record_mapping
    from uptake.formats.records import RecordKind as RecordKind
    from uptake.formats.roles import Role as Role
    from uptake.formats.table import TableSource as TableSource
    from uptake.formats.table import open_table as open_table

_HOME = {
    "EventCounts": "events",
    "EventFile": "events",
    "MappedRole": "mapping",
    "Mapping": "mapping",
    "MappingError": "errors",
    "RecordFile": "record_file",
    "RecordKind": "records",
    "RecordMapping": "record_mapping",
    "Role": "roles",
    "TableSource": "table",
    "UnusableFileError": "errors",
    "load_mapping": "mapping_file",
    "load_record_mapping": "mapping_file",
    "open_table": "table",
    "propose_mapping": "mapping",
    "propose_record_mapping": "record_mapping",
    "read_events": "events",
    "read_records": "record_file",
}


def __getattr__(name: str) -> object:
    """Import on first use: the shapes of records are wanted where DuckDB need not be loaded."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
