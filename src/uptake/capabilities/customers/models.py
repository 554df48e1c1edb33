"""Whose use of what is measured: accounts, products, people, populations, contracts.

Every row belongs to one workspace. An ``external_id`` is the identifier that the source of the
data uses; it is also what events carry as ``account``, ``person``, ``product``, ``module`` and
``action``.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.timezone import now

from uptake.capabilities.customers.record_changes import RecordChange as RecordChange
from uptake.formats.records import Period, RenewalDecision
from uptake.foundation.models import Workspace

IDENTIFIER = 254
NAME = 200
PERIODS = [(period.value, period.value) for period in Period]


def _unique(*fields: str, name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=list(fields), name=name)


class Account(models.Model):
    """A customer, or a part of one: a company, a subsidiary, a business unit."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="accounts")
    external_id = models.CharField(max_length=IDENTIFIER)
    name = models.CharField(max_length=NAME, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    segment = models.CharField(max_length=NAME, blank=True)
    owner = models.CharField(max_length=NAME, blank=True)

    class Meta:
        ordering = ["external_id"]
        constraints = [_unique("workspace", "external_id", name="account_once")]

    def __str__(self) -> str:
        return self.name or self.external_id


class Product(models.Model):
    """Software that accounts use."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="products")
    external_id = models.CharField(max_length=IDENTIFIER)
    name = models.CharField(max_length=NAME, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["external_id"]
        constraints = [_unique("workspace", "external_id", name="product_once")]

    def __str__(self) -> str:
        return self.name or self.external_id


class Module(models.Model):
    """A part of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="modules")
    external_id = models.CharField(max_length=IDENTIFIER)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["external_id"]
        constraints = [_unique("product", "external_id", name="module_once")]

    def __str__(self) -> str:
        return self.external_id


class Action(models.Model):
    """Something a person can do in a product.

    ``is_value_action``: the customer buys the product so that this is done. ``None`` says that
    nobody has decided yet, which is not the same as no.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="actions")
    module = models.ForeignKey(
        Module, on_delete=models.CASCADE, null=True, blank=True, related_name="actions"
    )
    external_id = models.CharField(max_length=IDENTIFIER)
    is_value_action = models.BooleanField(null=True, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["external_id"]
        constraints = [
            _unique("module", "external_id", name="action_once_per_module"),
            models.UniqueConstraint(
                fields=["product", "external_id"],
                condition=models.Q(module__isnull=True),
                name="action_once_outside_modules",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Deployment(models.Model):
    """One product in one account: the record that the vendor and the customer look at together."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="deployments")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="deployments")
    go_live = models.DateField(null=True, blank=True)
    goal = models.TextField(blank=True)

    class Meta:
        constraints = [_unique("account", "product", name="deployment_once")]

    def __str__(self) -> str:
        return f"{self.product} at {self.account}"


class PhaseKind(models.TextChoices):
    """Where a phase stands relative to go-live; the same measures are taken in all three."""

    BEFORE = "before", "Before go-live: the baseline"
    DURING = "during", "Around go-live"
    AFTER = "after", "After go-live: where value is made"


class Phase(models.Model):
    """A dated part of a deployment's programme; the last one may stay open."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=10, choices=PhaseKind.choices)
    name = models.CharField(max_length=NAME)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]

    def __str__(self) -> str:
        return f"{self.name} of {self.deployment}"


class SuccessDefinition(models.Model):
    """What one executive calls success of a deployment so many years after go-live."""

    deployment = models.ForeignKey(Deployment, on_delete=models.CASCADE, related_name="definitions")
    horizon_years = models.PositiveSmallIntegerField()
    executive = models.CharField(max_length=NAME)
    definition = models.TextField()
    measure = models.CharField(max_length=NAME, blank=True)
    target = models.CharField(max_length=NAME, blank=True)
    recorded_on = models.DateField()

    class Meta:
        constraints = [_unique("deployment", "horizon_years", "executive", name="definition_once")]

    def __str__(self) -> str:
        return f"{self.executive} on {self.deployment} after {self.horizon_years} years"


class Team(models.Model):
    """People who work together, within an account or, without one, within the workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="teams")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="teams"
    )
    external_id = models.CharField(max_length=IDENTIFIER)

    class Meta:
        ordering = ["external_id"]
        constraints = [
            _unique("account", "external_id", name="team_once_per_account"),
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                condition=models.Q(account__isnull=True),
                name="team_once_outside_accounts",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class Person(models.Model):
    """Someone whose work in the software is measured; a pseudonym will do as ``external_id``.

    ``days_a_week``: how many days they work, empty if nobody said; nothing is expected on leave.
    ``same_as`` is the row of the person whom this identifier turned out to stand for; ``filled``
    names the columns whose value is only said by such other rows (``joining.py``).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="people")
    external_id = models.CharField(max_length=IDENTIFIER)
    name = models.CharField(max_length=NAME, blank=True)
    email = models.CharField(max_length=IDENTIFIER, blank=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    role = models.CharField(max_length=NAME, blank=True)
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports"
    )
    location = models.CharField(max_length=NAME, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    days_a_week = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    leave_starts_on = models.DateField(null=True, blank=True)
    leave_ends_on = models.DateField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="people"
    )
    same_as = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="other_rows"
    )
    filled = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["external_id"]
        verbose_name_plural = "people"
        constraints = [
            _unique("workspace", "external_id", name="person_once"),
            models.UniqueConstraint(
                fields=["workspace", "user"],
                condition=models.Q(user__isnull=False),
                name="user_is_one_person",
            ),
        ]

    def __str__(self) -> str:
        return self.external_id

    def has_left(self, day: date) -> bool:
        """Whether their last day is over, by the row of whom this identifier stands for."""
        known = self.same_as or self
        return known.ends_on is not None and known.ends_on < day

    @property
    def also_known_as(self) -> tuple[str, ...]:
        """The other identifiers under which they are on the list."""
        return tuple(sorted(row.external_id for row in self.other_rows.all()))


class Population(models.Model):
    """People whose expected use is the same: those that every rule fits, worked out when asked.

    ``rules`` is a list of ``{"field", "op", "value"}`` over person attributes (see
    ``populations.py``); ``goal`` says which business goal their behaviour serves. Who fits several
    populations is measured against the one of lowest ``precedence``. ``days_a_week``: on how many
    days of a week these people are expected to work in the software; empty if nobody said.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="populations")
    name = models.CharField(max_length=NAME)
    rules = models.JSONField(default=list, blank=True)
    goal = models.TextField(blank=True)
    days_a_week = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    precedence = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["precedence", "name"]
        constraints = [_unique("workspace", "name", name="population_once")]

    def __str__(self) -> str:
        return self.name


