"""Who carries a behaviour, and who goes ahead in a population: since when, and how it ended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import IDENTIFIER, NAME, Person, Population
from uptake.foundation.models import Workspace

REASON = 600
USER = settings.AUTH_USER_MODEL


class Job(models.TextChoices):
    """The three jobs around a behaviour; each needs a name, or nobody does it."""

    MODEL = "model", "Shows how it is done"
    REMIND = "remind", "Reminds people of it"
    RECOGNISE = "recognise", "Notices who does it, and thanks them"


class Ending(models.TextChoices):
    """Why somebody carries a job no longer."""

    REPLACED = "replaced", "Somebody else took it over"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Taken off"


class Carrier(models.Model):
    """Somebody who has a job around a behaviour, for one population (empty: whoever is asked).

    Who that is: a ``person`` on record, or a ``user`` who is none. ``until`` empty: still.
    ``reason``: why they declined.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="carriers")
    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="carriers")
    population = models.ForeignKey(
        Population, on_delete=models.CASCADE, null=True, blank=True, related_name="carriers"
    )
    job = models.CharField(max_length=9, choices=Job.choices)
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, null=True, blank=True, related_name="carries"
    )
    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, null=True, blank=True, related_name="carries"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    named_by = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    named_by_name = models.CharField(max_length=IDENTIFIER)
    named_at = models.DateTimeField(default=now)
    ending = models.CharField(max_length=8, choices=Ending.choices, blank=True)
    ended_by = models.CharField(max_length=NAME, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=REASON, blank=True)

    class Meta:
        ordering = ["-named_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["behaviour", "population", "job"],
                condition=Q(until=None, population__isnull=False),
                name="one_carrier_of_a_population",
            ),
            models.UniqueConstraint(
                fields=["behaviour", "job"],
                condition=Q(until=None, population=None),
                name="one_carrier_of_everybody",
            ),
            models.CheckConstraint(
                condition=Q(person=None, user__isnull=False) | Q(person__isnull=False, user=None),
                name="carrier_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_job_display()}: {self.behaviour}"

    @property
    def name(self) -> str:
        """What they are called."""
        if self.person is not None:
            return self.person.name or self.person.external_id
        return (self.user.name or self.user.email) if self.user is not None else ""


class Standing(models.TextChoices):
    """How far somebody has come on the way to being a champion, or how it ended."""

    NOMINATED = "nominated", "Waits to be confirmed"
    CONFIRMED = "confirmed", "Waits for their answer"
    ACTIVE = "active", "Champion"
    REFUSED = "refused", "Not confirmed"
    DECLINED = "declined", "Said no"
    ENDED = "ended", "Was champion"


ON_THE_WAY = (Standing.NOMINATED, Standing.CONFIRMED, Standing.ACTIVE)


class Champion(models.Model):
    """Somebody who goes ahead in a population, once they were confirmed and said yes.

    ``since`` and ``until`` are the days between which they are one. ``why``: in the words of who
    nominated them; ``reason``: why they said no or stopped.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="champions")
    population = models.ForeignKey(Population, on_delete=models.CASCADE, related_name="champions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="champion_of")
    standing = models.CharField(max_length=9, choices=Standing.choices, default=Standing.NOMINATED)
    why = models.TextField(max_length=REASON)
    nominator = models.ForeignKey(USER, models.SET_NULL, null=True, blank=True, related_name="+")
    nominated_by = models.CharField(max_length=IDENTIFIER)
    nominated_at = models.DateTimeField(default=now)
    decided_by = models.CharField(max_length=IDENTIFIER, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    reason = models.TextField(max_length=REASON, blank=True)

    class Meta:
        ordering = ["population", "person"]
        constraints = [
            models.UniqueConstraint(
                fields=["population", "person"],
                condition=Q(standing__in=[each.value for each in ON_THE_WAY]),
                name="champion_once",
            )
        ]

    def __str__(self) -> str:
        return f"Champion of {self.population}"

    @property
    def name(self) -> str:
        """What they are called."""
        return self.person.name or self.person.external_id


class NearFigures(models.Model):
    """Whether people near a champion began a behaviour sooner, as it was worked out last."""

    behaviour = models.OneToOneField(
        Behaviour, on_delete=models.CASCADE, related_name="near_figures"
    )
    computed_at = models.DateTimeField()
    figures = models.JSONField()

    class Meta:
        verbose_name_plural = "near figures"

    def __str__(self) -> str:
        return f"Near champions: {self.behaviour}"
