"""Where events come from, what was wrong with some, and what sources said about who is who.

The events themselves are in the lake. Every row belongs to one workspace.
"""

from __future__ import annotations

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.timezone import now

from uptake.foundation.models import SLUG, Workspace

IDENTIFIER = 254
NAME = 200


def any_origin() -> list[str]:
    """Every web page may send: a write key in a page is public anyway."""
    return ["*"]


class Protocol(models.TextChoices):
    """Whose interface a client speaks."""

    SEGMENT = "segment", "Segment or RudderStack"
    POSTHOG = "posthog", "PostHog"
    TOTANGO = "totango", "Totango"


class Source(models.Model):
    """Something that sends events over HTTP: a product, a site, a backend.

    ``slug`` is what events carry as ``source_id``. ``product`` and ``account`` are those of events
    that name none. ``group_type`` is PostHog's group type that stands for the account; empty takes
    ``company``, ``organization``, ``account`` or the only one there is. ``events_a_second`` is the
    rate above which a server process answers 429; empty is the installation's setting.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="sources")
    slug = models.CharField(max_length=63, validators=[RegexValidator(SLUG)])
    name = models.CharField(max_length=NAME)
    product = models.CharField(max_length=IDENTIFIER, blank=True)
    account = models.CharField(max_length=IDENTIFIER, blank=True)
    group_type = models.CharField(max_length=100, blank=True)
    is_strict = models.BooleanField(default=True)
    allowed_origins = models.JSONField(default=any_origin, blank=True)
    events_a_second = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)]
    )
    created_at = models.DateTimeField(default=now)
    last_seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="source_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SourceKey(models.Model):
    """A write key: it may add events to its source and do nothing else.

    Only a digest is kept; ``prefix`` is what pages show so that people tell keys apart. A key that
    was rotated away works until ``expires_at``.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=16)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class QuarantineState(models.TextChoices):
    """What became of a record that was wrong."""

    WAITING = "waiting", "Waiting"
    REPLAYED = "replayed", "Fixed and replayed"
    DISCARDED = "discarded", "Discarded"


class QuarantinedRecord(models.Model):
    """A record that could not be stored as an event, as it came, with what was wrong.

    ``call`` is the kind of call it came by (``track``, ``capture`` ...) and ``sent_at`` what the
    client's clock said when it sent it, so that a replay reads it as the first time. ``message_id``
    is the record's own or one made here, so that a replay twice is stored once. ``person`` is the
    identifier found in it, by which erasing somebody finds it.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="quarantined")
    protocol = models.CharField(max_length=10, choices=Protocol.choices)
    call = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=IDENTIFIER)
    person = models.CharField(max_length=IDENTIFIER, blank=True)
    field = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=500)
    raw = models.TextField()
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=QuarantineState.choices, default=QuarantineState.WAITING
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "fingerprint"], name="quarantined_once"),
        ]
        indexes = [
            models.Index(fields=["source", "state", "-received_at"], name="quarantined_by_state"),
            models.Index(fields=["person"], name="quarantined_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.call} {self.message_id}"

    @property
    def is_waiting(self) -> bool:
        """Say whether nobody has decided about it yet."""
        return self.state == QuarantineState.WAITING


class SourceHour(models.Model):
    """How many records of a source were accepted and rejected in one hour (UTC).

    ``accepted`` counts what was acknowledged, repeats included: which are repeats is known when
    they are loaded.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    accepted = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["hour"]
        constraints = [
            models.UniqueConstraint(fields=["source", "hour"], name="source_hour_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.hour:%Y-%m-%d %H:00}"


class RefusalReason(models.TextChoices):
    """Why a whole request was refused: nothing of it was stored."""

    TOO_LARGE = "too_large", "Too large"
    TOO_FAST = "too_fast", "Too fast"
    QUARANTINE_FULL = "quarantine_full", "Quarantine full"
    UNREADABLE = "unreadable", "Not readable"
    KEY_ENDED = "key_ended", "Key has ended"
    ORIGIN = "origin", "Page may not send"
    UNAVAILABLE = "unavailable", "Failed on our side"


class RefusedHour(models.Model):
    """How many requests of a source were refused whole in one hour (UTC), by reason."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="refused_hours")
    hour = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=RefusalReason.choices)
    requests = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["hour", "reason"]
        constraints = [
            models.UniqueConstraint(fields=["source", "hour", "reason"], name="refused_hour_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.hour:%Y-%m-%d %H:00} {self.reason}"


class Identity(models.Model):
    """What sources said about an identifier: whose it is and to which account it belongs.

    ``same_as`` is the identifier of the person it turned out to be; empty if it stands for itself.
    ``name`` and ``email`` come from traits. ``is_applied``: the customers' list has it, too.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="identities")
    identifier = models.CharField(max_length=IDENTIFIER)
    same_as = models.CharField(max_length=IDENTIFIER, blank=True)
    account = models.CharField(max_length=IDENTIFIER, blank=True)
    name = models.CharField(max_length=NAME, blank=True)
    email = models.CharField(max_length=IDENTIFIER, blank=True)
    is_known = models.BooleanField(default=False)
    is_applied = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "identities"
        constraints = [
            models.UniqueConstraint(fields=["workspace", "identifier"], name="identity_once"),
        ]
        indexes = [
            models.Index(fields=["workspace", "same_as"], name="identity_by_person"),
            models.Index(fields=["is_applied"], name="identity_to_apply"),
        ]

    def __str__(self) -> str:
        return self.identifier


class Group(models.Model):
    """What sources said about an account: that there is one, and what it is called."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="groups")
    identifier = models.CharField(max_length=IDENTIFIER)
    name = models.CharField(max_length=NAME, blank=True)
    is_applied = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "identifier"], name="group_once"),
        ]
        indexes = [models.Index(fields=["is_applied"], name="group_to_apply")]

    def __str__(self) -> str:
        return self.name or self.identifier
