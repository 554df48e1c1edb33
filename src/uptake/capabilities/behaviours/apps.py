"""Django's entry to the behaviours capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class BehavioursConfig(AppConfig):
    """What people are asked to do, and whether it happens."""

    name = "uptake.capabilities.behaviours"
    label = "behaviours"
    verbose_name = "Behaviours"

    def ready(self) -> None:
        """Sign up: the job with the queue, the eraser with erasures, the pages with the rail."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
