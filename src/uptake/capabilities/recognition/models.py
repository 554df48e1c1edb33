"""Somebody was seen doing well what is asked: said, confirmed, and published if they want it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import IDENTIFIER, Person
from uptake.foundation.delivery.models import ChatChannel
from uptake.foundation.models import Workspace

TEXT = 600


class Standing(models.TextChoices):
    """How far a nomination has come; it is public only once the person said so."""

    WAITING = "waiting", "Waits for the manager"
    CONFIRMED = "confirmed", "Confirmed, the person decides"
    PUBLIC = "public", "Public"
    PRIVATE = "private", "Kept between them"
    DECLINED = "declined", "Not confirmed"


class Nomination(models.Model):
    """What somebody did well, in the words of who saw it; ``week`` is the Monday of when.

    ``chat``: the channel it goes to once the person agrees.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="nominations")
    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="nominations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="nominations")
    week = models.DateField()
    text = models.TextField(max_length=TEXT)
    nominator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    nominated_by = models.CharField(max_length=IDENTIFIER)
    nominated_at = models.DateTimeField(default=now)
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.WAITING)
    decided_by = models.CharField(max_length=IDENTIFIER, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    chat = models.ForeignKey(
        ChatChannel, models.SET_NULL, null=True, blank=True, related_name="nominations"
    )

    class Meta:
        ordering = ["-nominated_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["behaviour", "person", "week", "nominator"], name="nominated_once_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"Nomination for {self.behaviour}"
