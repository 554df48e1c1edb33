"""Django's entry to the foundation."""

from __future__ import annotations

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Workspaces, users, roles, the activity feed and jobs."""

    name = "uptake.foundation"
    label = "foundation"
    verbose_name = "Foundation"
