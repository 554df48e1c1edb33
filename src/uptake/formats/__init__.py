"""Readers and writers of the files people bring."""

from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.events import EventCounts, EventFile, read_events
from uptake.formats.mapping import MappedRole, Mapping, load_mapping, propose_mapping
from uptake.formats.record_file import RecordFile, read_records
from uptake.formats.record_mapping import (
    RecordMapping,
    load_record_mapping,
    propose_record_mapping,
)
from uptake.formats.records import RecordKind
from uptake.formats.roles import Role
from uptake.formats.table import TableSource, open_table

__all__ = [
    "EventCounts",
    "EventFile",
    "MappedRole",
    "Mapping",
    "MappingError",
    "RecordFile",
    "RecordKind",
    "RecordMapping",
    "Role",
    "TableSource",
    "UnusableFileError",
    "load_mapping",
    "load_record_mapping",
    "open_table",
    "propose_mapping",
    "propose_record_mapping",
    "read_events",
    "read_records",
]
