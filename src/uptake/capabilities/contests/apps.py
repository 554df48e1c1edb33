"""Django's entry to the contests capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ContestsConfig(AppConfig):
    """Which teams do better for a while, and whether it lasts."""

    name = "uptake.capabilities.contests"
    label = "contests"
    verbose_name = "Contests"

    def ready(self) -> None:
        """Sign up: the job with the queue, the eraser with erasures, the pages with the rail."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
