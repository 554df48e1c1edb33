"""What can be wrong with a file, each said in one sentence that names the next step."""

from __future__ import annotations

from uptake.store.errors import UptakeError


class UnusableFileError(UptakeError):
    """The file cannot be used as it is."""


class MappingError(UptakeError):
    """The file can be read, but not enough is known about what its columns mean."""
