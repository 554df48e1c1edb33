"""Django's entry to the assessments capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """What people say when they are asked again and again, and what was done meanwhile."""

    name = "uptake.capabilities.assessments"
    label = "assessments"
    verbose_name = "Assessments"

    def ready(self) -> None:
        """Sign up: the job with the queue, the pages with the rail, what waits with My week."""
        for module in ("jobs", "rail", "adding"):
            import_module(f"{self.name}.{module}")
