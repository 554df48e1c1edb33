"""Django's entry to the ingestion capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class IngestionConfig(AppConfig):
    """Sources, their keys, the quarantine and the figures of what came in."""

    name = "uptake.capabilities.ingestion"
    label = "ingestion"
    verbose_name = "Ingestion"

    def ready(self) -> None:
        """Sign up: the eraser with erasures, the job with the queue, the page with the rail."""
        for module in ("erasure", "jobs", "rail"):
            import_module(f"{self.name}.{module}")
