"""What is kept of files that people bring: the upload, the import, the mapping, the folder.

An import is a row from the moment its file is there. The row is the work list, too: whoever works
imports off looks for rows that are due (``DUE``) and leaves them in a state that is not.
"""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from uptake.foundation.models import Workspace

NAME = 255


class Kind(models.TextChoices):
    """What the rows of a file are."""

    EVENTS = "events", "Events: who did what when"
    PEOPLE = "people", "People: who works where, in which role"
    ACCOUNTS = "accounts", "Accounts: customers and their parts"
    CONTRACTS = "contracts", "Contracts: seats, prices, dates, decisions"
    PRODUCTS = "products", "Products: modules and actions"


class State(models.TextChoices):
    """How far an import is."""

    DRAFT = "draft", "Columns to confirm"
    DRY_RUN = "dry_run", "Dry run"
    QUEUED = "queued", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


class Origin(models.TextChoices):
    """How a file came."""

    UPLOAD = "upload", "uploaded"
    FOLDER = "folder", "watched folder"
    COMMAND = "command", "command line"


class Upload(models.Model):
    """A file on its way: ``offset`` of its ``size`` bytes are on the disk for good.

    ``fingerprint`` is what the sender says to recognise a file by, so that an interrupted upload
    goes on where it stopped. ``sha256`` is known once the file is whole.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=NAME)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    fingerprint = models.CharField(max_length=200, blank=True)
    is_removed = models.BooleanField(default=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=now)
    touched_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return self.name

    @property
    def is_whole(self) -> bool:
        """Say whether every byte is there and has been checked."""
        return self.sha256 != ""


class SavedMapping(models.Model):
    """What columns mean, kept for files with the same columns (``signature``); ``text`` is YAML."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="mappings")
    name = models.CharField(max_length=NAME)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    signature = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    text = models.TextField()
    created_at = models.DateTimeField(default=now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "name"], name="mapping_name_once_per_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name


class WatchedFolder(models.Model):
    """A folder on the server from which new files are taken, each once by its content."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="folders")
    path = models.CharField(max_length=1000)
    pattern = models.CharField(max_length=100, default="*.csv")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    mapping = models.ForeignKey(
        SavedMapping, on_delete=models.PROTECT, null=True, blank=True, related_name="folders"
    )
    source = models.CharField(max_length=200, default="file")
    is_active = models.BooleanField(default=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=254)

    class Meta:
        ordering = ["path", "pattern"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "path", "pattern"], name="folder_once_per_pattern"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path}/{self.pattern}"


class Import(models.Model):
    """One file on its way into a workspace, and what became of it.

    ``mapping`` is the YAML of what its columns mean, ``proposal`` what is shown of it (with sample
    values, only until the import has run). ``received_at`` and ``source`` tell its events in the
    lake from all others. ``rehearsal`` holds the counts of a dry run, ``kept`` the records that an
    undo left alone.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="imports")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    upload = models.ForeignKey(
        Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    folder = models.ForeignKey(
        WatchedFolder, on_delete=models.SET_NULL, null=True, blank=True, related_name="imports"
    )
    file_name = models.CharField(max_length=NAME)
    path = models.CharField(max_length=4096)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    encoding = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=200, default="file")
    received_at = models.DateTimeField(null=True, blank=True)

    mapping = models.TextField(blank=True)
    mapping_name = models.CharField(max_length=NAME, blank=True)
    signature = models.CharField(max_length=64, blank=True)
    proposal = models.JSONField(default=dict, blank=True)
    rehearsal = models.JSONField(null=True, blank=True)

    rows = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    duplicates = models.BigIntegerField(default=0)
    reasons = models.JSONField(default=dict, blank=True)
    remarks = models.JSONField(default=list, blank=True)
    has_rejects = models.BooleanField(default=False)
    kept = models.JSONField(default=list, blank=True)

    step = models.CharField(max_length=200, blank=True)
    progress = models.FloatField(null=True, blank=True)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=254)
    undone_by = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "received_at"], name="import_received_at_its_own_moment"
            )
        ]
        indexes = [models.Index(fields=["state"], name="imports_by_state")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.kind})"

    @property
    def is_looked_at(self) -> bool:
        """Say whether columns have been read and a mapping proposed."""
        return bool(self.mapping)

    @property
    def is_due(self) -> bool:
        """Say whether there is something for the worker to do."""
        if self.problem:
            return False
        if self.state == State.DRAFT:
            return not self.is_looked_at
        if self.state == State.DRY_RUN:
            return self.rehearsal is None
        return self.state in (State.QUEUED, State.RUNNING, State.UNDOING)
