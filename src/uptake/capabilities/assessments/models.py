"""What is kept of a survey: its questions in versions, who was asked, and, apart, what was said."""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from uptake.capabilities.customers.models import IDENTIFIER, NAME, Account
from uptake.capabilities.reminders.ask_models import PersonAsk
from uptake.foundation.models import Workspace

TEXT = 600


class Survey(models.Model):
    """The people of an account and those below are asked the same once in ``every_weeks``.

    Waves begin on ``started_on`` and then each so many weeks; ``ended_on``: nobody is asked from
    then on.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="surveys")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="surveys")
    name = models.CharField(max_length=NAME)
    every_weeks = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    written_by = models.CharField(max_length=IDENTIFIER)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["workspace", "account", "name"], name="survey_once"),
        )

    def __str__(self) -> str:
        return self.name


class Questions(models.Model):
    """A version of what is asked; waves that were asked by it never change.

    ``content``: norms with their statements, as ``instrument.py`` reads them.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    written_by = models.CharField(max_length=IDENTIFIER)
    written_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("survey", "-number")
        constraints = (models.UniqueConstraint(fields=["survey", "number"], name="questions_once"),)

    def __str__(self) -> str:
        return f"{self.survey}, version {self.number}"


class Wave(models.Model):
    """One time of asking, by one version; answers are taken from its first to its last day.

    ``is_closed``: it is over, and what nobody may be told of was forgotten.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves")
    questions = models.ForeignKey(Questions, on_delete=models.PROTECT, related_name="waves")
    number = models.PositiveIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()
    is_closed = models.BooleanField(default=False)

    class Meta:
        ordering = ("survey", "-number")
        constraints = (models.UniqueConstraint(fields=["survey", "number"], name="wave_once"),)

    def __str__(self) -> str:
        return f"{self.survey}, wave {self.number + 1}"


class Asked(PersonAsk):
    """Somebody was asked in a wave; what they said is not here, and nowhere with their name.

    ``team``: as whose member; ``leads``: as somebody whom others report to; ``told``: how often
    they were told of it. Once a wave is closed, neither that nor ``state`` says anything.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="asked")
    team = models.CharField(max_length=NAME, blank=True)
    leads = models.BooleanField()
    told = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "asked"
        constraints = (
            models.UniqueConstraint(fields=["wave", "person"], name="asked_once_in_a_wave"),
        )

    def __str__(self) -> str:
        return f"{self.wave}: one of those asked"


class Cut(models.TextChoices):
    """Of whose answers a tally is."""

    ALL = "all", "Everybody"
    TEAM = "team", "A team"
    LEADS = "leads", "Those whom others report to"
    OTHERS = "others", "Everybody else"


class Tally(models.Model):
    """How often which answers were given by a part of those asked; what one person said is nowhere.

    ``counts``: by the key of each norm, how often which answers to its statements, as
    ``tallying.py`` writes them. Cuts are never crossed: what a team's leads said is not kept.
    ``straight``: how many chose the same point everywhere, of everybody alone; None: too few to
    be kept.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="tallies")
    cut = models.CharField(max_length=6, choices=Cut.choices)
    team = models.CharField(max_length=NAME, blank=True)
    asked = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(default=0)
    straight = models.PositiveIntegerField(null=True, default=0)
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ("wave", "cut", "team")
        verbose_name_plural = "tallies"
        constraints = (
            models.UniqueConstraint(fields=["wave", "cut", "team"], name="tally_once_in_a_wave"),
        )

    def __str__(self) -> str:
        return f"{self.wave}: {self.get_cut_display().lower()}"


class Step(models.Model):
    """What was done to shape norms: when, by whom in words, and which it is meant to move."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="steps")
    day = models.DateField()
    what = models.TextField(max_length=TEXT)
    by_whom = models.CharField(max_length=NAME)
    norms = models.JSONField(default=list)
    written_by = models.CharField(max_length=IDENTIFIER)
    written_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ("-day", "-pk")

    def __str__(self) -> str:
        return self.what
