"""Who answers for something: a user, or somebody who does not sign in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

NAME = 200


class Owned(models.Model):
    """Something that somebody answers for; ``owner_name``: who does not sign in."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    owner_name = models.CharField(max_length=NAME, blank=True)

    class Meta:
        abstract = True

    @property
    def answers(self) -> str:
        """Who answers for it."""
        if self.owner is None:
            return self.owner_name
        return self.owner.name or self.owner.email
