"""Django's entry to the incentives capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    """What is rewarded today, and what it works for or against."""

    name = "uptake.capabilities.incentives"
    label = "incentives"
    verbose_name = "Incentives"

    def ready(self) -> None:
        """Sign up: the pages with the rail, and what stands on the page of a behaviour."""
        for module in ("rail", "on_behaviours"):
            import_module(f"{self.name}.{module}")
