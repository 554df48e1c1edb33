"""Versions: rows that are written once. Who wants something else writes the next one."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.utils.timezone import now

from uptake.foundation.models import IDENTIFIER

Row = TypeVar("Row", bound=models.Model, covariant=True)


class WrittenOnce(models.QuerySet[Row]):
    """Rows that stay as they were written."""

    def update(self, **facts: object) -> int:
        """Refuse: what was said stays as it was said."""
        what = self.model._meta.verbose_name_plural
        raise TypeError(f"{what} are written once; {sorted(facts)} stay")


class Version(models.Model):
    """What somebody wrote under a number; ``note`` says why it was changed.

    ``MAY_CHANGE``: fields beside what was written, which may be saved again by name.
    """

    MAY_CHANGE: ClassVar[frozenset[str]] = frozenset()

    number = models.PositiveIntegerField()
    note = models.TextField(blank=True)
    written_by = models.CharField(max_length=IDENTIFIER)
    written_at = models.DateTimeField(default=now)

    objects: ClassVar[models.Manager[Self]] = WrittenOnce.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: object, **named: object) -> None:
        """Write a new row; refuse to write one again, but for what may change."""
        changing = named.get("update_fields")
        may = isinstance(changing, list) and set(changing) <= self.MAY_CHANGE
        if self.pk is not None and not may and type(self).objects.filter(pk=self.pk).exists():
            what = self._meta.verbose_name
            raise TypeError(f"a {what} is written once; write the next one")
        super().save(*args, **named)  # type: ignore[arg-type]  # handed on as they came
