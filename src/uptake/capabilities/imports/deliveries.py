"""Files that are brought for one thing again and again: a standard of records, a process."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from uptake.capabilities.imports.models import NAME
from uptake.foundation.models import IDENTIFIER


class DeliveryState(models.TextChoices):
    """How far a delivery is."""

    WAITING = "waiting", "Waiting"
    TAKEN = "taken", "Taken in"
    FAILED = "failed", "Failed"


class BroughtFile(models.Model):
    """One file that somebody brought.

    ``upload``: the upload that holds the file until it is taken in. ``problem``: why it was not.
    """

    upload = models.UUIDField(null=True, blank=True)
    file_name = models.CharField(max_length=NAME)
    size = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(
        max_length=7, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    problem = models.TextField(blank=True)
    actor_name = models.CharField(max_length=IDENTIFIER)
    created_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name
