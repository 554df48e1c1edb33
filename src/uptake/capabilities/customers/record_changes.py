"""What imports did to records, kept so that each can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from uptake.foundation.models import Workspace


class RecordChange(models.Model):
    """What one import did to one record: as a file would state it before and after.

    Without ``before`` the record came into being. Kept so that the import can be undone; erasing a
    person takes what is remembered of them along.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=1000)
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "number", "kind", "key"], name="change_once_per_import"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} of import {self.number}"