class ExpectedAction(models.Model):
    """What a population is expected to do, and how often; together they are its profile.

    ``is_proposed``: worked out from data and confirmed by nobody yet.
    """

    population = models.ForeignKey(Population, on_delete=models.CASCADE, related_name="expected")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="expected")
    times_per_week = models.DecimalField(
        max_digits=8, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    is_proposed = models.BooleanField(default=False)

    class Meta:
        constraints = [_unique("population", "action", name="expected_once")]

    def __str__(self) -> str:
        return f"{self.population}: {self.action} {self.times_per_week} times a week"


class Contract(models.Model):
    """What an account pays for, until when, and what became of it; as the source states it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="contracts")
    external_id = models.CharField(max_length=IDENTIFIER)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contracts")
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    seats = models.PositiveIntegerField(null=True, blank=True)
    price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    price_covers = models.CharField(max_length=10, blank=True, choices=PERIODS)
    price_is_per_seat = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, blank=True)
    billing_period = models.CharField(max_length=10, blank=True, choices=PERIODS)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    notice_on = models.DateField(null=True, blank=True)
    decision = models.CharField(
        max_length=12,
        blank=True,
        choices=[(decision.value, decision.value) for decision in RenewalDecision],
    )

    class Meta:
        ordering = ["external_id"]
        constraints = [_unique("workspace", "external_id", name="contract_once")]

    def __str__(self) -> str:
        return self.external_id


class ChangeKind(models.TextChoices):
    """What kinds of change bear on adoption; after one, behaviours are looked at again."""

    GO_LIVE = "go_live", "Go-live"
    STRUCTURE = "structure", "Internal structure"
    STAFF = "staff", "Staff composition"
    OFFERING = "offering", "Products and services, releases of the software"
    ENVIRONMENT = "environment", "Operating environment"
    PERFORMANCE = "performance", "Performance of the organisation"


class Change(models.Model):
    """Something dated that happened to an account, a product, or to all (both empty)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="changes")
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="changes"
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="changes"
    )
    kind = models.CharField(max_length=12, choices=ChangeKind.choices)
    happened_on = models.DateField()
    description = models.TextField(blank=True)
    recorded_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-happened_on", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.happened_on}"


class DiscoveryRecord(models.Model):
    """What was learnt about an account on a day, under the six heads an adviser asks about."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="discoveries")
    recorded_on = models.DateField()
    recorded_by = models.CharField(max_length=IDENTIFIER)
    goals = models.TextField(blank=True)
    struggles = models.TextField(blank=True)
    changes = models.TextField(blank=True)
    structure = models.TextField(blank=True)
    values_and_rewards = models.TextField(blank=True)
    processes = models.TextField(blank=True)

    class Meta:
        ordering = ["-recorded_on", "-id"]

    def __str__(self) -> str:
        return f"Discovery of {self.account} on {self.recorded_on}"


class Note(models.Model):
    """A few words about an account, or its use of one product; they stay as they were written."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notes")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="notes"
    )
    day = models.DateField()
    text = models.TextField()
    written_by = models.CharField(max_length=IDENTIFIER)

    class Meta:
        ordering = ["-day", "-id"]

    def __str__(self) -> str:
        return f"Note about {self.account} of {self.day}"
