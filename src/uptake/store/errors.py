"""Errors that a person can cause or mend; each message says what to do next."""

from __future__ import annotations


class UptakeError(Exception):
    """Something a person can put right; its text is one plain sentence that says how."""


class LakeFull(UptakeError):
    """The disk under the lake or its database has no room; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full, so nothing was stored: free some space and send the batch again."
        )


class LakeReadOnly(UptakeError):
    """The disk or database under the lake refuses writes; nothing was stored."""

    def __init__(self) -> None:
        super().__init__(
            "The lake is read-only, so nothing was stored: make its folder and database writable "
            "and send the same batch again."
        )


class LakeUnavailable(UptakeError):
    """The lake's database does not answer; what was asked may or may not have been stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The lake's database does not answer ({reason}): check that it runs and try again; "
            "a batch sent twice is stored once."
        )


class DiskFailed(LakeUnavailable):
    """The disk reports an error; what was sent may or may not have been stored."""

    def __init__(self, reason: str) -> None:
        UptakeError.__init__(
            self,
            f"The disk under the lake reports an error ({reason}): look after the disk and send "
            "the batch again; a batch sent twice is stored once.",
        )


class LakeBusy(UptakeError):
    """Another process is writing the files of this workspace."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"Another process is writing workspace {workspace!r}: wait until it has finished."
        )


class LakeChanged(UptakeError):
    """Somebody else committed while this writer believed to be alone; nothing was changed."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"Workspace {workspace!r} was changed by another writer meanwhile: run this again."
        )


class UnknownWorkspace(UptakeError):
    """No workspace of this name has been created."""

    def __init__(self, workspace: str) -> None:
        super().__init__(f"There is no workspace {workspace!r}: create it first.")


class InvalidWorkspaceName(UptakeError):
    """A workspace's name is also a folder name and must be a slug."""

    def __init__(self, workspace: str) -> None:
        super().__init__(
            f"{workspace!r} cannot name a workspace: use up to 63 lower-case letters, digits and "
            "hyphens, beginning with a letter or digit."
        )


class InvalidBatch(UptakeError):
    """A batch of events does not have the canonical shape; nothing was stored."""
