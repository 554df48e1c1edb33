"""A contest, every version of its rules as it was, the teams that take part, and what came of it.

Rules are versions that are written once. The last one before the start is in force to the end: with
it the definition of the behaviour is kept as it was, so that nothing that is changed later changes
how anybody is judged.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import IDENTIFIER, NAME, Account, Person, Team
from uptake.foundation.models import Workspace
from uptake.foundation.versions import Version


class Status(models.TextChoices):
    """How far a contest has come."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open for teams"
    RUNNING = "running", "Running"
    ENDED = "ended", "Ended"
    MEASURED = "measured", "Decay measured"
    CALLED_OFF = "called off", "Called off"


class Contest(models.Model):
    """Teams that do something well for a while; what exactly is said by its rules.

    ``account``: whose teams, with those below it; empty: of the whole company. ``owner`` answers
    for it and alone sees signs of gaming. ``first`` and ``last`` are the days of the rules in
    force, for lists. ``note``: why it was called off.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="contests")
    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="contests")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="contests"
    )
    name = models.CharField(max_length=NAME)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    first = models.DateField()
    last = models.DateField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-first", "-pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="contest_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def has_started(self) -> bool:
        """Say whether its rules are frozen."""
        return self.status in (Status.RUNNING, Status.ENDED, Status.MEASURED)


class RulesVersion(Version):
    """Rules as they were written: ``rules`` holds ``Rules``, ``definition`` a ``Definition``."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="versions")
    rules = models.JSONField()
    definition = models.JSONField()

    class Meta:
        ordering = ["contest", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="contest_rules_once")
        ]

    def __str__(self) -> str:
        return f"Rules {self.number} of {self.contest}"


class Entry(models.Model):
    """A team that takes part, by the rules of version ``rules``; later ones ask it anew."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="entries")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    rules = models.PositiveIntegerField()
    entered_by = models.CharField(max_length=IDENTIFIER)
    entered_at = models.DateTimeField(default=now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["contest", "team__external_id"]
        verbose_name_plural = "entries"
        constraints = [models.UniqueConstraint(fields=["contest", "team"], name="team_enters_once")]

    def __str__(self) -> str:
        return f"{self.team} in {self.contest}"


class Place(models.Model):
    """Somebody who belonged to a team when the contest started; they count there to its end."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "person"], name="place_in_a_team_once")
        ]

    def __str__(self) -> str:
        return f"Place in {self.entry}"


class OptOut(models.Model):
    """Somebody whose work shall count for nobody; read for counting and for themselves alone."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="opt_outs")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "person"], name="opted_out_once")]

    def __str__(self) -> str:
        return f"Opted out of {self.contest}"


class KeptFigures(models.Model):
    """What is shown of a contest, about groups alone, as the worker computed it on ``day``.

    ``figures`` holds ``ContestFigures``.
    """

    contest = models.OneToOneField(Contest, on_delete=models.CASCADE, related_name="kept")
    day = models.DateField()
    figures = models.JSONField()

    class Meta:
        verbose_name_plural = "kept figures"

    def __str__(self) -> str:
        return f"Figures of {self.contest}"


class PrizeGiven(models.Model):
    """A prize of the rules (``prize``: its position there) that a team was given on a day."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="given")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="prizes")
    prize = models.PositiveSmallIntegerField()
    given_on = models.DateField()
    noted_by = models.CharField(max_length=IDENTIFIER)
    noted_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["given_on", "pk"]
        verbose_name_plural = "prizes given"
        constraints = [
            models.UniqueConstraint(fields=["entry", "prize"], name="prize_given_once_to_a_team")
        ]

    def __str__(self) -> str:
        return f"Prize of {self.contest}"
