"""What is kept about the quality of records: standards with every version, deliveries, judgements.

Versions are written once. Deliveries and what was judged in detail lie as Parquet in the
workspace's folder of the lake; here stand the counts of groups alone.
"""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from uptake.capabilities.customers.models import IDENTIFIER, NAME, Account
from uptake.capabilities.imports.deliveries import BroughtFile
from uptake.capabilities.records.pulse_models import Pulse, PulseAsk, PulseTally
from uptake.capabilities.records.rated_models import RatedSample, Rater, Rating, SampledRecord
from uptake.foundation.models import Workspace
from uptake.foundation.owners import Owned
from uptake.foundation.versions import Version

__all__ = [
    "DataStandard",
    "Delivery",
    "Judgement",
    "Origin",
    "Outcome",
    "Pulse",
    "PulseAsk",
    "PulseTally",
    "RatedSample",
    "Rater",
    "Rating",
    "SampledRecord",
    "StandardException",
    "StandardVersion",
    "Status",
    "TeamConsent",
]


class Origin(models.TextChoices):
    """Where the records that a standard is about come from."""

    FILES = "files", "Files that somebody delivers"
    EVENTS = "events", "Events about records, as they arrive"


class Status(models.TextChoices):
    """Whether a standard was agreed on, and still is."""

    PROPOSED = "proposed", "Proposed"
    AGREED = "agreed", "Agreed"
    ENDED = "ended", "Ended"


class DataStandard(Owned):
    """What records of one kind must hold; what exactly is said by its versions.

    ``account``: about the records of that account and those below it; empty: of all.
    ``object_type``: of the events that are judged, where they come from events. ``owner`` answers
    for it; ``owner_name`` stands for somebody who does not sign in.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="standards")
    name = models.CharField(max_length=NAME)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="standards"
    )
    origin = models.CharField(max_length=6, choices=Origin.choices, default=Origin.FILES)
    object_type = models.CharField(max_length=NAME, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PROPOSED)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="standard_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_events(self) -> bool:
        """Say whether the records come from events."""
        return self.origin == Origin.EVENTS


class StandardVersion(Version):
    """What the standard said from then on, as YAML."""

    standard = models.ForeignKey(DataStandard, on_delete=models.CASCADE, related_name="versions")
    text = models.TextField()

    class Meta:
        ordering = ["standard", "number"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "number"], name="standard_version_once")
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.standard}"


class StandardException(models.Model):
    """An agreed exception: rules about a field leave a group's records out until a day.

    ``group`` empty: of every group. Records left out are exempt, neither passed nor failed.
    """

    standard = models.ForeignKey(DataStandard, on_delete=models.CASCADE, related_name="exceptions")
    field = models.CharField(max_length=NAME)
    group = models.CharField(max_length=NAME, blank=True)
    reason = models.TextField()
    until = models.DateField()
    agreed_by = models.CharField(max_length=NAME)
    written_by = models.CharField(max_length=IDENTIFIER)
    written_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.field} {self.group}".strip()


class Delivery(BroughtFile):
    """One file of records: how many rows were new, known already, or could not be read."""

    standard = models.ForeignKey(DataStandard, on_delete=models.CASCADE, related_name="deliveries")
    rows = models.BigIntegerField(default=0)
    new = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "deliveries"


class Outcome(models.TextChoices):
    """What came of judging."""

    JUDGED = "judged", "Judged"
    SUPPRESSED = "suppressed", "Too few people"
    NO_DATA = "no data", "No data yet"
    FAILED = "failed", "Cannot be judged"


class Judgement(models.Model):
    """Records judged by one version, newest data only; about groups, suppressed already.

    ``stamp`` says what it rests on; under a smallest group larger than ``minimum_people`` it is
    shown no more. ``numbers`` is the JSON contract, ``page`` the blocks of the page, ``trend`` the
    share fit of each month, ``rules`` the sentences in the order of their bits, ``dependence`` who
    depends on whose records.
    """

    version = models.OneToOneField(
        StandardVersion, on_delete=models.CASCADE, related_name="judgement"
    )
    stamp = models.CharField(max_length=200)
    minimum_people = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    problem = models.TextField(blank=True)
    computed_at = models.DateTimeField(default=now)
    as_of = models.DateTimeField(null=True, blank=True)
    fit = models.BigIntegerField(null=True, blank=True)
    judged = models.BigIntegerField(null=True, blank=True)
    is_met = models.BooleanField(null=True, blank=True)
    trend = models.JSONField(default=list, blank=True)
    rules = models.JSONField(default=list, blank=True)
    teams = models.JSONField(default=list, blank=True)
    numbers = models.JSONField(default=dict, blank=True)
    page = models.JSONField(default=dict, blank=True)
    dependence = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.version}: {self.outcome}"


class TeamConsent(models.Model):
    """A team agreed to stand on the board of teams; without it, it is not there."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    team = models.CharField(max_length=NAME)
    agreed_by = models.CharField(max_length=NAME)
    written_by = models.CharField(max_length=IDENTIFIER)
    written_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["team"]
        constraints = [models.UniqueConstraint(fields=["workspace", "team"], name="consent_once")]

    def __str__(self) -> str:
        return self.team
