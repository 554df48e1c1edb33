"""What waits to be sent, what became of it, and the channels in Slack and Teams it may go to."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from uptake.foundation.models import IDENTIFIER, Workspace

LONGEST_KEY = 200
LONGEST_SAID = 500


class Channel(models.TextChoices):
    """By which way a message goes."""

    PRODUCT = "product", "In Uptake"
    MAIL = "mail", "Mail"
    CALENDAR = "calendar", "Calendar invitation by mail"
    SLACK = "slack", "Slack channel"
    TEAMS = "teams", "Microsoft Teams channel"


class State(models.TextChoices):
    """How far a message has come.

    ``CLAIMED``: a worker prepares it and nothing has left yet. ``SENDING``: it is leaving. Who dies
    then leaves an outcome that nobody knows (``UNKNOWN``), and it is not sent again unasked.
    """

    QUEUED = "queued", "Waits"
    CLAIMED = "claimed", "Being prepared"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    UNKNOWN = "unknown", "Nobody knows"
    EXPIRED = "expired", "Too late to send"


class ChatKind(models.TextChoices):
    """Which chat a channel is in."""

    SLACK = Channel.SLACK.value, "Slack"
    TEAMS = Channel.TEAMS.value, "Microsoft Teams"


class ChatChannel(models.Model):
    """A channel that takes messages at an address only it knows; the address is kept sealed."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="chat_channels")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=5, choices=ChatKind.choices)
    sealed_address = models.TextField()
    host = models.CharField(max_length=253)
    added_by = models.CharField(max_length=IDENTIFIER)
    added_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="chat_channel_once")
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message by one way; ``key`` says what it is about, so that it is put here once.

    ``person`` is the external id of whom it is for, ``user`` who reads it in Uptake, ``address``
    where mail goes, ``chat`` the channel; those that its way does not need are empty. ``message``
    holds a ``Message``. ``claim`` names the worker at it. ``said`` is what the last attempt was
    answered.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=LONGEST_KEY)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    person = models.CharField(max_length=IDENTIFIER, blank=True)
    address = models.CharField(max_length=IDENTIFIER, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    chat = models.ForeignKey(
        ChatChannel, models.SET_NULL, null=True, blank=True, related_name="deliveries"
    )
    message = models.JSONField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    claim = models.CharField(max_length=32, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=LONGEST_SAID, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-due_at", "-pk"]
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="delivered_once")]
        indexes = [
            models.Index(fields=["state", "next_try_at"], name="delivery_due"),
            models.Index(fields=["workspace", "person"], name="delivery_of_person"),
            models.Index(fields=["user", "channel", "read_at"], name="delivery_unread"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_over(self) -> bool:
        """Say whether nothing more happens to it unasked."""
        return self.state in (State.SENT, State.FAILED, State.UNKNOWN, State.EXPIRED)

    def is_late(self, moment: datetime) -> bool:
        """Say whether it is no use to anybody any longer."""
        return self.expires_at <= moment
