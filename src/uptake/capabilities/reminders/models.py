"""Reminders of a behaviour, what each person wants of them, and who was reminded or held out."""

from __future__ import annotations

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import IDENTIFIER, Person
from uptake.foundation.delivery.models import Channel, ChatChannel, Delivery
from uptake.foundation.models import Workspace

TEXT = 2_000
FULL_WEEK = (0, 1, 2, 3, 4)


def working_days() -> list[int]:
    """Return Monday to Friday, Monday = 0."""
    return list(FULL_WEEK)


class ReminderLimits(models.Model):
    """How often and when people of a workspace are reminded at most, of all behaviours together.

    Quiet hours run in the person's own time zone; ``weekdays``: Monday = 0.
    """

    workspace = models.OneToOneField(
        Workspace, on_delete=models.CASCADE, related_name="reminder_limits"
    )
    most_a_week = models.PositiveSmallIntegerField(
        default=2, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    quiet_from = models.TimeField(default=time(18))
    quiet_to = models.TimeField(default=time(8))
    weekdays = models.JSONField(default=working_days)

    class Meta:
        verbose_name_plural = "reminder limits"

    def __str__(self) -> str:
        return f"At most {self.most_a_week} a week"


class Reminder(models.Model):
    """A reminder of a behaviour: by which way, how long before the deadline, in which words.

    ``version`` counts the wordings: lift is measured for each by itself. ``chat`` is the channel
    of reminders to a group, which name nobody.
    """

    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="reminders")
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.MAIL)
    chat = models.ForeignKey(
        ChatChannel, models.SET_NULL, null=True, blank=True, related_name="reminders"
    )
    lead_hours = models.PositiveSmallIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(24 * 28)]
    )
    subject = models.CharField(max_length=150)
    text = models.TextField(max_length=TEXT)
    version = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=False)
    written_by = models.CharField(max_length=IDENTIFIER)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["behaviour__name", "name"]
        constraints = [models.UniqueConstraint(fields=["behaviour", "name"], name="reminder_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_to_a_group(self) -> bool:
        """Say whether it goes to a channel that many read."""
        return self.channel in (Channel.SLACK, Channel.TEAMS)

    @property
    def template(self) -> str:
        """What tells this wording from all others."""
        return f"{self.pk}.{self.version}"


class OwnReminders(models.Model):
    """What somebody wants of reminders; without a row, whatever the workspace does.

    ``hours`` of the day and ``weekdays`` at which they want them, empty: any that are not quiet.
    ``timezone`` empty: where they work. ``feed_hash``: of the secret in the address of their
    calendar.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="own_reminders")
    is_off = models.BooleanField(default=False)
    hours = models.JSONField(default=list)
    weekdays = models.JSONField(default=list)
    timezone = models.CharField(max_length=64, blank=True)
    feed_hash = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        verbose_name_plural = "own reminders"

    def __str__(self) -> str:
        return f"Reminders of {self.person}"


class Reminded(models.Model):
    """Somebody was due to be reminded on a day: and was, or was held out to measure the effect.

    ``period``: its first day; ``closes``: when it is over. ``met``: whether the person met it in
    the end, empty while nobody knows or where it could not be judged; ``judged_at``: when looked.
    """

    reminder = models.ForeignKey(Reminder, on_delete=models.CASCADE, related_name="reminded")
    version = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    decided_at = models.DateTimeField()
    period = models.DateField()
    closes = models.DateTimeField()
    is_held_out = models.BooleanField()
    delivery = models.ForeignKey(Delivery, models.SET_NULL, null=True, blank=True, related_name="+")
    met = models.BooleanField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        verbose_name_plural = "reminded"
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "person", "day"], name="reminded_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-decided_at"], name="reminded_person"),
            models.Index(fields=["judged_at", "closes"], name="reminded_to_judge"),
        ]

    def __str__(self) -> str:
        return f"{self.reminder} on {self.day}"
