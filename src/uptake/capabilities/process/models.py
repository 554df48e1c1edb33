"""What is kept about processes: which events they are, how work is meant to run, what was found.

Versions of the intended way are written once. The events themselves lie in the workspace's folder
of the lake; here stand counts and pictures of groups alone.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Obstacle
from uptake.capabilities.customers.models import IDENTIFIER, NAME, Account
from uptake.capabilities.imports.deliveries import BroughtFile
from uptake.formats.case_log import Performer
from uptake.foundation.models import Workspace
from uptake.foundation.owners import Owned
from uptake.foundation.versions import Version


class Origin(models.TextChoices):
    """Where the events of a process come from."""

    EVENTS = "events", "Events that arrive, by their case"
    FILE = "file", "A log that somebody brings"


class Level(models.TextChoices):
    """Whose hands a step is said to pass through; people by name only where a policy allows it."""

    RESOURCE = Performer.RESOURCE.value, "People, as numbers alone"
    ROLE = Performer.ROLE.value, "Roles"
    GROUP = Performer.GROUP.value, "Teams or groups"
    ORGANISATION = Performer.ORGANISATION.value, "Organisations"


class Process(Owned):
    """Work that goes from a beginning to an end in cases.

    ``product``, ``module`` and ``actions`` (empty: all) say which events with a case belong to it.
    ``account``: cases of that account and those below it; empty: of all. ``owner`` answers for it;
    ``owner_name`` stands for somebody who does not sign in. ``level``: whose hands are shown first.
    ``hours``: when work is done, as 09:00-17:00, empty where nobody said; on the working days of
    ``country`` and by the clocks of ``timezone``, those of the workspace where they are empty.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="processes")
    name = models.CharField(max_length=NAME)
    description = models.TextField(blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="processes"
    )
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.EVENTS)
    product = models.CharField(max_length=IDENTIFIER, blank=True)
    module = models.CharField(max_length=IDENTIFIER, blank=True)
    actions = models.JSONField(default=list, blank=True)
    level = models.CharField(max_length=12, choices=Level.choices, default=Level.RESOURCE)
    hours = models.CharField(max_length=11, blank=True)
    country = models.CharField(max_length=10, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "processes"
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="process_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_events(self) -> bool:
        """Say whether its cases come from events."""
        return self.origin == Origin.EVENTS


class IntendedVersion(Version):
    """How work was meant to run from one day to another, as the file that says so.

    ``file_name`` ends in what its content is: YAML, BPMN or PNML. ``begins`` and ``ends``: the
    first and last day on which cases may begin that are measured by it; empty: without bound.
    A proposal (``confirmed_at`` empty) counts for nothing until a person confirms it.
    """

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset(
        {"begins", "ends", "confirmed_by", "confirmed_at"}
    )

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=NAME, blank=True)
    file_name = models.CharField(max_length=NAME)
    text = models.TextField()
    begins = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=IDENTIFIER, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["process", "number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="intended_version_once")
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.process}"

    @property
    def is_confirmed(self) -> bool:
        """Say whether a person stands behind it."""
        return self.confirmed_at is not None

    def holds_on(self, day: date) -> bool:
        """Say whether cases that begin on a day are measured by it."""
        return (self.begins is None or self.begins <= day) and (
            self.ends is None or day <= self.ends
        )


class LogDelivery(BroughtFile):
    """A log that somebody brought; the newest one that was taken in is the process.

    ``choices``: which columns or which type of object tell of cases, where the file leaves it open.
    """

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="deliveries")
    choices = models.JSONField(default=dict, blank=True)
    cases = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "log deliveries"


class Outcome(models.TextChoices):
    """What came of working a process out."""

    DRAWN = "drawn", "Measured"
    SUPPRESSED = "suppressed", "Too few people"
    NO_DATA = "no data", "No cases yet"
    FAILED = "failed", "Cannot be measured"


class KeptPicture(models.Model):
    """What the newest data say of a process; about groups, suppressed already.

    ``stamp`` says what it rests on; under a smallest group larger than ``minimum_people`` it is
    shown no more. ``numbers`` is the JSON contract for the version of the intended way with
    the number ``version`` (0: none), ``log`` names the kept events. ``doing`` says what the worker
    is at, since ``doing_since``; empty: nothing.
    """

    process = models.OneToOneField(Process, on_delete=models.CASCADE, related_name="picture")
    stamp = models.CharField(max_length=250, blank=True)
    minimum_people = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    problem = models.TextField(blank=True)
    log = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    computed_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    cases = models.BigIntegerField(null=True, blank=True)
    events = models.BigIntegerField(null=True, blank=True)
    judged = models.BigIntegerField(null=True, blank=True)
    fitting = models.BigIntegerField(null=True, blank=True)
    numbers = models.JSONField(default=dict, blank=True)
    doing = models.CharField(max_length=200, blank=True)
    doing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.process}: {self.outcome}"


class KeptComparison(models.Model):
    """Before and after a day, as the worker worked it out; about groups, suppressed already.

    ``question``: of which cases, from which day on, alike in what; ``key`` is short for it.
    ``stamp`` says what the answer rests on: ``numbers``, or in ``problem`` why there are none.
    ``known``: what is known of a new answer, while the worker is at it since ``begun_at``; it waits
    since ``due_at``. Under a smallest group larger than ``minimum_people`` nothing of it is shown.
    """

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="comparisons")
    key = models.CharField(max_length=32)
    question = models.TextField()
    stamp = models.CharField(max_length=260, blank=True)
    minimum_people = models.PositiveSmallIntegerField(default=0)
    numbers = models.JSONField(default=dict, blank=True)
    known = models.JSONField(default=dict, blank=True)
    problem = models.TextField(blank=True)
    asked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(default=now, null=True, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["process", "key"], name="kept_comparison_once")
        ]

    def __str__(self) -> str:
        return f"{self.process}: {self.question}"


class ReportedBarrier(models.Model):
    """Somebody says what stops people from a step; ``deviation`` is the key of a way of straying.

    ``sentence``: the deviation as it was read then.
    """

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="barriers")
    deviation = models.CharField(max_length=40)
    sentence = models.TextField()
    kind = models.CharField(max_length=10, choices=Obstacle.choices)
    text = models.TextField(blank=True)
    reported_by = models.CharField(max_length=IDENTIFIER)
    reported_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.sentence}: {self.get_kind_display()}"
