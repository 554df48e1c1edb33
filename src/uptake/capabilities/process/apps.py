"""Django's entry to the process capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """How work runs, how far it strays from the intended way, and whose hands it passes through."""

    name = "uptake.capabilities.process"
    label = "process"
    verbose_name = "Processes"

    def ready(self) -> None:
        """Sign up: the job with the queue, the eraser with erasures, the pages with the rail."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
