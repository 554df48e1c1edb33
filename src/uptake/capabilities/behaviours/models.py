"""What people are asked to do: a behaviour, and every version of what was asked, as it was.

Versions are written once: a period is judged by the version in force on its first day, so a new
target never rewrites what was said of the past.
"""

from __future__ import annotations

from django.db import models
from django.utils.timezone import now

from uptake.capabilities.customers.models import IDENTIFIER, NAME, Account, Person
from uptake.foundation.models import Workspace
from uptake.foundation.owners import Owned
from uptake.foundation.versions import Version


class Status(models.TextChoices):
    """Whether people are asked yet, or still."""

    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"


class Behaviour(Owned):
    """Something that people shall do; what exactly is said by its versions.

    ``account``: asked of that account's people and those below it; empty: of all accounts.
    ``of_team``: asked of those whom ``leader`` leads and of nobody else, so nobody once that
    person is gone. ``live_from``: first day of the first period that is judged. ``owner`` answers
    for it; ``owner_name`` stands for somebody who does not sign in.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="behaviours")
    name = models.CharField(max_length=NAME)
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="behaviours"
    )
    of_team = models.BooleanField(default=False)
    leader = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=5, choices=Status.choices, default=Status.DRAFT)
    live_from = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="behaviour_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Say whether people are asked now."""
        return self.status == Status.LIVE


class BehaviourVersion(Version):
    """What was asked from ``valid_from`` on, until a later version begins.

    ``definition`` holds a ``Definition``.
    """

    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="versions")
    valid_from = models.DateField()
    definition = models.JSONField()

    class Meta:
        ordering = ["behaviour", "number"]
        constraints = [
            models.UniqueConstraint(fields=["behaviour", "number"], name="behaviour_version_once")
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.behaviour}"


class Clarification(models.Model):
    """Somebody asks what exactly is wanted of them; it waits, and ages, until it is answered."""

    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="questions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    question = models.TextField()
    asked_at = models.DateTimeField(default=now)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=IDENTIFIER, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"Question about {self.behaviour}"

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for an answer."""
        return self.answered_at is None


class Obstacle(models.TextChoices):
    """What stops somebody, in the words of who is stopped; nobody is to blame for it yet."""

    PERMISSION = "permission", "I am not allowed to, or have no access"
    TIME = "time", "I have no time for it"
    DATA = "data", "What I need for it is missing"
    SYSTEM = "system", "The system does not let me, or fails"
    SKILL = "skill", "I do not know how"
    SENSE = "sense", "It makes no sense in my work"
    REWARD = "reward", "I am measured or paid for something else"
    OTHER = "other", "Something else"


class BarrierReport(models.Model):
    """Somebody says what stops them; others learn it as a number of people alone."""

    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Obstacle.choices)
    text = models.TextField(blank=True)
    reported_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-reported_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.behaviour}"


class Duty(models.TextChoices):
    """What managers are asked for, so that others can do what is asked of them."""

    ARTICULATE = "articulate", "Say clearly what is wanted"
    RECOGNISE = "recognise", "Thank those who do it"
    CORRECT = "correct", "Act on what stops people"


class DutyCadence(models.TextChoices):
    """How often a duty is due."""

    WEEK = "week", "Every week"
    MONTH = "month", "Every month"
    QUARTER = "quarter", "Every quarter"


class ManagersDuty(models.Model):
    """A duty that managers of a workspace are asked for; without a row they are not.

    ``asked_from``: periods that end before that day are not judged.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="duties")
    duty = models.CharField(max_length=10, choices=Duty.choices)
    cadence = models.CharField(max_length=7, choices=DutyCadence.choices)
    asked_from = models.DateField()

    class Meta:
        ordering = ["workspace", "duty"]
        constraints = [models.UniqueConstraint(fields=["workspace", "duty"], name="duty_once")]
        verbose_name_plural = "managers' duties"

    def __str__(self) -> str:
        return f"{self.get_duty_display()}, {self.get_cadence_display().lower()}"


class WordKind(models.TextChoices):
    """What somebody who leads people says to them about a behaviour."""

    EXPLAINED = "explained", "Explained"
    THANKED = "thanked", "Thanked"
    FOLLOWED_UP = "followed up", "Followed up"


class LeadersWord(models.Model):
    """Something that a leader told the people they lead; it stands in their week.

    ``thanked``: to whom thanks go, and nobody else sees who that is. ``obstacle``: what was acted
    on.
    """

    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="words")
    leader = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=11, choices=WordKind.choices)
    text = models.TextField()
    obstacle = models.CharField(max_length=10, choices=Obstacle.choices, blank=True)
    said_by = models.CharField(max_length=IDENTIFIER)
    said_at = models.DateTimeField(default=now)
    thanked = models.ManyToManyField(Person, related_name="+", blank=True)

    class Meta:
        ordering = ["-said_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.behaviour}"
