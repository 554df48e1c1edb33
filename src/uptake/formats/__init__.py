"""Readers and writers of the files people bring."""

from uptake.formats.errors import MappingError, UnusableFileError
from uptake.formats.events import EventCounts, EventFile, read_events
from uptake.formats.mapping import MappedRole, Mapping, load_mapping, propose_mapping
from uptake.formats.roles import Role
from uptake.formats.table import TableSource, open_table

__all__ = [
    "EventCounts",
    "EventFile",
    "MappedRole",
    "Mapping",
    "MappingError",
    "Role",
    "TableSource",
    "UnusableFileError",
    "load_mapping",
    "open_table",
    "propose_mapping",
    "read_events",
]
