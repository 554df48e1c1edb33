"""Django's entry to the measure capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class MeasureConfig(AppConfig):
    """Figures of deployments, kept ready for pages, and the segments that people save."""

    name = "uptake.capabilities.measure"
    label = "measure"
    verbose_name = "Measure"

    def ready(self) -> None:
        """Sign up: the job with the queue, the eraser with erasures, the pages with the rail."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
