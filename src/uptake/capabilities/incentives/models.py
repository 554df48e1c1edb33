"""The register of incentives: what is rewarded, what it works for or against, what HR was asked."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.models import IDENTIFIER, NAME, Account, Population
from uptake.foundation.models import Workspace

TEXT = 1_000


class Kind(models.TextChoices):
    """In what coin it is paid."""

    PAY = "pay", "Pay"
    BONUS = "bonus", "Bonus or commission"
    TARGET = "target", "Target somebody is measured by"
    PRAISE = "praise", "Praise"
    PROMOTION = "promotion", "Promotion"
    TIME = "time", "Time or freedom"
    PENALTY = "penalty", "Penalty or blame"
    OTHER = "other", "Something else"


class Incentive(models.Model):
    """Something that is rewarded or punished, as somebody found it.

    ``whom``: who gets it, in words; ``population``: the same as a group on record, if there is one.
    ``account``: of that account's people; empty: of the whole company. ``since`` and ``until``:
    its days, open where nobody knows. ``source``: how anybody knows of it.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="incentives")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="incentives"
    )
    name = models.CharField(max_length=NAME)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    what = models.TextField(max_length=TEXT)
    whom = models.CharField(max_length=NAME)
    population = models.ForeignKey(
        Population, on_delete=models.SET_NULL, null=True, blank=True, related_name="incentives"
    )
    given_by = models.CharField(max_length=NAME)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.TextField(max_length=TEXT)
    written_by = models.CharField(max_length=IDENTIFIER)
    written_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="incentive_once")]

    def __str__(self) -> str:
        return self.name

    def is_in_force(self, day: date) -> bool:
        """Say whether it is given on a day; the day of its end is the last."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


class Way(models.TextChoices):
    """Which way an incentive works on a behaviour."""

    FOR = "for", "Works for it"
    AGAINST = "against", "Works against it"


class Link(models.Model):
    """That an incentive works for or against a behaviour, and how."""

    incentive = models.ForeignKey(Incentive, on_delete=models.CASCADE, related_name="links")
    behaviour = models.ForeignKey(Behaviour, on_delete=models.CASCADE, related_name="incentives")
    way = models.CharField(max_length=7, choices=Way.choices)
    how = models.TextField(max_length=TEXT)

    class Meta:
        ordering = ["way", "behaviour__name"]
        constraints = [
            models.UniqueConstraint(fields=["incentive", "behaviour"], name="incentive_linked_once")
        ]

    def __str__(self) -> str:
        return f"{self.incentive} works {self.way} {self.behaviour}"


class Answer(models.TextChoices):
    """What became of a proposal."""

    PROPOSED = "proposed", "Proposed"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"


class Proposal(models.Model):
    """What HR, or whoever gives it, was asked to change; ``holds_from``: when it did.

    ``reason``: why it was accepted or refused, in the words of whoever decided.
    """

    incentive = models.ForeignKey(Incentive, on_delete=models.CASCADE, related_name="proposals")
    what = models.TextField(max_length=TEXT)
    to_whom = models.CharField(max_length=NAME)
    proposed_on = models.DateField()
    proposer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    proposed_by = models.CharField(max_length=IDENTIFIER)
    answer = models.CharField(max_length=8, choices=Answer.choices, default=Answer.PROPOSED)
    decided_by = models.CharField(max_length=NAME, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    reason = models.TextField(max_length=TEXT, blank=True)
    holds_from = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_on", "-pk"]

    def __str__(self) -> str:
        return f"Proposal about {self.incentive}"
