"""What the API says and takes about imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from uptake.capabilities.imports.mappings import proposal_of
from uptake.capabilities.imports.models import (
    NAME,
    Import,
    Kind,
    Origin,
    SavedMapping,
    State,
    Upload,
    WatchedFolder,
)
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import LARGEST_ID, Asked, RowId, Shape

Sha256 = Annotated[str, Field(pattern=r"^([0-9a-fA-F]{64})?$", examples=[""])]
Rows = Annotated[int, Field(examples=[4])]
Reasons = Annotated[dict[str, int], Field(examples=[{"time cannot be read": 1}])]
Remark = Annotated[str, Field(examples=["line 7: taken without a manager"])]
FileName = Annotated[str, Field(examples=["usage.csv"])]
Source = Annotated[str, Field(max_length=200, examples=["file"])]


class NewUpload(Shape):
    """A file that is to come."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, examples=["usage.csv"])]
    """What it is called; the ending says how it is read."""
    size: Annotated[int, Field(ge=1, le=LARGEST_ID, examples=[52_000])]
    """How many bytes it has."""
    fingerprint: Annotated[str, Field(max_length=200, examples=[""])] = ""
    """A text by which the same file is recognised after an interruption."""


class PieceQuery(Asked):
    """Where a piece belongs."""

    offset: Annotated[int, Field(ge=0, le=LARGEST_ID, examples=[0])]
    """The byte at which it begins."""
    sha256: Sha256 = ""
    """Its hash, to be checked."""


class Whole(Shape):
    """What the sender knows of the whole file."""

    sha256: Sha256 = ""
    """Its hash, to be checked."""


class UploadShape(Shape):
    """A file on its way."""

    id: UUID
    """Its identifier."""
    name: FileName
    """What it is called."""
    size: Annotated[int, Field(examples=[52_000])]
    """How many bytes it has."""
    offset: Annotated[int, Field(examples=[0])]
    """How many of them are on the disk for good; the next piece begins there."""
    is_whole: bool
    """Whether every byte is there and has been checked."""
    sha256: Annotated[str, Field(examples=[""])]
    """The hash of the whole."""

    @classmethod
    def of(cls, row: Upload) -> UploadShape:
        """Show a row."""
        return cls.model_validate(row)


class ImportAsked(Paging):
    """Which imports."""

    kind: Kind | None = None
    """Only those of such rows."""
    state: State | None = None
    """Only those in this state."""


class NewImport(Shape):
    """An import to begin."""

    upload: UUID
    """The upload, finished."""
    kind: Kind
    """What its rows are."""
    source: Source = "file"
    """The system that the file comes from; events keep it."""


class Rehearsal(Shape):
    """What an import would change."""

    rows: Rows
    """Rows of the file."""
    new: Rows
    """Rows that would be new."""
    changed: Rows
    """Records that would be different."""
    unchanged: Rows
    """Rows that say nothing new."""
    rejected: Rows
    """Rows that would be refused."""
    duplicates: Rows
    """Rows that only repeat an earlier one."""
    reasons: Reasons
    """The commonest reasons for refusing, with how often."""
    remarks: tuple[Remark, ...]
    """What to know about it."""


class ImportShape(Shape):
    """One file on its way into the workspace, and what became of it."""

    number: RowId
    """Its number."""
    kind: Kind
    """What its rows are."""
    state: State
    """How far it is."""
    origin: Origin
    """How the file came."""
    file_name: FileName
    """What the file is called."""
    size: Annotated[int, Field(examples=[52_000])]
    """How many bytes it has."""
    source: Source
    """The system that it comes from."""
    rows: Rows
    """Rows of the file."""
    new: Rows
    """Rows that were new."""
    changed: Rows
    """Records that are different now."""
    unchanged: Rows
    """Rows that said nothing new."""
    rejected: Rows
    """Rows that were refused."""
    duplicates: Rows
    """Rows that only repeat an earlier one."""
    progress: Annotated[float | None, Field(examples=[0.4])]
    """How much is done, from 0 to 1; null: nobody knows."""
    step: Annotated[str, Field(examples=["12,000 events stored"])]
    """What is being done."""
    problem: Annotated[str, Field(examples=[""])]
    """What went wrong, and what to do next."""
    by: Annotated[str, Field(examples=["edith@example.org"])]
    """Who began it."""
    created_at: datetime
    """When it began."""
    started_at: datetime | None
    """When it was first run."""
    finished_at: datetime | None
    """When it was done."""
    undone_at: datetime | None
    """When it was taken back."""
    has_rejects: bool
    """Whether refused rows can be read."""

    @classmethod
    def of(cls, row: Import) -> ImportShape:
        """Show a row."""
        return cls(**_told(row, cls))


