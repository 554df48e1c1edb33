"""Django's entry to the foundation."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Workspaces, users, roles, the activity feed and jobs."""

    name = "uptake.foundation"
    label = "foundation"
    verbose_name = "Foundation"

    def ready(self) -> None:
        """Let the subscribers to the activity feed sign up."""
        import_module("uptake.foundation.lake")
