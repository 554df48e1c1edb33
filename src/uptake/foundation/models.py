"""Rows that every capability shares."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.timezone import now

from uptake.foundation.access import Role

SLUG = r"^[a-z0-9][a-z0-9-]*$"
IDENTIFIER = 254


def _owners_see_everything(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~models.Q(role=Role.OWNER.value) | models.Q(account=""), name=name
    )


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, *, password: str | None = None, name: str = "") -> User:
        """Create a user; without a password nobody can sign in as them yet."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Theme(models.TextChoices):
    """How pages look to one user."""

    SYSTEM = "", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in; what they may do is said by their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=now)
    theme = models.CharField(max_length=5, choices=Theme.choices, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email


class WorkspaceKind(models.TextChoices):
    """Whose view of the world a workspace is."""

    VENDOR = "vendor", "Vendor: many accounts, one or few products"
    BUYER = "buyer", "Buyer: one company, its business units as accounts, many products"


class Workspace(models.Model):
    """A separate world: its people, events and rules are never mixed with another's.

    ``country`` is whose public holidays are free (``DE``, or ``DE-BY``); empty: nobody said.
    """

    slug = models.CharField(max_length=63, unique=True, validators=[RegexValidator(SLUG)])
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=10, choices=WorkspaceKind.choices, default=WorkspaceKind.VENDOR
    )
    timezone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=10, blank=True)
    retention_months = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    minimum_group = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(5)])
    created_at = models.DateTimeField(default=now)

    # The policy under which people may be named; without one everybody sees groups only.
    named_views_legal_basis = models.CharField(max_length=200, blank=True)
    named_views_scope = models.TextField(blank=True)
    named_views_decided_by = models.CharField(max_length=200, blank=True)
    named_views_decided_on = models.DateField(null=True, blank=True)
    named_views_expire_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum_group__gte=5), name="groups_of_at_least_five"
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """The role that a user holds in a workspace.

    ``account`` is the external id of the one account, with everything below it, whose rows the
    user may see; empty is the whole workspace. Owners are never limited.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    account = models.CharField(max_length=IDENTIFIER, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "workspace"], name="one_role_per_workspace"),
            _owners_see_everything("owners_see_everything"),
        ]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.workspace}"


class Invitation(models.Model):
    """A place in a workspace kept for an e-mail address; only a hash of its link is stored.

    ``person`` is the external id of the person whose own work the invited will see, if any.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    account = models.CharField(max_length=IDENTIFIER, blank=True)
    person = models.CharField(max_length=IDENTIFIER, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="invitations_sent"
    )
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [_owners_see_everything("invitation_owners_see_everything")]

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """Say whether it can still be accepted."""
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at

    @property
    def has_expired(self) -> bool:
        """Say whether its time is over."""
        return self.expires_at <= now()


class ApiKey(models.Model):
    """A key with which programs read or write; the key itself is shown once and never stored.

    ``scopes`` are names from ``keys.SCOPES``; ``account`` limits rows as a membership's does.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    account = models.CharField(max_length=IDENTIFIER, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name


class NamedView(models.Model):
    """Somebody looked at numbers of a named person: when, where and for what; the person reads it.

    ``person`` is an external id. These rows are about people, so erasing one erases them too.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="named_views")
    person = models.CharField(max_length=IDENTIFIER)
    viewer = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    viewer_name = models.CharField(max_length=IDENTIFIER)
    at = models.DateTimeField(default=now)
    page = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["workspace", "person", "-at"], name="named_view_of_person")]

    def __str__(self) -> str:
        return f"{self.viewer_name} looked at {self.person}"


class AppendOnly(models.QuerySet["Activity"]):
    """Rows that are written once."""

    def update(self, **facts: object) -> int:
        """Refuse: what happened stays as it was written."""
        raise TypeError(f"the activity feed is append-only; {sorted(facts)} stay as written")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: what happened stays on record."""
        raise TypeError("the activity feed is append-only; nothing is taken out of it")


class Activity(models.Model):
    """One thing that somebody did: the audit trail and the feed that people read.

    ``facts`` never hold personal data beyond the actor's name, so that erasing a person leaves the
    feed as it is.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="activities")
    at = models.DateTimeField(default=now)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)
    actor_name = models.CharField(max_length=254)
    verb = models.CharField(max_length=100)
    object_type = models.CharField(max_length=100, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[Activity]] = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["workspace", "-at"], name="activity_by_time"),
            models.Index(
                fields=["workspace", "object_type", "object_id"], name="activity_by_object"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name} {self.verb} {self.object_label}".strip()


class JobRun(models.Model):
    """The last time a repeating job finished for a workspace: what is due follows from it."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="job_runs")
    job = models.CharField(max_length=50)
    finished_at = models.DateTimeField()
    said = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "job"], name="one_last_run_per_job")
        ]

    def __str__(self) -> str:
        return f"{self.job} of {self.workspace}: {self.said}"


class KeptAnswer(models.Model):
    """What a POST with an ``Idempotency-Key`` was answered, so that sending it twice does it once.

    ``key`` and ``request`` are hashes; ``body`` is sealed with the key that the sender knows.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    caller = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "caller", "key"], name="answered_once")
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.key[:8]}"
