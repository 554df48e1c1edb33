"""What is kept of the two questions: who was asked, and, apart, how often what was answered."""

from __future__ import annotations

from django.db import models

from uptake.capabilities.customers.models import IDENTIFIER, NAME
from uptake.capabilities.reminders.ask_models import PersonAsk


class Pulse(models.Model):
    """Those who use others' records of one kind are asked once in ``every_weeks``.

    ``by_mail``: as well as in My week; ``subject`` and ``text`` of the mail, empty: the usual ones.

    Rounds of so many weeks begin on ``started_on``; ``ended_on``: nobody is asked from then on.
    """

    standard = models.OneToOneField(
        "records.DataStandard", on_delete=models.CASCADE, related_name="pulse"
    )
    every_weeks = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    by_mail = models.BooleanField(default=True)
    subject = models.CharField(max_length=150, blank=True)
    text = models.TextField(max_length=2_000, blank=True)
    written_by = models.CharField(max_length=IDENTIFIER)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Questions about {self.standard}"


class PulseAsk(PersonAsk):
    """Somebody was asked in a round; what they answered is not here, and nowhere with their name.

    ``group``: as whose member. ``mailed_at``: when the mail with their address was put out.
    """

    pulse = models.ForeignKey(Pulse, on_delete=models.CASCADE, related_name="asks")
    round = models.PositiveIntegerField()
    group = models.CharField(max_length=NAME, blank=True)
    asked_on = models.DateField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["pulse", "person", "round"], name="asked_once"),
        )

    def __str__(self) -> str:
        return f"{self.pulse}, round {self.round}"


class PulseTally(models.Model):
    """How often which answers were given in a round; what one person said is nowhere.

    By everybody, ``group`` empty, or by one group. ``minutes`` lost last week and ``confidence``,
    1 to 5, are counted apart: how often each was said, by what was said. ``is_closed``: the round
    is over, and what cannot be told was forgotten.
    """

    pulse = models.ForeignKey(Pulse, on_delete=models.CASCADE, related_name="tallies")
    round = models.PositiveIntegerField()
    group = models.CharField(max_length=NAME, blank=True)
    asked = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    minutes = models.JSONField(default=dict)
    confidence = models.JSONField(default=dict)
    is_closed = models.BooleanField(default=False)

    class Meta:
        ordering = ("pulse", "round", "group")
        verbose_name_plural = "pulse tallies"
        constraints = (
            models.UniqueConstraint(
                fields=["pulse", "round", "group"], name="pulse_tally_once_in_a_round"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pulse}, round {self.round}: {self.group or 'everybody'}"
