"""Django's entry to the records capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """What records must hold, and whether they do."""

    name = "uptake.capabilities.records"
    label = "records"
    verbose_name = "Record quality"

    def ready(self) -> None:
        """Sign up: the job with the queue, the eraser with erasures, the pages with the rail."""
        for module in ("jobs", "erasing", "rail", "adding"):
            import_module(f"{self.name}.{module}")
