"""What somebody wants of the digest, and what they were told in which week."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models

from uptake.capabilities.customers.models import IDENTIFIER, Person
from uptake.foundation.delivery.models import Delivery

PURPOSE = 200
MONDAY, MORNING = 0, 8


class DigestWishes(models.Model):
    """When somebody wants the digest, in their own time; without a row: Monday from 08:00.

    ``purpose``: what they need the names of those who got better for; empty: they want none. Names
    take a policy as well.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="digest_wishes")
    is_off = models.BooleanField(default=False)
    weekday = models.PositiveSmallIntegerField(default=MONDAY, validators=[MaxValueValidator(6)])
    hour = models.PositiveSmallIntegerField(default=MORNING, validators=[MaxValueValidator(23)])
    purpose = models.CharField(max_length=PURPOSE, blank=True)

    class Meta:
        verbose_name_plural = "digest wishes"

    def __str__(self) -> str:
        return f"Digest of {self.person}"


class Digest(models.Model):
    """What somebody was told in the week that begins on a Monday; one a week, whatever runs twice.

    ``said`` holds the ``Message`` as it went out, empty where there was nothing to say.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="digests")
    week = models.DateField()
    decided_at = models.DateTimeField()
    said = models.JSONField(null=True, blank=True)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="digests"
    )

    class Meta:
        ordering = ["-week"]
        constraints = [
            models.UniqueConstraint(fields=["person", "week"], name="digest_once_a_week")
        ]

    def __str__(self) -> str:
        return f"Digest of {self.week}"


class Mention(models.Model):
    """Somebody is named in a digest, by the identifier in the data: erased, the digest goes."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="mentions")
    person = models.CharField(max_length=IDENTIFIER, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "person"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"Named in {self.digest}"