class Column(Shape):
    """What one role is read from."""

    role: Annotated[str, Field(examples=["time"])]
    """What the column means."""
    column: Annotated[str, Field(examples=["created_at"])]
    """The column; `=text` is the same for every row; empty: it is read from nothing."""
    samples: tuple[Annotated[str, Field(examples=["2026-03-31 08:00"])], ...]
    """Values of it."""
    confidence: Annotated[float, Field(examples=[0.9])]
    """How sure that is, from 0 to 1."""
    required: bool
    """Whether no row can be used without it."""


class ImportDetail(ImportShape):
    """An import with what its columns mean and what a dry run found."""

    columns: tuple[Column, ...]
    """What each role is read from, as long as the import has not run."""
    mapping: Annotated[str, Field(examples=["roles: {time: created_at}"])]
    """The same as the YAML that `uptake import --mapping` takes."""
    rehearsal: Rehearsal | None
    """What a dry run found; null: there was none, or it is being worked out."""
    reasons: Reasons
    """The commonest reasons for refusing, with how often."""
    remarks: tuple[Remark, ...]
    """What to know about the result."""

    @classmethod
    def of(cls, row: Import) -> ImportDetail:
        """Show a row."""
        proposal = proposal_of(row)
        lines = proposal.lines if proposal else ()
        return cls(
            **_told(row, ImportShape),
            columns=tuple(Column.model_validate(line) for line in lines),
            mapping=row.mapping,
            rehearsal=Rehearsal(**row.rehearsal) if row.rehearsal else None,
            reasons=row.reasons,
            remarks=tuple(row.remarks),
        )


def _told(row: Import, shape: type[ImportShape]) -> dict[str, Any]:  # Any: values of its fields
    named = {"number": row.pk, "by": row.actor_name}
    return named | {n: getattr(row, n) for n in shape.model_fields if n not in named}


class ColumnsWanted(Shape):
    """Which column is what."""

    columns: Annotated[
        dict[str, Annotated[str, Field(max_length=500)]],
        Field(max_length=100, examples=[{"time": "created_at", "person": "user"}]),
    ]
    """The column by role; `=text` is the same for every row, an empty text takes a role away."""
    timezone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])] = ""
    """Of times that name none; empty: the workspace's."""


class RejectShape(Shape):
    """A row that was refused."""

    line: Annotated[int, Field(examples=[5])]
    """Where it stands in the file."""
    reason: Annotated[str, Field(examples=["time cannot be read: 'yesterday'"])]
    """Why."""
    row: Annotated[str, Field(examples=["cem,yesterday,opened,Service"])]
    """What it said."""


class MappingShape(Shape):
    """What columns mean, kept for files with the same columns."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Ticket export"])]
    """Its name."""
    kind: Kind
    """What the rows are."""
    columns: tuple[Annotated[str, Field(examples=["created_at"])], ...]
    """The columns of such files."""
    text: Annotated[str, Field(examples=["roles: {time: created_at}"])]
    """The mapping as YAML."""
    created_at: datetime
    """When it was saved."""
    used_at: datetime | None
    """When it was used last."""

    @classmethod
    def of(cls, row: SavedMapping) -> MappingShape:
        """Show a row."""
        return cls.model_validate(row)


class FolderShape(Shape):
    """A folder on the server from which new files are taken."""

    id: RowId
    """Its number."""
    path: Annotated[str, Field(examples=["/srv/exports"])]
    """Where it is."""
    pattern: Annotated[str, Field(examples=["usage-*.csv"])]
    """Which files are taken."""
    kind: Kind
    """What their rows are."""
    source: Source
    """The system that they come from."""
    is_active: bool
    """Whether anybody looks."""
    looked_at: datetime | None
    """When it was looked into last."""
    problem: Annotated[str, Field(examples=[""])]
    """What went wrong, and what to do next."""

    @classmethod
    def of(cls, row: WatchedFolder) -> FolderShape:
        """Show a row."""
        return cls.model_validate(row)
