"""Django's entry to the reminders capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RemindersConfig(AppConfig):
    """Who is reminded of what is asked of them, when, and whether it helps."""

    name = "uptake.capabilities.reminders"
    label = "reminders"
    verbose_name = "Reminders"

    def ready(self) -> None:
        """Sign up: the job with the queue, the eraser with erasures, the pages with the rail."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
