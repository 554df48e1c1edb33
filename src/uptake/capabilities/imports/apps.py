"""Django's entry to the imports capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """Uploads, imports, saved mappings and watched folders."""

    name = "uptake.capabilities.imports"
    label = "imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        """Sign up: jobs with the queue, the eraser with erasures, the page with the rail."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
