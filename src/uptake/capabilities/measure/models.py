"""What people save about figures; the figures themselves are in no table."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from uptake.foundation.models import Workspace

NAME = 100


class SavedSegment(models.Model):
    """A filter and a sort of the portfolio under a name: of one user, or shared with colleagues."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="segments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="segments"
    )
    name = models.CharField(max_length=NAME)
    conditions = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=20, default="urgency")
    descending = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "user", "name"], name="segment_once_per_user"
            )
        ]

    def __str__(self) -> str:
        return self.name
