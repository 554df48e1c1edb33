"""What is kept of somebody being asked, whatever it is: whom, and what they made of it."""

from __future__ import annotations

from django.db import models

from uptake.capabilities.customers.models import Person


class AskState(models.TextChoices):
    """What somebody made of being asked."""

    OPEN = "open", "Not answered"
    ANSWERED = "answered", "Answered"
    SKIPPED = "skipped", "Skipped"


class PersonAsk(models.Model):
    """Somebody is asked; what they answer is never kept here, nor anywhere with their name."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=AskState.choices, default=AskState.OPEN)

    class Meta:
        abstract = True
