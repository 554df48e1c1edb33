"""What is kept of samples that people rate: which records, by whom, and what each said.

What the records hold lies as Parquet in the workspace's folder, as all records do.
"""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import now

from uptake.capabilities.customers.models import IDENTIFIER


class RatedSample(models.Model):
    """Records drawn by chance, as they stood by one version, to be rated by people.

    The same ``seed`` draws the same records again from the same data. ``all_fit`` and
    ``all_unfit``: how many records of both kinds there were to draw from. ``rules``: the
    sentences of the rules, by their places.
    """

    version = models.ForeignKey(
        "records.StandardVersion", on_delete=models.CASCADE, related_name="samples"
    )
    seed = models.PositiveBigIntegerField()
    all_fit = models.BigIntegerField()
    all_unfit = models.BigIntegerField()
    rules = models.JSONField(default=list)
    drawn_by = models.CharField(max_length=IDENTIFIER)
    drawn_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"Sample of {self.version.standard}"


class SampledRecord(models.Model):
    """One record of a sample, by its place; what the rules say of it is kept from who rates.

    ``failed``: places of the rules it does not pass. ``clear``: whether its note is clear by the
    rules for notes; None where there is none.
    """

    sample = models.ForeignKey(RatedSample, on_delete=models.CASCADE, related_name="records")
    place = models.PositiveIntegerField()
    fit = models.BooleanField()
    failed = models.JSONField(default=list)
    clear = models.BooleanField(null=True)

    class Meta:
        ordering = ("place",)
        constraints = (models.UniqueConstraint(fields=["sample", "place"], name="sampled_once"),)

    def __str__(self) -> str:
        return f"Record {self.place} of {self.sample}"


class Rater(models.Model):
    """Somebody who was asked to rate a sample."""

    sample = models.ForeignKey(RatedSample, on_delete=models.CASCADE, related_name="raters")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["sample", "user"], name="rater_once"),)

    def __str__(self) -> str:
        return self.user.name or self.user.email


class Rating(models.Model):
    """What one person says of one record: fit for use or not, and how clear it is, 1 to 5."""

    record = models.ForeignKey(SampledRecord, on_delete=models.CASCADE, related_name="ratings")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="ratings")
    fit = models.BooleanField()
    clarity = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["record", "rater"], name="rated_once"),)

    def __str__(self) -> str:
        return f"Rating of {self.record}"
